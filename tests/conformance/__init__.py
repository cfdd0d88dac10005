"""Scores against public conformance suites."""
