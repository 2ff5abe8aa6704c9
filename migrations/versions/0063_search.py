"""The search: documents with their full text index, the vocabulary, queries without results, inserted articles.

The index is empty. The server fills it after its start with the articles that exist.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0063"
down_revision = "0062"

_WAITS = sa.text("state = 'waiting'")


def upgrade() -> None:
    """From 0062 to 0063."""
    op.create_table(
        "article_insertions",
        sa.Column("article", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("how", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("article", "place"),
    )
    op.create_index("article_insertions_by_time", "article_insertions", ["at"])
    op.create_index(
        "article_insertions_waiting", "article_insertions", ["due_at"], sqlite_where=_WAITS, postgresql_where=_WAITS
    )

    op.create_table(
        "search_documents",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("locale", sa.String(), nullable=False),
        sa.Column("audience", sa.String(), nullable=False),
        sa.Column("visibility", sa.String(), nullable=False),
        sa.Column("product", sa.String(), nullable=True),
        sa.Column("section", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("title_words", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("labels", sa.String(), nullable=False),
        sa.Column("headings", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index("search_document", "search_documents", ["kind", "source", "locale"], unique=True)
    op.create_index(
        "search_titles", "search_documents", ["title_words"], postgresql_ops={"title_words": "text_pattern_ops"}
    )

    op.create_table(
        "search_misses",
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("locale", sa.String(), nullable=False),
        sa.Column("product", sa.String(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("first_at", sa.BigInteger(), nullable=False),
        sa.Column("last_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("words", "locale", "product"),
    )
    op.create_index("search_misses_by_time", "search_misses", ["last_at"])

    op.create_table(
        "search_state",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("documents", sa.BigInteger(), nullable=False),
        sa.Column("words", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )

    op.create_table(
        "search_words",
        sa.Column("audience", sa.String(), nullable=False),
        sa.Column("locale", sa.String(), nullable=False),
        sa.Column("word", sa.String(), nullable=False),
        sa.Column("documents", sa.Integer(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("audience", "locale", "word"),
    )
    op.create_index("search_words_by_version", "search_words", ["version"])
    _make_the_index()


def _make_the_index() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE VIRTUAL TABLE search_index USING fts5 (title, headings, body, labels, "
            "content='', contentless_delete=1, tokenize='porter unicode61 remove_diacritics 0')"
        )
        return
    op.execute(
        'CREATE TABLE search_postings (stem TEXT COLLATE "C" NOT NULL, document BIGINT NOT NULL, weight REAL NOT NULL, '
        "PRIMARY KEY (stem, document) INCLUDE (weight))"
    )
    op.execute("CREATE INDEX search_postings_of_a_document ON search_postings (document)")
