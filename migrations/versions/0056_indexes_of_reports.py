"""Reports of a large desk read the backlog, hints and time in status from indexes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0056"
down_revision = "0055"

_AT_WORK = "status <> 'solved'"
_HINTS = "code IN ('training_suggested', 'no_issue')"
_TICKETS = "chat = ''"
_FILTERED = ("team", "status", "product", "channel", "resolution", "assignee")


def upgrade() -> None:
    """From 0055 to 0056."""
    op.drop_index("tickets_to_work_on", "tickets")
    _create("tickets_to_work_on", "tickets", ["updated_at", "number", *_FILTERED, "created_at", "with"], _AT_WORK)
    op.drop_index("report_steps_of_hints", "report_steps")
    _create("report_steps_of_hints", "report_steps", ["day", "team", "code", "client", "product"], _HINTS)
    op.drop_index("report_intervals_by_day", "report_intervals")
    _create("report_intervals_by_day", "report_intervals", ["day", "kind", "team"], _TICKETS)
    _create("report_intervals_of_an_assignee", "report_intervals", ["holder", "day"], _TICKETS)


def _create(name: str, table: str, columns: list[str], condition: str) -> None:
    op.create_index(name, table, columns, sqlite_where=sa.text(condition), postgresql_where=sa.text(condition))
