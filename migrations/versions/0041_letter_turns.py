"""The letters to unconfirmed addresses that each network, and each domain of mail without proof, caused lately."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"

_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """From 0040 to 0041."""
    op.create_table(
        "letter_turns",
        sa.Column("id", _NUMBER, primary_key=True, autoincrement=True),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("letter_turns_of_an_origin", "letter_turns", ["origin", "due_at"])
    op.create_index("letter_turns_by_time", "letter_turns", ["due_at"])
