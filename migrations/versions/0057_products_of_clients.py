"""The products that a client has."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0057"
down_revision = "0056"


def upgrade() -> None:
    """From 0056 to 0057."""
    op.create_table(
        "client_products",
        sa.Column("client", sa.String(), nullable=False),
        sa.Column("product", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("client", "product"),
    )
