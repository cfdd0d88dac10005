"""Billing histories: many invented lives of many months, each closed and judged by a truth of its own."""
