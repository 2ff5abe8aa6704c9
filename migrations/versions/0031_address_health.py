"""The health of email addresses, and letters that came back."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"

_UNSETTLED = sa.text("unsettled")


def upgrade() -> None:
    """From 0030 to 0031."""
    op.add_column("letters", sa.Column("bounced_at", sa.BigInteger(), nullable=True))
    op.create_table(
        "address_health",
        sa.Column("address", sa.String(), primary_key=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("unsettled", sa.Boolean(), nullable=False),
    )
    op.create_index(
        "addresses_to_settle", "address_health", ["at"], sqlite_where=_UNSETTLED, postgresql_where=_UNSETTLED
    )
