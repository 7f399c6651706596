"""The one kind of failure that is meant for the user's eyes."""


def displayable(text: str) -> str:
    """A text that every terminal, page and file takes: bytes of a name that are not UTF-8 are written out, as
    `\\udce9`, so that different names stay different."""
    return text.encode("utf-8", "backslashreplace").decode()


class GanlabError(Exception):
    """A sentence for the user: what happened and what to do."""

    def __init__(self, sentence: str) -> None:
        super().__init__(displayable(sentence))
