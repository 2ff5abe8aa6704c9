"""Hosts of mail addresses in ASCII (`xn--…`), as the desk keeps and compares them from now on."""

from __future__ import annotations

import idna
import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"

_KEPT = (
    ("users", "email"),
    ("accounts", "email"),
    ("visitors", "email"),
    ("chats", "email"),
    ("tickets", "requester_email"),
    ("ticket_participants", "email"),
)


def upgrade() -> None:
    """From 0015 to 0016."""
    for table, column in _KEPT:
        _rewrite(sa.table(table, sa.column(column)), sa.column(column))


def _rewrite(table: sa.TableClause, column: sa.ColumnClause[str]) -> None:
    connection = op.get_bind()
    # Few people have such an address: the database picks them out.
    beyond_ascii = column.op("GLOB" if connection.dialect.name == "sqlite" else "~")(
        "*[^\x01-~]*" if connection.dialect.name == "sqlite" else "[^\x01-~]"
    )
    for (address,) in connection.execute(sa.select(column).distinct().select_from(table).where(beyond_ascii)).all():
        local, _, host = str(address).rpartition("@")
        try:
            kept = f"{local}@{idna.encode(host, uts46=True).decode()}"
        except (idna.IDNAError, UnicodeError):
            continue
        taken = sa.select(column).select_from(table).where(column == kept)
        # Where somebody has the other spelling already, both stay as they are.
        if kept != address and connection.execute(taken).first() is None:
            connection.execute(sa.update(table).where(column == address).values({column: kept}))
