"""The passkey of each session, and the passkeys that authenticators copy themselves."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"


def upgrade() -> None:
    """From 0043 to 0044."""
    op.add_column("sessions", sa.Column("passkey", sa.String(), nullable=True))
    op.add_column("passkeys", sa.Column("synced", sa.Boolean(), nullable=False, server_default=sa.false()))
