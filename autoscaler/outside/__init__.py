"""The rest of the world, each part behind a small protocol."""
