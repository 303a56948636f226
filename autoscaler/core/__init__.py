"""Pure values and functions: what should hold, why and until when. No clock, network, file or log."""
