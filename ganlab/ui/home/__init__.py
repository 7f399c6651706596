"""Home: what is here, what this machine offers, and the ways in."""
