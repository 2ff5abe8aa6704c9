"""People of OpenID Connect providers, and their accounts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"


def upgrade() -> None:
    """From 0034 to 0035."""
    op.create_table(
        "sign_ons",
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("sub", sa.String(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("linked_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("issuer", "sub"),
    )
    op.create_index("sign_ons_of_an_account", "sign_ons", ["account"])
