"""Runs that leave this machine, come from another, or are made again."""
