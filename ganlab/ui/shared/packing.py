"""Arrays for a script in the browser, in one piece of bytes.

The length of a JSON head (uint32, little-endian), the head, and the arrays that the head's `arrays` names with their
kind, their place behind the head, and their length."""

import json
from collections.abc import Mapping
from typing import Any

import numpy as np

KINDS = {"float32": "f4", "int32": "i4", "uint8": "u1", "uint16": "u2"}


def pack(head: Mapping[str, Any], arrays: Mapping[str, np.ndarray]) -> bytes:
    """Head and arrays (of the kinds in `KINDS`) in one piece; every array begins at a multiple of 4."""
    places, parts, at = {}, [], 0
    for name, array in arrays.items():
        data = np.ascontiguousarray(array).tobytes()
        places[name] = [KINDS[array.dtype.name], at, array.size]
        data += bytes(-len(data) % 4)
        parts.append(data)
        at += len(data)
    text = json.dumps({**head, "arrays": places}).encode()
    text += b" " * (-len(text) % 4)
    return b"".join([len(text).to_bytes(4, "little"), text, *parts])
