"""The tables of articles. Times are in ms since the epoch, UTC."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, Text
from sqlmodel import Field, SQLModel

_Number = BigInteger().with_variant(Integer, "sqlite")


class ArticleRow(SQLModel, table=True):
    """An article. `labels` is a JSON list. `source` identifies the article in an imported folder."""

    __tablename__ = "articles"
    __table_args__ = (
        Index("articles_of_a_product", "product", "section", "position", "id"),
        Index("article_by_source", "source", unique=True),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, sa_column=Column(_Number, primary_key=True, autoincrement=True))
    source: str
    product: str
    section: str
    kind: str
    topic: str
    visibility: str
    state: str
    labels: str = Field(sa_column=Column(Text, nullable=False))
    position: int
    moved_to: int | None = Field(default=None, sa_type=BigInteger)
    created_at: int = Field(sa_type=BigInteger)
    updated_at: int = Field(sa_type=BigInteger)


class ArticleTextRow(SQLModel, table=True):
    """The published text of an article in one language. `html` is the rendered body, and `headings` a JSON list of its
    main headings. `minutes` is the reading time."""

    __tablename__ = "article_texts"

    article: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    locale: str = Field(primary_key=True)
    title: str
    summary: str
    body: str = Field(sa_column=Column(Text, nullable=False))
    html: str = Field(sa_column=Column(Text, nullable=False))
    headings: str = Field(sa_column=Column(Text, nullable=False))
    minutes: int
    version: int
    of_original: int | None = None
    changed: str
    published_at: int = Field(sa_type=BigInteger)
    updated_at: int = Field(sa_type=BigInteger)


class ArticleVersionRow(SQLModel, table=True):
    """A version of a text. No version is changed or removed. `by` is the id of the author, or null for an import."""

    __tablename__ = "article_versions"

    article: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    locale: str = Field(primary_key=True)
    version: int = Field(primary_key=True)
    title: str
    summary: str
    body: str = Field(sa_column=Column(Text, nullable=False))
    changed: str
    at: int = Field(sa_type=BigInteger)
    by: str | None = None


class ArticleFeedbackRow(SQLModel, table=True):
    """A person's answer to "Was this useful?". `person` is the id of an account or of a visitor."""

    __tablename__ = "article_feedback"
    __table_args__ = (Index("article_feedback_by_time", "at"),)

    article: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    person: str = Field(primary_key=True)
    helpful: bool
    comment: str | None = Field(default=None, sa_column=Column(Text))
    at: int = Field(sa_type=BigInteger)
