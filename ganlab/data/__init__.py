"""Digits, garments and the user's own images as numpy arrays, from wherever they are found."""

from ganlab.data.dataset import DIGIT_NAMES, Dataset, Progress, format_digits, parse_digits
from ganlab.data.sources import NAMES, class_names, class_names_of, describe, is_here, load, stamp

__all__ = [
    "DIGIT_NAMES",
    "NAMES",
    "Dataset",
    "Progress",
    "class_names",
    "class_names_of",
    "describe",
    "format_digits",
    "is_here",
    "load",
    "parse_digits",
    "stamp",
]
