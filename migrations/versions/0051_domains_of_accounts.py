"""The domain of each proven address, and indexes to find the accounts of a client."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0051"
down_revision = "0050"

_CHUNK = 10_000


def upgrade() -> None:
    """From 0050 to 0051."""
    op.add_column("accounts", sa.Column("domain", sa.String(), nullable=True))
    _fill(op.get_bind())
    for name, column in (("accounts_by_domain", "domain"), ("accounts_by_client", "client")):
        known = sa.text(f"{column} IS NOT NULL")
        op.create_index(name, "accounts", [column], sqlite_where=known, postgresql_where=known)


def _fill(connection: sa.Connection) -> None:
    accounts = sa.table(
        "accounts", sa.column("id"), sa.column("email"), sa.column("email_verified"), sa.column("domain")
    )
    found = (
        sa.select(accounts.c.id, accounts.c.email)
        .where(accounts.c.email_verified == sa.true(), accounts.c.email.is_not(None))
        .order_by(accounts.c.id)
        .limit(_CHUNK)
    )
    change = sa.update(accounts).where(accounts.c.id == sa.bindparam("of")).values(domain=sa.bindparam("told"))
    last = ""
    while rows := connection.execute(found.where(accounts.c.id > last)).all():
        connection.execute(change, [{"of": id_, "told": email.rpartition("@")[2].lower()} for id_, email in rows])
        last = rows[-1][0]
