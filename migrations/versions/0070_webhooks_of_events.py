"""Webhooks get events too, which are about no hand-over."""

from __future__ import annotations

from typing import Literal

import sqlalchemy as sa
from alembic import op

revision = "0070"
down_revision = "0069"


def upgrade() -> None:
    """From 0069 to 0070."""
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    # SQLite can only drop a default, or NOT NULL, by writing the table anew.
    recreate: Literal["always", "never"] = "always" if on_sqlite else "never"
    highest = _highest() if on_sqlite else 0
    with op.batch_alter_table("webhooks", recreate=recreate) as webhooks:
        webhooks.add_column(sa.Column("events", sa.String(), nullable=False, server_default=""))
        webhooks.alter_column("account_team", existing_type=sa.String(), nullable=True)
    with op.batch_alter_table("webhooks", recreate=recreate) as webhooks:
        webhooks.alter_column("events", existing_type=sa.String(), existing_nullable=False, server_default=None)
    options = {"sqlite_autoincrement": True}
    with op.batch_alter_table("webhook_messages", recreate=recreate, table_kwargs=options) as messages:
        for name in ("ticket", "handover"):
            messages.alter_column(name, existing_type=sa.BigInteger(), nullable=True)
    if on_sqlite:
        _never_below(highest)


def _highest() -> int:
    """The highest id that was given. A copied table begins at its highest row, and no id is used twice."""
    sequence = sa.text("SELECT seq FROM sqlite_sequence WHERE name = 'webhook_messages'")
    return op.get_bind().execute(sequence).scalar() or 0


def _never_below(highest: int) -> None:
    connection = op.get_bind()
    known = connection.execute(sa.text("SELECT 1 FROM sqlite_sequence WHERE name = 'webhook_messages'")).first()
    set_it = "UPDATE sqlite_sequence SET seq = :seq WHERE name = 'webhook_messages'"
    make_it = "INSERT INTO sqlite_sequence (name, seq) VALUES ('webhook_messages', :seq)"
    connection.execute(sa.text(set_it if known else make_it), {"seq": highest})
