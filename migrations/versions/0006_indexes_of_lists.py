"""Indexes of lists."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

_FILTERED = ("team", "status", "product", "channel", "resolution", "assignee")


def upgrade() -> None:
    """From 0005 to 0006."""
    for index in ("tickets_of_an_assignee", "tickets_flagged"):
        op.drop_index(index, "tickets")
    _partial_index("tickets_of_an_assignee", ["assignee", "updated_at"], "assignee IS NOT NULL")
    ordered = ["updated_at", "number", *_FILTERED, "created_at"]
    _partial_index("tickets_to_work_on", ordered, "status <> 'solved'")
    _partial_index("tickets_flagged", [*ordered, "flags"], "flags <> ''")


def _partial_index(name: str, columns: list[str], condition: str) -> None:
    op.create_index(name, "tickets", columns, sqlite_where=sa.text(condition), postgresql_where=sa.text(condition))
