"""The tables of the search. Times are in ms since the epoch, UTC."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Connection, Index, Integer, Text, event, text
from sqlmodel import Field, SQLModel

_Number = BigInteger().with_variant(Integer, "sqlite")
_WAITS = text("state = 'waiting'")

SEARCH_INDEXES = ("search_index", "search_postings")
"""The full text index of `search_documents`. Each database has its own kind, which no model describes."""


class SearchDocumentRow(SQLModel, table=True):
    """A document. `audience` is its visibility, or `product:` and its product. `title_words` are the words of its
    title, separated by one space. `size` counts the words of all its parts."""

    __tablename__ = "search_documents"
    __table_args__ = (
        Index("search_document", "kind", "source", "locale", unique=True),
        Index("search_titles", "title_words", postgresql_ops={"title_words": "text_pattern_ops"}),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, sa_column=Column(_Number, primary_key=True, autoincrement=True))
    kind: str
    source: str
    locale: str
    audience: str
    visibility: str
    product: str | None = None
    section: str
    address: str
    updated_at: int = Field(sa_type=BigInteger)
    size: int
    title_words: str
    title: str
    labels: str
    headings: str = Field(sa_column=Column(Text, nullable=False))
    body: str = Field(sa_column=Column(Text, nullable=False))


class SearchWordRow(SQLModel, table=True):
    """A word of the documents with one audience and language. `documents` counts those that contain it; 0 if no
    document does any more. `version` is the change of the index that set this number."""

    __tablename__ = "search_words"
    __table_args__ = (Index("search_words_by_version", "version"),)

    audience: str = Field(primary_key=True)
    locale: str = Field(primary_key=True)
    word: str = Field(primary_key=True)
    documents: int
    version: int = Field(sa_type=BigInteger)


class SearchStateRow(SQLModel, table=True):
    """The only row: how many changes, documents, and words of documents there have been or are."""

    __tablename__ = "search_state"

    id: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    version: int = Field(sa_type=BigInteger)
    documents: int = Field(sa_type=BigInteger)
    words: int = Field(sa_type=BigInteger)


class SearchMissRow(SQLModel, table=True):
    """A query that found nothing, as words, without the person who asked. `product` is empty if there was none."""

    __tablename__ = "search_misses"
    __table_args__ = (Index("search_misses_by_time", "last_at"),)

    words: str = Field(primary_key=True)
    locale: str = Field(primary_key=True)
    product: str = Field(primary_key=True)
    count: int
    first_at: int = Field(sa_type=BigInteger)
    last_at: int = Field(sa_type=BigInteger)


class ArticleInsertionRow(SQLModel, table=True):
    """An article that an agent inserted into an answer. `place` is the chat (`chat:ID`) or the ticket
    (`ticket:NUMBER`). `how` is `text` or `link`. `state` is `waiting` until it is known whether the article has
    `helped` or `not_helped`. It is checked at `due_at`."""

    __tablename__ = "article_insertions"
    __table_args__ = (
        Index("article_insertions_waiting", "due_at", sqlite_where=_WAITS, postgresql_where=_WAITS),
        Index("article_insertions_by_time", "at"),
    )

    article: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    place: str = Field(primary_key=True)
    how: str
    at: int = Field(sa_type=BigInteger)
    state: str
    due_at: int = Field(sa_type=BigInteger)


_INDEX_OF = {
    "sqlite": (
        "CREATE VIRTUAL TABLE search_index USING fts5 (title, headings, body, labels, "
        "content='', contentless_delete=1, tokenize='porter unicode61 remove_diacritics 0')",
    ),
    "postgresql": (
        'CREATE TABLE search_postings (stem TEXT COLLATE "C" NOT NULL, document BIGINT NOT NULL, weight REAL NOT NULL, '
        "places INT[] NOT NULL DEFAULT '{}', PRIMARY KEY (stem, document) INCLUDE (weight))",
        "CREATE INDEX search_postings_of_a_document ON search_postings (document)",
    ),
}


@event.listens_for(SQLModel.metadata.tables["search_documents"], "after_create")
def _make_the_index(_: object, connection: Connection, **__: object) -> None:
    for statement in _INDEX_OF[connection.dialect.name]:
        connection.execute(text(statement))
