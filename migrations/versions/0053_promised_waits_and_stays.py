"""Reports count promised waits, the time of tickets in each status, and clients. The desk counts everything again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0053"
down_revision = "0052"

_MARK = "reports_counted"
_CHATS = "chat <> ''"
_TICKETS = "chat = ''"
_SOLVED = "kind = 'solved'"
_HINTS = "code IN ('training_suggested', 'no_issue')"


def upgrade() -> None:
    """From 0052 to 0053."""
    op.add_column("chats", sa.Column("told_wait_s", sa.Integer(), nullable=True))
    # All of it is derived. Tallies from before have other counters.
    for table in ("report_cells", "report_chats", "report_intervals", "report_steps", "report_tickets"):
        op.drop_table(table)
    op.execute(sa.text("DELETE FROM meta WHERE key = :mark").bindparams(mark=_MARK))
    _create_tallies()
    _create_chats()
    _create_intervals()
    _create_steps()


def _create_tallies() -> None:
    op.create_table(
        "report_cells",
        sa.Column("grain", sa.String(), nullable=False),
        sa.Column("dimension", sa.String(), nullable=False),
        sa.Column("period", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("team", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("tally", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("grain", "dimension", "period", "team", "key"),
    )
    op.create_table(
        "report_tickets",
        sa.Column("ticket", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("ticket"),
    )


def _create_chats() -> None:
    op.create_table(
        "report_chats",
        sa.Column("chat", sa.String(), nullable=False),
        sa.Column("ticket", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("team", sa.String(), nullable=False),
        sa.Column("agent", sa.String(), nullable=False),
        sa.Column("answered_team", sa.String(), nullable=False),
        sa.Column("answered_by", sa.String(), nullable=False),
        sa.Column("product", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("void", sa.Boolean(), nullable=False),
        sa.Column("queued_at", sa.BigInteger(), nullable=False),
        sa.Column("closed_at", sa.BigInteger(), nullable=False),
        sa.Column("wait_ms", sa.BigInteger(), nullable=True),
        sa.Column("told_s", sa.Integer(), nullable=True),
        sa.Column("wait_goal_s", sa.Integer(), nullable=False),
        sa.Column("first_ms", sa.BigInteger(), nullable=True),
        sa.Column("first_goal_s", sa.Integer(), nullable=False),
        sa.Column("next_ms", sa.Text(), nullable=False),
        sa.Column("handle_ms", sa.BigInteger(), nullable=True),
        sa.Column("rating", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("chat"),
    )
    op.create_index("report_chats_answered_by", "report_chats", ["answered_by", "day"])
    op.create_index("report_chats_by_day", "report_chats", ["day", "team"])
    op.create_index("report_chats_of_a_ticket", "report_chats", ["ticket"])
    op.create_index("report_chats_of_an_agent", "report_chats", ["agent", "day"])


def _create_intervals() -> None:
    op.create_table(
        "report_intervals",
        sa.Column("ticket", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("chat", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("team", sa.String(), nullable=False),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("began", sa.BigInteger(), nullable=False),
        sa.Column("ended", sa.BigInteger(), nullable=True),
        sa.Column("day", sa.Integer(), nullable=True),
        sa.Column("product", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("open_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("ticket", "place"),
    )
    op.create_index(
        "report_intervals_by_day",
        "report_intervals",
        ["day", "team"],
        sqlite_where=sa.text(_TICKETS),
        postgresql_where=sa.text(_TICKETS),
    )
    op.create_index(
        "report_intervals_of_a_holder",
        "report_intervals",
        ["holder", "began"],
        sqlite_where=sa.text(_CHATS),
        postgresql_where=sa.text(_CHATS),
    )


def _create_steps() -> None:
    op.create_table(
        "report_steps",
        sa.Column("ticket", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("team", sa.String(), nullable=False),
        sa.Column("agent", sa.String(), nullable=False),
        sa.Column("product", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("client", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("ticket", "place"),
    )
    op.create_index("report_steps_by", "report_steps", ["agent", "day"])
    op.create_index("report_steps_by_day", "report_steps", ["day", "kind", "team"])
    op.create_index(
        "report_steps_of_hints",
        "report_steps",
        ["day", "team"],
        sqlite_where=sa.text(_HINTS),
        postgresql_where=sa.text(_HINTS),
    )
    op.create_index(
        "report_steps_of_a_client",
        "report_steps",
        ["client", "day"],
        sqlite_where=sa.text(_SOLVED),
        postgresql_where=sa.text(_SOLVED),
    )
