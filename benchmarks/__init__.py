"""How fast it is, as ratios to a peer on the same work in the same run: `make bench`."""
