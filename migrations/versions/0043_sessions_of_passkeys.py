"""The passkey of each session, and the passkeys that authenticators copy themselves."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"


def upgrade() -> None:
    """From 0042 to 0043."""
    op.add_column("sessions", sa.Column("passkey", sa.String(), nullable=True))
    op.add_column("passkeys", sa.Column("synced", sa.Boolean(), nullable=False, server_default=sa.false()))
