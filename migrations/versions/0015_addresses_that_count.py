"""Whether the site of an account may speak for its address.

Until now every site was believed about every address. No account keeps that: each is proven anew when its customer
comes again, by the rules that hold since.
"""

from __future__ import annotations

from typing import Literal

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """From 0014 to 0015."""
    # SQLite keeps no default that the tables of the code do not have only if it writes the table anew.
    copied: Literal["always", "never"] = "always" if op.get_context().dialect.name == "sqlite" else "never"
    with op.batch_alter_table("accounts", recreate=copied) as accounts:
        accounts.add_column(sa.Column("email_verified", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("accounts", recreate=copied) as accounts:
        accounts.alter_column(
            "email_verified", existing_type=sa.Boolean(), existing_nullable=False, server_default=None
        )
