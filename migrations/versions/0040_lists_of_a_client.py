"""A company's requests are counted and filtered in indexes alone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"

_AT_WORK = sa.text("status <> 'solved'")


def upgrade() -> None:
    """From 0039 to 0040."""
    op.create_index("tickets_of_a_client_by_status", "tickets", ["client", "status"])
    op.create_index("requesters_of_a_client", "tickets", ["client", "requester", "requester_name"])
    op.create_index("tickets_of_a_clients_requester", "tickets", ["client", "requester", "updated_at"])
    op.create_index(
        "tickets_of_a_client_to_work_on",
        "tickets",
        ["client", "updated_at"],
        sqlite_where=_AT_WORK,
        postgresql_where=_AT_WORK,
    )
