"""On PostgreSQL, the search stores the places of words. The server indexes the articles again after its start."""

from __future__ import annotations

from alembic import op

revision = "0069"
down_revision = "0068"


def upgrade() -> None:
    """From 0068 to 0069."""
    if op.get_bind().dialect.name != "postgresql":
        return
    op.execute("ALTER TABLE search_postings ADD COLUMN places INT[] NOT NULL DEFAULT '{}'")
    # What has not changed is not indexed again. Indexing an article restores its time.
    op.execute("UPDATE search_documents SET updated_at = updated_at - 1 WHERE kind IN ('article', 'release')")
