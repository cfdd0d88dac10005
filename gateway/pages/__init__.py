"""Web pages for people: overview, messages, episodes, months and quality, in Danish and English."""

from gateway.pages.site import routes

__all__ = ["routes"]
