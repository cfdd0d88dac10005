"""Campaigns that feed mutated input to the program."""
