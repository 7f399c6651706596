"""Digits, garments and the user's own images as numpy arrays, from wherever they are found."""

from ganlab.data.dataset import Dataset, Progress, format_digits, parse_digits
from ganlab.data.sources import NAMES, describe, load

__all__ = ["NAMES", "Dataset", "Progress", "describe", "format_digits", "load", "parse_digits"]
