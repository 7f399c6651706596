"""The one kind of failure that is meant for the user's eyes."""


class GanlabError(Exception):
    """A sentence for the user: what happened and what to do."""
