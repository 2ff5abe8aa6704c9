"""Statements that give notices to many followers. They are built once: building one takes longer than running it."""

from __future__ import annotations

from functools import cache

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Executable,
    Integer,
    Select,
    String,
    and_,
    bindparam,
    case,
    func,
    select,
    text,
    update,
)
from sqlmodel import col

from following.adapters.tables import LIVE, UNTOLD, AnnouncementRow, FollowerRow, FollowRow, NoticeRow
from storage.ports import Dialect
from storage.upsert import insert_for

_ITS_FOLLOWER = col(FollowerRow.id) == col(FollowRow.follower)
# The condition of the index is the text LIVE, besides it.
_REACHED = (
    text(LIVE),
    col(FollowRow.kind) == bindparam("kind", type_=String),
    col(FollowRow.key) == bindparam("key", type_=String),
    col(FollowRow.id) > bindparam("after", type_=BigInteger),
    col(FollowRow.what).in_([bindparam("what", type_=String), bindparam("or_what", type_=String)]),
    col(FollowRow.since) <= bindparam("before", type_=BigInteger),
)


@cache
def next_due() -> Select[AnnouncementRow]:
    """The oldest announcement that is due at `now`."""
    due = col(AnnouncementRow.not_before) <= bindparam("now", type_=BigInteger)
    query = select(AnnouncementRow).where(text(UNTOLD), due)
    return query.order_by(col(AnnouncementRow.not_before), col(AnnouncementRow.id)).limit(1)


@cache
def move_on() -> Executable:
    """Change `place` and `cursor` of an announcement, if they are `from_place` and `from_cursor`."""
    this = (
        col(AnnouncementRow.id) == bindparam("announcement", type_=BigInteger),
        col(AnnouncementRow.place) == bindparam("from_place", type_=BigInteger),
        col(AnnouncementRow.cursor) == bindparam("from_cursor", type_=BigInteger),
        text(UNTOLD),
    )
    names = {"place": "to_place", "cursor": "to_cursor", "done_at": "at"}
    values = {name: bindparam(value, type_=BigInteger) for name, value in names.items()}
    return update(AnnouncementRow).where(*this).values(values)


@cache
def chunks() -> Executable:
    """The next follows up to `limit`, in chunks of `size`. Rows: how often, zone, the highest id, the number."""
    number = func.row_number().over(order_by=col(FollowRow.id))
    part = ((number - 1) // bindparam("size", type_=Integer)).label("part")
    some = (
        select(col(FollowRow.id), col(FollowRow.how), col(FollowerRow.timezone), part)
        .join_from(FollowRow, FollowerRow, _ITS_FOLLOWER)
        .where(*_REACHED)
    )
    found = some.order_by(col(FollowRow.id)).limit(bindparam("limit")).subquery()
    groups = select(found.c.part, found.c.how, found.c.timezone, func.max(found.c.id), func.count())
    return groups.group_by(found.c.part, found.c.how, found.c.timezone).order_by(found.c.part)


@cache
def add_notices(dialect: Dialect, groups: int) -> Executable:
    """Notices for the follows up to `last`. The groups have the parameters `how0`, `zone0`, `at0` and so on.

    A follow of none of them has changed since it was read. It gets the time of the first.
    """
    rows = (
        select(
            col(FollowRow.follower),
            bindparam("announcement", type_=BigInteger),
            col(FollowRow.id),
            case(*map(_time, range(groups)), else_=bindparam("at0", type_=BigInteger)),
            bindparam("state", type_=String),
        )
        .join_from(FollowRow, FollowerRow, _ITS_FOLLOWER)
        .where(*_REACHED, col(FollowRow.id) <= bindparam("last", type_=BigInteger))
    )
    columns = ["follower", "announcement", "follow", "due_at", "state"]
    insert = insert_for(dialect, NoticeRow).from_select(columns, rows)
    earlier = and_(col(NoticeRow.state) == "waiting", col(NoticeRow.due_at) > insert.excluded.due_at)
    changed = {"due_at": insert.excluded.due_at, "follow": insert.excluded.follow}
    return insert.on_conflict_do_update(index_elements=["follower", "announcement"], set_=changed, where=earlier)


def _time(group: int) -> tuple[ColumnElement[bool], ColumnElement[int]]:
    how, zone = bindparam(f"how{group}", type_=String), bindparam(f"zone{group}", type_=String)
    its = and_(col(FollowRow.how) == how, col(FollowerRow.timezone).is_not_distinct_from(zone))
    return its, bindparam(f"at{group}", type_=BigInteger)
