"""Numbers read from a picture: a page cut into lines and digits, corrected by a person, repaired and read."""

from ganlab.reading.corrections import DROP, JOIN, SPLIT, WRITE, Correction, as_text, from_text
from ganlab.reading.draft import Draft, as_csv, draft_of
from ganlab.reading.numbers import CERTAIN, Digit, Line, Readings, lines_of, read_digits, read_lines, read_numbers
from ganlab.reading.page import Cut, Page, drop, join, read_page, split

__all__ = [
    "CERTAIN",
    "DROP",
    "JOIN",
    "SPLIT",
    "WRITE",
    "Correction",
    "Cut",
    "Digit",
    "Draft",
    "Line",
    "Page",
    "Readings",
    "as_csv",
    "as_text",
    "draft_of",
    "drop",
    "from_text",
    "join",
    "lines_of",
    "read_digits",
    "read_lines",
    "read_numbers",
    "read_page",
    "split",
]
