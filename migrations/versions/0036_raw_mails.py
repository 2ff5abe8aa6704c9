"""The bytes of mails are removed after a while."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"

_KEPT = sa.text("state = 'done' AND bytes_removed_at IS NULL")


def upgrade() -> None:
    """From 0035 to 0036."""
    op.add_column("incoming_mails", sa.Column("bytes_removed_at", sa.BigInteger(), nullable=True))
    op.create_index(
        "incoming_mails_with_bytes",
        "incoming_mails",
        ["done_at"],
        sqlite_where=_KEPT,
        postgresql_where=_KEPT,
    )
