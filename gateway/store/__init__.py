"""The store: messages, records, episodes, claims. SQLite by default, PostgreSQL by one setting."""
