"""Announcements and notices in the database: `following.ports.Announcements` on SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import msgspec
from sqlalchemy import ColumnElement, delete, func, select, text, update
from sqlmodel import col

from following.adapters import statements
from following.adapters.tables import UNTOLD, WAITING, AnnouncementRow, NoticeRow
from following.announcement import Announcement, Kind, News, Subject, Visibility
from following.follow import HOWS, How
from following.ports import Notice, Outcome, Progress, Reach, Reached, Stored
from storage.ports import Tx

_subjects = msgspec.json.Decoder(list[tuple[Kind, str]])
_HOWS: dict[str, How] = {how: how for how in HOWS}


class SqlAnnouncements:
    def pending_of(self, tx: Tx, source: str, now: int) -> list[Stored]:
        untold = (text(UNTOLD), col(AnnouncementRow.source) == source, col(AnnouncementRow.not_before) > now)
        query = select(AnnouncementRow).where(*untold).order_by(col(AnnouncementRow.id)).with_for_update()
        return [_stored(row) for row in tx.session.scalars(query)]

    def known(self, tx: Tx, source: str, version: int) -> bool:
        ours = (col(AnnouncementRow.source) == source, col(AnnouncementRow.version) == version)
        return tx.session.scalars(select(col(AnnouncementRow.id)).where(*ours)).first() is not None

    def add(self, tx: Tx, announcement: Announcement, now: int) -> None:
        subjects = [(subject.kind, subject.key) for subject in announcement.subjects]
        tx.session.add(
            AnnouncementRow(
                source=announcement.source,
                version=announcement.version,
                subjects=msgspec.json.encode(subjects).decode(),
                news=announcement.news,
                title=announcement.title,
                line=announcement.line,
                address=announcement.address,
                visibility=announcement.visibility,
                product=announcement.product,
                not_before=announcement.not_before,
                created_at=now,
            )
        )
        tx.session.flush()

    def remove(self, tx: Tx, ids: Collection[int]) -> None:
        if ids:
            tx.session.connection().execute(delete(AnnouncementRow).where(col(AnnouncementRow.id).in_(sorted(ids))))

    def is_due(self, tx: Tx, now: int) -> bool:
        untold = select(col(AnnouncementRow.id)).where(text(UNTOLD), col(AnnouncementRow.not_before) <= now).limit(1)
        if tx.session.scalars(untold).first() is not None:
            return True
        return bool(self.followers_due(tx, now, 1))

    def next_due(self, tx: Tx, now: int) -> Stored | None:
        row = tx.session.scalars(statements.next_due(), {"now": now}).first()
        return _stored(row) if row is not None else None

    def chunks(self, tx: Tx, reach: Reach, size: int, limit: int) -> list[Reached]:
        these = {**_within(reach), "size": size, "limit": limit}
        found = tx.session.connection().execute(statements.chunks(), these)
        return [Reached(part, _HOWS[how], zone, last, count) for part, how, zone, last, count in found]

    def move_on(self, tx: Tx, id_: int, before: Progress, after: Progress, done_at: int | None) -> bool:
        (from_place, from_cursor), (to_place, to_cursor) = before, after
        values = {"announcement": id_, "from_place": from_place, "from_cursor": from_cursor}
        values |= {"to_place": to_place, "to_cursor": to_cursor}
        return tx.session.connection().execute(statements.move_on(), {**values, "at": done_at}).rowcount == 1

    def add_notices(
        self, tx: Tx, announcement: int, reach: Reach, last: int, due: Mapping[tuple[How, str | None], int]
    ) -> None:
        # In one statement: the rows do not pass through Python, which would delay messages.
        times: dict[str, str | int | None] = {}
        for group, ((how, zone), at) in enumerate(due.items()):
            times |= {f"how{group}": how, f"zone{group}": zone, f"at{group}": at}
        these = {**_within(reach), "announcement": announcement, "last": last, "state": "waiting"}
        tx.session.connection().execute(statements.add_notices(tx.dialect, len(due)), {**these, **times})

    def followers_due(self, tx: Tx, now: int, limit: int) -> list[int]:
        query = select(col(NoticeRow.follower)).where(text(WAITING), col(NoticeRow.due_at) <= now)
        ordered = query.order_by(col(NoticeRow.due_at), col(NoticeRow.follower)).limit(limit)
        return list(dict.fromkeys(tx.session.scalars(ordered)))

    def due_of(self, tx: Tx, followers: Collection[int], now: int, limit: int) -> list[Notice]:
        due = (col(NoticeRow.state) == "waiting", col(NoticeRow.due_at) <= now)
        query = select(NoticeRow).where(col(NoticeRow.follower).in_(sorted(followers)), *due)
        ordered = query.order_by(col(NoticeRow.announcement), col(NoticeRow.follower)).limit(limit)
        # Locked: an account that takes the notices over at this moment would be told again.
        return [_notice(row) for row in tx.session.scalars(ordered.with_for_update())]

    def settle(self, tx: Tx, follower: int, announcements: Collection[int], now: int, outcome: Outcome) -> None:
        if announcements:
            changed = update(NoticeRow).where(*_these(follower, announcements)).values(state=outcome, settled_at=now)
            tx.session.connection().execute(changed)

    def postpone(self, tx: Tx, follower: int, follows: Collection[int], now: int, until: int) -> None:
        due = (col(NoticeRow.state) == "waiting", col(NoticeRow.due_at) <= now)
        theirs = (col(NoticeRow.follower) == follower, col(NoticeRow.follow).in_(sorted(follows)))
        tx.session.connection().execute(update(NoticeRow).where(*theirs, *due).values(due_at=until))

    def move_notices(self, tx: Tx, old: int, new: int) -> None:
        has = select(col(NoticeRow.announcement)).where(col(NoticeRow.follower) == new)
        both = (col(NoticeRow.follower) == old, col(NoticeRow.announcement).in_(has))
        tx.session.connection().execute(delete(NoticeRow).where(*both))
        tx.session.connection().execute(update(NoticeRow).where(col(NoticeRow.follower) == old).values(follower=new))

    def forget_notices(self, tx: Tx, after: int, before: int, limit: int) -> int | None:
        followers = select(col(NoticeRow.follower)).where(col(NoticeRow.follower) > after)
        ordered = followers.order_by(col(NoticeRow.follower), col(NoticeRow.announcement))
        last = tx.session.scalars(ordered.offset(limit - 1).limit(1)).first()
        some = [col(NoticeRow.follower) > after]
        if last is not None:
            some.append(col(NoticeRow.follower) <= last)
        old = (*some, col(NoticeRow.due_at) < before, col(NoticeRow.state) != "waiting")
        tx.session.connection().execute(delete(NoticeRow).where(*old))
        return last

    def find(self, tx: Tx, ids: Collection[int]) -> dict[int, Announcement]:
        if not ids:
            return {}
        rows = tx.session.scalars(select(AnnouncementRow).where(col(AnnouncementRow.id).in_(sorted(ids))))
        return {stored.id: stored.announcement for stored in (_stored(row) for row in rows)}

    def notices(self, tx: Tx, follower: int, now: int, limit: int) -> list[Notice]:
        theirs = (col(NoticeRow.follower) == follower, col(NoticeRow.state) != "dropped", col(NoticeRow.due_at) <= now)
        query = select(NoticeRow).where(*theirs).order_by(col(NoticeRow.announcement).desc()).limit(limit)
        return [_notice(row) for row in tx.session.scalars(query)]

    def see(self, tx: Tx, follower: int, announcements: Collection[int], now: int) -> None:
        unseen = (*_these(follower, announcements), col(NoticeRow.seen_at).is_(None))
        tx.session.connection().execute(update(NoticeRow).where(*unseen).values(seen_at=now))

    def last_by_follow(self, tx: Tx, follower: int, now: int) -> Mapping[int, int]:
        theirs = (col(NoticeRow.follower) == follower, col(NoticeRow.state) != "dropped", col(NoticeRow.due_at) <= now)
        query = select(col(NoticeRow.follow), func.max(NoticeRow.due_at)).where(*theirs)
        found = tx.session.execute(query.group_by(col(NoticeRow.follow)))
        return {row[0]: row[1] for row in found}


def _within(reach: Reach) -> dict[str, str | int]:
    return {
        "kind": reach.subject.kind,
        "key": reach.subject.key,
        "after": reach.after,
        "what": reach.whats[0],
        "or_what": reach.whats[-1],
        "before": reach.before,
    }


def _these(follower: int, announcements: Collection[int]) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return col(NoticeRow.follower) == follower, col(NoticeRow.announcement).in_(sorted(announcements))


def _notice(row: NoticeRow) -> Notice:
    return Notice(row.follower, row.announcement, row.follow, row.due_at, row.seen_at)


def _stored(row: AnnouncementRow) -> Stored:
    assert row.id is not None
    announcement = Announcement(
        source=row.source,
        version=row.version,
        subjects=[Subject(kind, key) for kind, key in _subjects.decode(row.subjects)],
        news=msgspec.convert(row.news, News),
        title=row.title,
        line=row.line,
        address=row.address,
        visibility=msgspec.convert(row.visibility, Visibility),
        product=row.product,
        not_before=row.not_before,
    )
    return Stored(row.id, announcement, row.created_at, (row.place, row.cursor))
