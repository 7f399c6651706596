# keras carries no types that a checker can use; without this file it finds stubs that contradict the library.
from typing import Any

def __getattr__(name: str) -> Any: ...
