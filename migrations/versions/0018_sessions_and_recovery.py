"""Recovery codes, cookies by their new name, and sign-outs of customers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"

_HOLDS = sa.text("revoked_at IS NULL")


def upgrade() -> None:
    """From 0017 to 0018."""
    op.create_table(
        "recovery_codes",
        sa.Column("user", sa.String(), primary_key=True),
        sa.Column("hash", sa.String(), primary_key=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
    )
    op.add_column("sessions", sa.Column("renamed_at", sa.BigInteger(), nullable=True))
    op.create_index("sessions_by_use", "sessions", ["last_seen_at"], sqlite_where=_HOLDS, postgresql_where=_HOLDS)
    for table in ("visitors", "accounts"):
        op.add_column(table, sa.Column("signed_out_at", sa.BigInteger(), nullable=True))
