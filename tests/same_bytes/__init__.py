"""A closed month is the same bytes: whatever the hash seed, the time zone, the order of messages, and the database."""
