"""The index of open work has the targets, so that lists and counts of tickets that are due soon read it alone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0093"
down_revision = "0092"

_FILTERED = ("team", "status", "product", "channel", "resolution", "assignee", "priority")
_COLUMNS = ("updated_at", "number", *_FILTERED, "created_at", "with", "snoozed_until", "sla_due", "sla_warn")


def upgrade() -> None:
    """From 0092 to 0093."""
    op.drop_index("tickets_to_work_on", "tickets")
    where = sa.text("status <> 'solved'")
    op.create_index("tickets_to_work_on", "tickets", list(_COLUMNS), sqlite_where=where, postgresql_where=where)
