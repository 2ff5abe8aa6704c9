"""An index of the letters that are sent before those of the waiting clock."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"

_FIRST = "state = 'waiting' AND kind NOT IN ('reminder_1', 'reminder_2', 'auto_solved')"


def upgrade() -> None:
    """From 0032 to 0033."""
    op.create_index(
        "letters_due_first",
        "letters",
        ["due_at", "id"],
        sqlite_where=sa.text(_FIRST),
        postgresql_where=sa.text(_FIRST),
    )
