"""Tickets: participants, their own stream, hand-overs, requests that are repeated, words to be found by."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator
from itertools import groupby
from typing import Literal

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_FILTERED = ("team", "status", "product", "channel", "resolution", "assignee")
_TEXT_MAX = 100_000
_WORDS_MAX = 16_000
_AT_A_TIME = 500


def upgrade() -> None:
    """From 0002 to 0003."""
    _columns()
    _indexes()
    _tables()
    _search()


def _columns() -> None:
    for index in ("tickets_by_change", "tickets_of_a_requester", "tickets_of_a_team"):
        op.drop_index(index, "tickets")
    highest = _highest()
    with op.batch_alter_table("tickets", recreate=_recreate(), table_kwargs={"sqlite_autoincrement": True}) as batch:
        batch.add_column(sa.Column("awaiting_since", sa.BigInteger()))
        batch.add_column(sa.Column("solvings", sa.Integer(), nullable=False, server_default="0"))
        batch.add_column(sa.Column("flags", sa.String(), nullable=False, server_default=""))
        batch.add_column(sa.Column("rating", sa.Integer()))
        batch.add_column(sa.Column("rating_comment", sa.Text()))
        batch.add_column(sa.Column("last_seq", sa.Integer(), nullable=False, server_default="0"))
        batch.add_column(sa.Column("last_public_seq", sa.Integer(), nullable=False, server_default="0"))
    op.execute("UPDATE tickets SET solvings = 1 WHERE status = 'solved'")
    op.execute("UPDATE tickets SET awaiting_since = updated_at WHERE status = 'awaiting_reply'")
    op.execute("UPDATE tickets SET flags = ',no_address,' WHERE requester_email IS NULL AND status <> 'solved'")
    with op.batch_alter_table("tickets", recreate=_recreate(), table_kwargs={"sqlite_autoincrement": True}) as batch:
        for name in ("solvings", "last_seq", "last_public_seq"):
            batch.alter_column(name, existing_type=sa.Integer(), existing_nullable=False, server_default=None)
        batch.alter_column("flags", existing_type=sa.String(), existing_nullable=False, server_default=None)
    _never_below(highest)


def _recreate() -> Literal["always", "never"]:
    """SQLite keeps no defaults that the tables of the code do not have only if it writes the table anew."""
    return "always" if _on_sqlite() else "never"


def _highest() -> int:
    """The last number that was given. A copied table begins at its highest row, and no number is used twice."""
    if not _on_sqlite():
        return 0
    sequence = sa.text("SELECT seq FROM sqlite_sequence WHERE name = 'tickets'")
    return op.get_bind().execute(sequence).scalar() or 0


def _never_below(highest: int) -> None:
    if not _on_sqlite():
        return
    connection = op.get_bind()
    known = connection.execute(sa.text("SELECT 1 FROM sqlite_sequence WHERE name = 'tickets'")).first()
    set_it = "UPDATE sqlite_sequence SET seq = :seq WHERE name = 'tickets'"
    make_it = "INSERT INTO sqlite_sequence (name, seq) VALUES ('tickets', :seq)"
    connection.execute(sa.text(set_it if known else make_it), {"seq": highest})


def _indexes() -> None:
    op.create_index("tickets_by_change", "tickets", ["updated_at", "number", *_FILTERED, "created_at"])
    op.create_index("tickets_by_creation", "tickets", ["created_at", "number", *_FILTERED, "updated_at"])
    op.create_index("tickets_by_number", "tickets", ["number", *_FILTERED, "created_at", "updated_at"])
    op.create_index("tickets_of_a_requester", "tickets", ["requester", "updated_at"])
    op.create_index("tickets_of_an_assignee", "tickets", ["assignee", "updated_at"])
    op.create_index("tickets_of_a_client", "tickets", ["client", "updated_at"])
    _partial_index("tickets_for_an_address", "tickets", ["requester_email"], "requester IS NULL")
    _partial_index("tickets_flagged", "tickets", ["updated_at", "number", "flags"], "flags <> ''")
    _partial_index("duplicates_of_a_ticket", "tickets", ["duplicate_of"], "duplicate_of IS NOT NULL")
    _partial_index("follow_ups_of_a_ticket", "tickets", ["follow_up_of"], "follow_up_of IS NOT NULL")


def _partial_index(name: str, table: str, columns: list[str], condition: str) -> None:
    op.create_index(name, table, columns, sqlite_where=sa.text(condition), postgresql_where=sa.text(condition))


def _tables() -> None:
    op.create_table(
        "ticket_participants",
        sa.Column("ticket", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String()),
        sa.Column("account", sa.String()),
        sa.PrimaryKeyConstraint("ticket", "email"),
    )
    op.create_index("tickets_an_address_takes_part_in", "ticket_participants", ["email"])
    _partial_index("tickets_an_account_takes_part_in", "ticket_participants", ["account"], "account IS NOT NULL")
    op.create_table(
        "ticket_events",
        sa.Column("ticket", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("public_prev", sa.BigInteger(), nullable=False),
        sa.Column("staff_only", sa.Boolean(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("ticket", "seq"),
    )
    op.create_table(
        "handovers",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("ticket", sa.BigInteger(), nullable=False),
        sa.Column("solving", sa.Integer(), nullable=False),
        sa.Column("client", sa.String()),
        sa.Column("address", sa.String()),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("sent_at", sa.BigInteger()),
        sa.Column("acknowledged_at", sa.BigInteger()),
        sa.Column("external_ref", sa.String()),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("ticket", "solving", name="one_handover_a_solving"),
    )
    op.create_table(
        "requests",
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("ticket", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("person", "path", "key"),
    )
    op.create_table(
        "ticket_texts",
        sa.Column("ticket", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("public", sa.Text(), nullable=False),
        sa.Column("internal", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("ticket"),
    )


# -- the words that tickets are found by ------------------------------------------------


def _search() -> None:
    if _on_sqlite():
        op.execute(
            "CREATE VIRTUAL TABLE ticket_index USING fts5 "
            "(public, internal, content='ticket_texts', content_rowid='ticket', prefix='2 3')"
        )
    else:
        op.execute("CREATE TABLE ticket_index (ticket BIGINT NOT NULL PRIMARY KEY, words TSVECTOR NOT NULL)")
        op.execute("CREATE INDEX ticket_index_words ON ticket_index USING gin (words)")
    connection = op.get_bind()
    insert = sa.text("INSERT INTO ticket_texts (ticket, public, internal) VALUES (:ticket, :public, :internal)")
    rows: list[dict[str, object]] = []
    for row in _texts():
        rows.append(row)
        if len(rows) == _AT_A_TIME:
            connection.execute(insert, rows)
            rows = []
    if rows:
        connection.execute(insert, rows)
    if _on_sqlite():
        op.execute("INSERT INTO ticket_index (ticket_index) VALUES ('rebuild')")
    else:
        op.execute(
            "INSERT INTO ticket_index (ticket, words) "
            "SELECT ticket, to_tsvector('simple', public || ' ' || internal) FROM ticket_texts"
        )


def _texts() -> Iterator[dict[str, object]]:
    connection = op.get_bind()
    tickets = connection.execute(
        sa.text(
            "SELECT number, subject, requester_name, requester_email, workaround, finding, external_ref "
            "FROM tickets ORDER BY number"
        )
    ).all()
    said = connection.execute(
        sa.text(
            "SELECT chats.ticket, events.staff_only, events.body FROM events JOIN chats ON chats.id = events.chat "
            "WHERE chats.ticket IS NOT NULL ORDER BY chats.ticket, events.seq"
        )
    )
    stories = groupby(said, lambda row: row[0])
    following = next(stories, None)
    for number, subject, name, email, workaround, finding, reference in tickets:
        public, internal = [subject, name, email, workaround, finding], [reference]
        while following is not None and following[0] <= number:
            if following[0] == number:
                for _, staff_only, body in following[1]:
                    event = json.loads(body)
                    if event.get("type") in ("message", "note"):
                        (internal if staff_only else public).append(event.get("text"))
            following = next(stories, None)
        yield {"ticket": number, "public": _words(public), "internal": _words(internal)}


def _words(texts: list[str | None]) -> str:
    """As `ticketing.words` writes them at this revision."""
    text = " ".join(text for text in texts if text)[:_TEXT_MAX]
    plain = (c for c in unicodedata.normalize("NFKD", text).casefold() if not unicodedata.combining(c))
    spaced = (_spaced(character) for character in plain)
    return " ".join("".join(spaced).split()[:_WORDS_MAX])


def _spaced(character: str) -> str:
    if not character.isalnum():
        return " "
    wide = character > "\u2e7f" and unicodedata.east_asian_width(character) == "W"
    return f" {character} " if wide else character


def _on_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"
