"""A section of the Latent page."""


def show() -> None:
    """The whole section."""
