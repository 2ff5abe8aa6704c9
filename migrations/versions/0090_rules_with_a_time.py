"""Rules run when some time has passed on a ticket."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0090"
down_revision = "0089"


def upgrade() -> None:
    """From 0089 to 0090."""
    op.add_column("automations", sa.Column("time", sa.Text(), nullable=True))
    op.add_column("automations", sa.Column("since", sa.BigInteger(), nullable=False, server_default="0"))
    op.execute("UPDATE automations SET since = created_at")
    op.create_table(
        "automation_looks",
        sa.Column("ticket", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("due", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("ticket"),
    )
    op.create_index("looks_due", "automation_looks", ["due"])
    op.create_table(
        "automation_handled",
        sa.Column("ticket", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("began", sa.BigInteger(), nullable=True),
        sa.Column("runs", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("ticket", "rule"),
    )
    op.create_table(
        "automation_looking",
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("upto", sa.BigInteger(), nullable=True),
        sa.Column("calendar", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("rule"),
    )
