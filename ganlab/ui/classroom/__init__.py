"""The Class page: what a host has to lead a class with, and what guests are told."""
