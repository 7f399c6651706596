"""Layers: what every layer of a network makes of one input."""
