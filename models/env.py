"""Alembic's environment: it is given an open connection, and knows nothing of settings."""

from __future__ import annotations

from alembic import context

from models.alert_tables import subscription  # noqa: F401 - importing the tables fills the metadata
from models.base import metadata
from models.channel_tables import trace  # noqa: F401 - importing the tables fills the metadata
from models.leader_tables import leader  # noqa: F401 - importing the tables fills the metadata
from models.tables import report  # noqa: F401 - importing the tables fills the metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    compare_type=True,
)

with context.begin_transaction():
    context.run_migrations()
