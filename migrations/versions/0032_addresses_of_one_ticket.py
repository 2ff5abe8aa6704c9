"""Links that prove a requester's address for one ticket, and who has used one."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"


def upgrade() -> None:
    """From 0031 to 0032."""
    op.create_table(
        "ticket_links",
        sa.Column("hash", sa.String(), primary_key=True),
        sa.Column("ticket", sa.BigInteger(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
    )
    op.create_index("ticket_links_by_age", "ticket_links", ["created_at"])
    op.create_table(
        "ticket_confirmations",
        sa.Column("ticket", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("holder", sa.String(), primary_key=True),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
    )
    op.create_index("confirmations_by_holder", "ticket_confirmations", ["holder", "ticket"])
