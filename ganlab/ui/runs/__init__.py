"""The Runs page: the list, runs beside each other, and the page that prints."""
