"""The waiting clock of tickets that await a reply, and tickets to close for good."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"

_NOT_CLOSED = sa.text("status = 'solved' AND closed_at IS NULL")


def upgrade() -> None:
    """From 0026 to 0027."""
    op.create_table(
        "ticket_waits",
        sa.Column("ticket", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("team", sa.String(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=True),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("due", sa.BigInteger(), nullable=True),
        sa.Column("reminder_1", sa.BigInteger(), nullable=True),
        sa.Column("reminder_2", sa.BigInteger(), nullable=True),
        sa.Column("auto_solve", sa.BigInteger(), nullable=True),
        sa.Column("letter", sa.BigInteger(), nullable=True),
        sa.Column("calendar", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("ticket"),
    )
    # Tickets that wait already were told nothing. Their wait begins when the first dates are computed.
    op.execute(
        "INSERT INTO ticket_waits (ticket, team, step, calendar, state) "
        "SELECT number, team, 'reminder_1', '', CASE WHEN requester_email IS NULL OR flags LIKE '%,unreachable,%' "
        "THEN 'unreachable' ELSE 'running' END FROM tickets WHERE status = 'awaiting_reply'"
    )
    op.create_index("waits_due", "ticket_waits", ["due"])
    op.create_index("waits_of_a_team", "ticket_waits", ["team", "ticket"])
    op.create_index(
        "tickets_to_close", "tickets", ["reopen_until"], sqlite_where=_NOT_CLOSED, postgresql_where=_NOT_CLOSED
    )
