"""Alembic's folder: `versions` holds every change of the schema, oldest first."""
