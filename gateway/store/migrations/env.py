"""Run by Alembic: the migrations go over the connection they are handed, in its transaction."""

from __future__ import annotations

from alembic import context

from gateway.store.tables import METADATA

context.configure(connection=context.config.attributes["connection"], target_metadata=METADATA)
with context.begin_transaction():
    context.run_migrations()
