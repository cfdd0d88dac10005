"""Explanations as text: parts become sentences, so that amounts and words do not run into each other."""

from __future__ import annotations


def sentences(*parts: str) -> str:
    """The parts as sentences, one after the other; empty parts are left out. A part that ends in a stop keeps it."""
    told = (part.strip() for part in parts)
    return " ".join(part if part.endswith(".") else f"{part}." for part in told if part)
