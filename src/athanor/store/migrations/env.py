"""What Alembic runs: it migrates over the connection it is handed, inside that transaction."""

from __future__ import annotations

from alembic import context

from athanor.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=False,  # the caller's transaction holds it all
)
context.run_migrations()
