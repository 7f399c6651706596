"""What is put into an export as it is here."""
