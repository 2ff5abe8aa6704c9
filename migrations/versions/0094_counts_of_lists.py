"""Indexes from which the lists of unsolved tickets are counted up to a limit."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0094"
down_revision = "0093"

_OPEN = "'solved' <> status"
_INDEXES = {
    "tickets_of_a_team_to_work_on": (_OPEN, ["team", "status", "assignee", "snoozed_until"]),
    "tickets_of_a_team_by_warning": (
        f"{_OPEN} AND sla_due IS NOT NULL",
        ["team", "sla_warn", "snoozed_until", "status", "sla_due"],
    ),
    "flagged_tickets_to_work_on": (f"{_OPEN} AND flags <> ''", ["flags", "team", "status"]),
}
_SNOOZED = ("snoozed_until IS NOT NULL", ["snoozed_until", "team"])


def _create(name: str, condition: str, columns: list[str]) -> None:
    where = sa.text(condition)
    op.create_index(name, "tickets", columns, sqlite_where=where, postgresql_where=where)


def upgrade() -> None:
    """From 0093 to 0094."""
    for name, (condition, columns) in _INDEXES.items():
        _create(name, condition, columns)
    if op.get_bind().dialect.name == "sqlite":
        op.drop_index("tickets_snoozed", "tickets")
        _create("tickets_snoozed", *_SNOOZED)
        return
    # Nobody can read the tickets from the drop on, so it comes last.
    _create("tickets_snoozed_in_teams", *_SNOOZED)
    op.drop_index("tickets_snoozed", "tickets")
    op.execute("ALTER INDEX tickets_snoozed_in_teams RENAME TO tickets_snoozed")
