"""Tests mirror the source by name."""
