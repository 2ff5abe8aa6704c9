"""Follows of articles, sections and systems, and the notices to followers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0059"
down_revision = "0058"

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_FIRST = "state = 'waiting' AND kind NOT IN ('reminder_1', 'reminder_2', 'auto_solved', 'news')"


def upgrade() -> None:
    """From 0058 to 0059."""
    _followers()
    _announcements()
    op.drop_index("letters_due_first", "letters")
    _create("letters_due_first", "letters", ["due_at", "id"], _FIRST)


def _followers() -> None:
    op.create_table(
        "followers",
        sa.Column("id", _NUMBER, autoincrement=True, nullable=False),
        sa.Column("account", sa.String(), nullable=True),
        sa.Column("address", sa.String(), nullable=True),
        sa.Column("locale", sa.String(), nullable=True),
        sa.Column("timezone", sa.String(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index("follower_of_an_account", "followers", ["account"], unique=True)
    op.create_index("follower_with_an_address", "followers", ["address"], unique=True)
    op.create_table(
        "follows",
        sa.Column("id", _NUMBER, autoincrement=True, nullable=False),
        sa.Column("follower", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("how", sa.String(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index("follow_of_a_subject", "follows", ["follower", "kind", "key"], unique=True)
    _create("followers_of_a_subject", "follows", ["kind", "key", "id"], "ended_at IS NULL")
    op.create_table(
        "pending_follows",
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("how", sa.String(), nullable=False),
        sa.Column("locale", sa.String(), nullable=True),
        sa.Column("timezone", sa.String(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("hash"),
    )
    op.create_index("pending_follows_of_an_address", "pending_follows", ["address", "created_at"])


def _announcements() -> None:
    op.create_table(
        "announcements",
        sa.Column("id", _NUMBER, autoincrement=True, nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("subjects", sa.Text(), nullable=False),
        sa.Column("news", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("line", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("visibility", sa.String(), nullable=False),
        sa.Column("product", sa.String(), nullable=True),
        sa.Column("not_before", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("cursor", sa.BigInteger(), nullable=False),
        sa.Column("done_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index("announcement_of_a_version", "announcements", ["source", "version"], unique=True)
    _create("announcements_untold", "announcements", ["not_before", "id"], "done_at IS NULL")
    op.create_table(
        "notices",
        sa.Column("follower", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("announcement", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("follow", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("settled_at", sa.BigInteger(), nullable=True),
        sa.Column("seen_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("follower", "announcement"),
    )
    _create("notices_due", "notices", ["due_at", "follower"], "state = 'waiting'")


def _create(name: str, table: str, columns: list[str], condition: str) -> None:
    op.create_index(name, table, columns, sqlite_where=sa.text(condition), postgresql_where=sa.text(condition))
