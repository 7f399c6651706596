"""Training: the one loop and its events, checkpoints, device and precision."""
