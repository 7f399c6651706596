"""Digits, garments, points in the plane and the user's own data as numpy arrays, from wherever they are found."""

from ganlab.data.dataset import DIGIT_NAMES as DIGIT_NAMES
from ganlab.data.dataset import Dataset as Dataset
from ganlab.data.dataset import Progress as Progress
from ganlab.data.dataset import format_digits as format_digits
from ganlab.data.dataset import parse_digits as parse_digits
from ganlab.data.sources import NAMES as NAMES
from ganlab.data.sources import POINTS as POINTS
from ganlab.data.sources import class_names as class_names
from ganlab.data.sources import class_names_of as class_names_of
from ganlab.data.sources import describe as describe
from ganlab.data.sources import give as give
from ganlab.data.sources import is_here as is_here
from ganlab.data.sources import is_named as is_named
from ganlab.data.sources import load as load
from ganlab.data.sources import stamp as stamp
from ganlab.data.sources import title as title
