"""The tables of the learning center. Times are in ms since the epoch, UTC."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, Text, text
from sqlmodel import Field, SQLModel

_Number = BigInteger().with_variant(Integer, "sqlite")
_OPEN = "standing IN ('registered', 'offered', 'waiting')"


class TopicRow(SQLModel, table=True):
    __tablename__ = "learning_topics"

    source: str = Field(primary_key=True)
    platform: str
    heading: str
    name: str
    position: int


class ResourceRow(SQLModel, table=True):
    """A resource. `topics` and `requires` are JSON lists of sources."""

    __tablename__ = "learning_resources"
    __table_args__ = (Index("learning_resource_by_source", "source", unique=True), {"sqlite_autoincrement": True})

    id: int | None = Field(default=None, sa_column=Column(_Number, primary_key=True, autoincrement=True))
    source: str
    kind: str
    title: str
    summary: str = Field(sa_column=Column(Text, nullable=False))
    platform: str
    media: str
    topics: str = Field(sa_column=Column(Text, nullable=False))
    minutes: int
    address: str
    requires: str = Field(sa_column=Column(Text, nullable=False))
    locale: str
    state: str
    position: int
    created_at: int = Field(sa_type=BigInteger)
    updated_at: int = Field(sa_type=BigInteger)


class PlanRow(SQLModel, table=True):
    """A learning plan. `stages` is a JSON list of stages with their items."""

    __tablename__ = "learning_plans"
    __table_args__ = (Index("learning_plan_by_source", "source", unique=True), {"sqlite_autoincrement": True})

    id: int | None = Field(default=None, sa_column=Column(_Number, primary_key=True, autoincrement=True))
    source: str
    role: str
    title: str
    summary: str = Field(sa_column=Column(Text, nullable=False))
    platform: str
    stages: str = Field(sa_column=Column(Text, nullable=False))
    state: str
    position: int
    created_at: int = Field(sa_type=BigInteger)
    updated_at: int = Field(sa_type=BigInteger)


class PlaylistRow(SQLModel, table=True):
    """A playlist. `id` is its secret address. `items` and `declined` are JSON lists of ids of resources. `topics` is
    a JSON list of sources."""

    __tablename__ = "playlists"
    __table_args__ = (Index("playlists_of_an_owner", "owner", "updated_at"),)

    id: str = Field(primary_key=True)
    owner: str
    title: str
    items: str = Field(sa_column=Column(Text, nullable=False))
    topics: str = Field(sa_column=Column(Text, nullable=False))
    declined: str = Field(sa_column=Column(Text, nullable=False))
    version: int
    created_at: int = Field(sa_type=BigInteger)
    updated_at: int = Field(sa_type=BigInteger)


class ProgressRow(SQLModel, table=True):
    """A thing that a person finished. `thing` is the key of an item of a plan, or of a stage or a plan."""

    __tablename__ = "learning_progress"

    person: str = Field(primary_key=True)
    thing: str = Field(primary_key=True)
    at: int = Field(sa_type=BigInteger)


class VideoPlaceRow(SQLModel, table=True):
    """Where a person stopped in the videos of an article. `video` is the address of the video."""

    __tablename__ = "video_places"

    person: str = Field(primary_key=True)
    article: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    video: str
    part: int
    parts: int
    seconds: int
    length: int
    at: int = Field(sa_type=BigInteger)


class SessionRow(SQLModel, table=True):
    """A live session. `turns` is the last turn that was given to a registration."""

    __tablename__ = "live_sessions"
    __table_args__ = (
        Index("live_sessions_by_start", "starts_at", "id"),
        Index("live_session_by_source", "source", unique=True),
        Index(
            "live_sessions_to_tell",
            "id",
            sqlite_where=text("told < sequence"),
            postgresql_where=text("told < sequence"),
        ),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, sa_column=Column(_Number, primary_key=True, autoincrement=True))
    source: str | None
    series: str
    kind: str
    title: str
    summary: str = Field(sa_column=Column(Text, nullable=False))
    platform: str
    locale: str
    starts_at: int = Field(sa_type=BigInteger)
    minutes: int
    zone: str
    capacity: int
    link: str
    place: str
    trainer: str
    note: str
    after: str
    recording: str
    recording_minutes: int
    state: str
    sequence: int
    told: int
    turns: int
    created_at: int = Field(sa_type=BigInteger)
    changed_at: int = Field(sa_type=BigInteger)


class RegistrationRow(SQLModel, table=True):
    """A registration. `normal` is the address in the form in which addresses are compared."""

    __tablename__ = "registrations"
    __table_args__ = (
        Index("registration_by_address", "session", "normal", unique=True),
        Index("registrations_by_standing", "session", "standing", "turn"),
        Index("registrations_of_a_person", "person", sqlite_where=text(_OPEN), postgresql_where=text(_OPEN)),
        Index(
            "registrations_unconfirmed",
            "at",
            sqlite_where=text("standing = 'unconfirmed'"),
            postgresql_where=text("standing = 'unconfirmed'"),
        ),
        Index(
            "registrations_offered",
            "offered_until",
            sqlite_where=text("standing = 'offered'"),
            postgresql_where=text("standing = 'offered'"),
        ),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, sa_column=Column(_Number, primary_key=True, autoincrement=True))
    session: int = Field(sa_type=BigInteger)
    person: str
    name: str
    address: str
    normal: str
    locale: str
    zone: str
    standing: str
    turn: int
    at: int = Field(sa_type=BigInteger)
    offered_until: int | None = Field(default=None, sa_type=BigInteger)
    attended: bool | None = None


class SessionNoticeRow(SQLModel, table=True):
    """A notice that a registered person got, such as a reminder. Each goes out once."""

    __tablename__ = "session_notices"

    registration: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    step: str = Field(primary_key=True)
    at: int = Field(sa_type=BigInteger)


class SuggestedRow(SQLModel, table=True):
    """Training of a ticket. `kind` is `playlist` or `session`, and `key` the address of the playlist or the id of the
    session. Or it is `request`, if the ticket asks for a training. `by` is the id of the person who attached it."""

    __tablename__ = "suggested_training"

    ticket: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    kind: str = Field(primary_key=True)
    key: str
    by: str
    at: int = Field(sa_type=BigInteger)
