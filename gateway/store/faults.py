"""Reasons inside the store why a batch is tried again, in parts or as a whole. Callers see StoreError."""

from __future__ import annotations

from gateway.errors import StoreError


class UnfitError(StoreError):
    """A row does not fit into the database; the others of its batch may."""


class RacedError(StoreError):
    """Another process has taken an id of the batch since it was looked up."""
