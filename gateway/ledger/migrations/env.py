"""Run migrations inside the transaction the ledger hands over (Alembic reads this file)."""

from alembic import context

from gateway.ledger import content_tables  # with all tables

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=content_tables.metadata,
    transactional_ddl=True,  # SQLite can; a kill half-way leaves the tables as they were
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
