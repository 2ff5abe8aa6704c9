"""Indexes from which the lists of unsolved tickets are counted up to a limit."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0094"
down_revision = "0093"

_OPEN = "'solved' <> status"
_INDEXES = {
    "tickets_snoozed": ("snoozed_until IS NOT NULL", ["snoozed_until", "team"]),
    "tickets_of_a_team_to_work_on": (_OPEN, ["team", "status", "assignee", "snoozed_until"]),
    "tickets_of_a_team_by_warning": (
        f"{_OPEN} AND sla_due IS NOT NULL",
        ["team", "sla_warn", "snoozed_until", "status", "sla_due"],
    ),
    "flagged_tickets_to_work_on": (f"{_OPEN} AND flags <> ''", ["flags", "team", "status"]),
}


def upgrade() -> None:
    """From 0093 to 0094."""
    op.drop_index("tickets_snoozed", "tickets")
    for name, (condition, columns) in _INDEXES.items():
        where = sa.text(condition)
        op.create_index(name, "tickets", columns, sqlite_where=where, postgresql_where=where)
