"""Staff sort their tickets by priority and tags, and snooze them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0073"
down_revision = "0072"

_FILTERED = ("team", "status", "product", "channel", "resolution", "assignee", "priority")


def upgrade() -> None:
    """From 0072 to 0073."""
    op.create_table(
        "ticket_tags",
        sa.Column("tag", sa.String(), nullable=False),
        sa.Column("ticket", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("tag", "ticket"),
    )
    op.create_table(
        "tags_of_teams",
        sa.Column("team", sa.String(), nullable=False),
        sa.Column("tag", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("team", "tag"),
    )
    op.add_column("tickets", sa.Column("priority", sa.Integer(), nullable=False, server_default="1"))
    op.add_column("tickets", sa.Column("tags", sa.String(), nullable=False, server_default=""))
    op.add_column("tickets", sa.Column("snoozed_until", sa.BigInteger()))
    for name in ("by_change", "by_creation", "by_number", "to_work_on", "flagged"):
        op.drop_index(f"tickets_{name}", "tickets")
    _index("tickets_by_change", "updated_at", "number", *_FILTERED, "created_at")
    _index("tickets_by_creation", "created_at", "number", *_FILTERED, "updated_at")
    _index("tickets_by_number", "number", *_FILTERED, "created_at", "updated_at")
    _index("tickets_by_priority", "priority", "number", *_FILTERED[:-1])
    at_work = ("updated_at", "number", *_FILTERED, "created_at", "with", "snoozed_until")
    _index("tickets_to_work_on", *at_work, condition="status <> 'solved'")
    _index("tickets_flagged", "updated_at", "number", *_FILTERED, "created_at", "flags", condition="flags <> ''")
    _index("tickets_snoozed", "snoozed_until", condition="snoozed_until IS NOT NULL")


def _index(name: str, *columns: str, condition: str | None = None) -> None:
    where = sa.text(condition) if condition is not None else None
    op.create_index(name, "tickets", list(columns), sqlite_where=where, postgresql_where=where)
