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
        Index("articles_by_change", "updated_at", "id"),
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
    owner: str | None = None
    """The id of the staff member who looks after the article."""


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
    tell_at: int | None = Field(default=None, sa_type=BigInteger)
    """When followers get a notice. Null if they get none."""


class ArticleDraftRow(SQLModel, table=True):
    """A text that an author works on. `saves` counts its saves. If `due_at` is set, the draft is published then."""

    __tablename__ = "article_drafts"
    __table_args__ = (Index("article_drafts_by_due_time", "due_at"),)

    article: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    locale: str = Field(primary_key=True)
    title: str
    summary: str
    body: str = Field(sa_column=Column(Text, nullable=False))
    of_original: int | None = None
    saves: int
    saved_at: int = Field(sa_type=BigInteger)
    saved_by: str | None = None
    due_at: int | None = Field(default=None, sa_type=BigInteger)
    changed: str
    tell: bool
    planned_by: str | None = None


class ArticleReadsRow(SQLModel, table=True):
    """How often an article was opened on one day. `day` counts from the epoch, in UTC."""

    __tablename__ = "article_reads"
    __table_args__ = (Index("article_reads_by_day", "day"),)

    article: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    day: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    count: int


class ArticleFeedbackRow(SQLModel, table=True):
    """A person's answer to "Was this useful?". `person` is the id of an account or of a visitor. `network` is that of a
    visitor without an account."""

    __tablename__ = "article_feedback"
    __table_args__ = (
        Index("article_feedback_by_time", "at"),
        Index("article_feedback_of_a_network", "network", "at"),
    )

    article: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    person: str = Field(primary_key=True)
    helpful: bool
    comment: str | None = Field(default=None, sa_column=Column(Text))
    at: int = Field(sa_type=BigInteger)
    network: str | None = None
