"""What tickets are found by, text by text; what is still to be indexed.

What was indexed stays found: the words of a ticket become two texts of it, one for everybody and one for staff. They
are replaced by texts of their own when the ticket's properties change, or a text of it is taken away.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

_PUBLIC = (
    "INSERT INTO ticket_passages (id, ticket, stream, seq, words) "
    "SELECT ticket * 1048576 + 2, ticket, 'imported', 0, public FROM ticket_texts WHERE public <> ''"
)
"""Ids of passages are 2 ** 20 from one ticket to the next; odd ones are for staff alone."""
_INTERNAL = (
    "INSERT INTO ticket_passages (id, ticket, stream, seq, words) "
    "SELECT ticket * 1048576 + 5, ticket, 'imported', 1, internal FROM ticket_texts WHERE internal <> ''"
)
_WORDS = (
    # Each with its place, in PostgreSQL's own writing: its parser would have words of its own.
    "INSERT INTO ticket_index (id, words) SELECT id, ("
    "SELECT string_agg('''' || left(word, 500) || ''':' || least(place, 16383), ' ') "
    "FROM unnest(string_to_array(words, ' ')) WITH ORDINALITY AS said (word, place)"
    ")::tsvector FROM ticket_passages"
)


def upgrade() -> None:
    """From 0012 to 0013."""
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "ticket_passages",
        sa.Column("id", number, autoincrement=False, nullable=False),
        sa.Column("ticket", sa.BigInteger(), nullable=False),
        sa.Column("stream", sa.String(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "ticket_to_index",
        sa.Column("id", number, autoincrement=True, nullable=False),
        sa.Column("ticket", sa.BigInteger(), nullable=False),
        sa.Column("stream", sa.String(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.execute(_PUBLIC)
    op.execute(_INTERNAL)
    op.create_index("passages_of_a_stream", "ticket_passages", ["ticket", "stream", "seq"], unique=True)
    op.create_index("to_index_of_a_ticket", "ticket_to_index", ["ticket"])
    op.execute("DROP TABLE ticket_index")
    op.drop_table("ticket_texts")
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE VIRTUAL TABLE ticket_index USING fts5 "
            "(words, content='ticket_passages', content_rowid='id', columnsize=0, prefix='2 3')"
        )
        op.execute("INSERT INTO ticket_index (ticket_index) VALUES ('rebuild')")
        return
    op.execute("CREATE TABLE ticket_index (id BIGINT NOT NULL PRIMARY KEY, words TSVECTOR NOT NULL)")
    op.execute(_WORDS)
    op.execute("CREATE INDEX ticket_index_words ON ticket_index USING gin (words)")
