"""Run by alembic. `storage.migrate` passes in the connection and ends the transaction."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from sqlalchemy import Connection
from sqlmodel import AutoString

from server.schema import is_described, metadata


def _rendered(kind: str, thing: Any, _: Any) -> str | Literal[False]:
    """Replace types of sqlmodel in new migrations. So no migration depends on the version of sqlmodel."""
    return "sa.String()" if kind == "type" and isinstance(thing, AutoString) else False


connection: Connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    render_item=_rendered,
    include_name=is_described,
    # SQLite cannot alter most of a table: alembic copies it.
    render_as_batch=connection.dialect.name == "sqlite",
    # Else alembic believes that SQLite cannot roll back a change of tables.
    transactional_ddl=True,
)
context.run_migrations()
