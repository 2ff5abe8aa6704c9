"""Puts addresses with letters beyond ASCII in lower case, which not every database can do by itself."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"

_TICKETS = sa.table("tickets", sa.column("requester_address"))


def upgrade() -> None:
    """From 0025 to 0026."""
    connection = op.get_bind()
    address = _TICKETS.c.requester_address
    beyond_ascii = (
        address.op("GLOB")("*[^\x01-~]*") if connection.dialect.name == "sqlite" else address.op("~")("[^\x01-~]")
    )
    for (kept,) in connection.execute(sa.select(address).distinct().where(beyond_ascii)).all():
        if kept != kept.lower():
            connection.execute(sa.update(_TICKETS).where(address == kept).values(requester_address=kept.lower()))
