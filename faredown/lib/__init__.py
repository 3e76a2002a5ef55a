"""The leaf: imports nothing of ours, and everything may lean on it."""
