"""What to say of a run in the plane, and the buttons that may help."""

from ganlab.runs import Run


def show(run: Run, active: bool) -> None:
    """Nothing yet."""
