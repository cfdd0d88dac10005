"""Clauses: what an agreement is made of. Each kind is one small frozen class and one line in `kinds.KINDS`."""
