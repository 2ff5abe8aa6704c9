"""Routing."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

_ANSWERED = sa.text("state = 'closed' AND agent IS NOT NULL")
_OFFERED = sa.text("offered_to IS NOT NULL")


def upgrade() -> None:
    """From 0006 to 0007."""
    op.add_column("chats", sa.Column("priority", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("chats", sa.Column("preferred", sa.String(), nullable=True))
    op.add_column("chats", sa.Column("passed", sa.Text(), nullable=False, server_default="[]"))
    for person in ("offered_to", "offered_by"):
        op.add_column("chats", sa.Column(person, sa.String(), nullable=True))
    for moment in ("offer_due_at", "overflowed_at"):
        op.add_column("chats", sa.Column(moment, sa.BigInteger(), nullable=True))
    op.create_index(
        "chats_answered", "chats", ["customer", "closed_at"], sqlite_where=_ANSWERED, postgresql_where=_ANSWERED
    )
    op.create_index("chats_offered", "chats", ["offered_to"], sqlite_where=_OFFERED, postgresql_where=_OFFERED)
    op.add_column("agents", sa.Column("set_by", sa.String(), nullable=False, server_default="self"))
    op.create_table(
        "agent_states",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True, autoincrement=True),
        sa.Column("staff", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("set_by", sa.String(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("connected", sa.Boolean(), nullable=False),
    )
    op.create_index("states_of_an_agent", "agent_states", ["staff", "at"])
