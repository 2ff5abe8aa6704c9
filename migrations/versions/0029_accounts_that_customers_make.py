"""Accounts that customers make, the links in their letters, and sessions of customers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"

_HOLDS = sa.text("revoked_at IS NULL")


def upgrade() -> None:
    """From 0028 to 0029."""
    op.create_table(
        "own_accounts",
        sa.Column("account", sa.String(), primary_key=True),
        sa.Column("email", sa.String(), nullable=False, unique=True),
        sa.Column("password_hash", sa.String(), nullable=False),
        sa.Column("locale", sa.String(), nullable=True),
        sa.Column("timezone", sa.String(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "account_links",
        sa.Column("hash", sa.String(), primary_key=True),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=True),
        sa.Column("locale", sa.String(), nullable=True),
        sa.Column("timezone", sa.String(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("works", sa.Boolean(), nullable=False),
    )
    op.create_index("account_links_of_an_address", "account_links", ["email"])
    op.create_index("account_links_by_end", "account_links", ["expires_at"])
    op.add_column("sessions", sa.Column("kind", sa.String(), nullable=False, server_default="staff"))
    op.drop_index("sessions_by_use", "sessions")
    op.create_index(
        "sessions_by_use", "sessions", ["kind", "last_seen_at"], sqlite_where=_HOLDS, postgresql_where=_HOLDS
    )
    op.create_table(
        "begun_elsewhere",
        sa.Column("ticket", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("browser", sa.String(), nullable=False),
        sa.Column("upto", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("team", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
    )
    op.create_index("begun_by_a_browser", "begun_elsewhere", ["browser"])
