"""Figures of merit: numpy in, numbers out."""
