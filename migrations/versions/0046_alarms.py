"""The alarms of supervisors."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0045"


def upgrade() -> None:
    """From 0045 to 0046."""
    op.create_table(
        "alarms",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("team", sa.String(), nullable=False),
        sa.Column("chat", sa.String(), nullable=True),
        sa.Column("staff", sa.String(), nullable=True),
        sa.Column("raised_at", sa.BigInteger(), nullable=False),
        sa.Column("cleared_at", sa.BigInteger(), nullable=True),
        sa.Column("had_by", sa.String(), nullable=True),
        sa.Column("had_at", sa.BigInteger(), nullable=True),
        sa.Column("muted_until", sa.BigInteger(), nullable=True),
        sa.Column("muted_by", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    active, muted = sa.text("cleared_at IS NULL"), sa.text("muted_until IS NOT NULL")
    op.create_index("alarms_by_time", "alarms", ["raised_at"])
    op.create_index("active_alarms", "alarms", ["kind", "team"], sqlite_where=active, postgresql_where=active)
    op.create_index("muted_alarms", "alarms", ["muted_until"], sqlite_where=muted, postgresql_where=muted)
