"""The road (observe, draft, review, carry out) and the daemon that walks it."""
