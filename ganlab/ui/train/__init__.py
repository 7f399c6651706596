"""The Train page: the form, the live view of a run, and races."""
