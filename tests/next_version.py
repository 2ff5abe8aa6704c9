"""What the next version of the program would do to a PostgreSQL database."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import text

from storage.migrate import transact


def migrate_to_next(url: str, oldest: str | None) -> None:
    """Add a table and a column, as a later `switchboard migrate` would, and a rule that only it can read.
    `oldest` is the revision of the oldest program that may use the tables; None if they list none."""
    transact(url, lambda connection: [connection.execute(text(each)) for each in _statements(oldest)])


def _statements(oldest: str | None) -> Iterator[str]:
    yield "CREATE TABLE of_the_next_version (id int PRIMARY KEY)"
    yield "ALTER TABLE chats ADD COLUMN of_the_next_version int NOT NULL DEFAULT 0"
    yield (
        "INSERT INTO automations (id, name, position, enabled, event, conditions, actions, created_at, version, runs, "
        "failures, since) VALUES ('of_the_next_version', 'Newer', 1, true, 'ticket.created', '[]', "
        """'{"of_the_next_version": true}', 0, 1, 0, 0, 0)"""
    )
    yield "UPDATE alembic_version SET version_num = '9998'"
    yield "DELETE FROM meta WHERE key = 'oldest_program'"
    if oldest is not None:
        yield f"INSERT INTO meta (key, value) VALUES ('oldest_program', '9998 {oldest}')"
