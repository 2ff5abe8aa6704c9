"""Letters that another letter stands for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"


def upgrade() -> None:
    """From 0037 to 0038."""
    op.add_column("letters", sa.Column("covered_by", sa.BigInteger(), nullable=True))
    covered = sa.text("covered_by IS NOT NULL")
    op.create_index("letters_covered", "letters", ["covered_by"], sqlite_where=covered, postgresql_where=covered)
