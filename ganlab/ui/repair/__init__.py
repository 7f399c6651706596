"""The sections of the Repair page, a module each; every one has a `show` that draws it."""
