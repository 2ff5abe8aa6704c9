"""Stores the alarms of supervisors. All functions run inside a unit of work, which is one transaction."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, update
from sqlmodel import col, or_, select

from routing.adapters.tables import AlarmRow
from storage.ports import Tx


@dataclass(frozen=True, slots=True)
class Cause:
    """The subject of an alarm. No two active alarms have the same subject."""

    kind: str
    team: str
    chat: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Care:
    """What supervisors did about an alarm. Times are in ms since the epoch, people are ids."""

    had_by: str | None = None
    had_at: int | None = None
    muted_by: str | None = None
    muted_until: int | None = None

    @property
    def mute(self) -> Care:
        """A copy with the mute only. An alarm that begins again stays muted, but nobody takes care of it yet."""
        return Care(muted_by=self.muted_by, muted_until=self.muted_until)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredAlarm:
    cause: Cause
    staff: str | None
    raised_at: int
    cleared_at: int | None
    care: Care


def raised(tx: Tx, cause: Cause, staff: str | None, at: int, care: Care) -> None:
    """Add an active alarm."""
    tx.session.add(
        AlarmRow(
            kind=cause.kind,
            team=cause.team,
            chat=cause.chat,
            staff=staff,
            raised_at=at,
            muted_by=care.muted_by,
            muted_until=care.muted_until,
        )
    )
    tx.session.flush()


def cleared(tx: Tx, cause: Cause, at: int) -> None:
    """End the active alarm with this cause, if there is one."""
    tx.session.execute(update(AlarmRow).where(*_active(cause)).values(cleared_at=at))


def keep_care(tx: Tx, cause: Cause, care: Care) -> bool:
    """Store what supervisors did about the active alarm with this cause. False if there is none."""
    changed = (
        update(AlarmRow)
        .where(*_active(cause))
        .values(had_by=care.had_by, had_at=care.had_at, muted_by=care.muted_by, muted_until=care.muted_until)
        .returning(col(AlarmRow.id))
    )
    return tx.session.execute(changed).first() is not None


def active_or_muted(tx: Tx, now: int) -> list[StoredAlarm]:
    """The active alarms, and the ended alarms that are still muted at `now`, oldest first."""
    wanted = or_(col(AlarmRow.cleared_at).is_(None), col(AlarmRow.muted_until) > now)
    return [_stored(row) for row in tx.session.exec(select(AlarmRow).where(wanted).order_by(col(AlarmRow.id)))]


def since(tx: Tx, at: int, teams: Collection[str], limit: int) -> Sequence[StoredAlarm]:
    """At most `limit` alarms of these teams that were raised at `at` or later, newest first."""
    wanted = select(AlarmRow).where(AlarmRow.raised_at >= at, col(AlarmRow.team).in_(teams))
    newest = wanted.order_by(col(AlarmRow.raised_at).desc(), col(AlarmRow.id).desc()).limit(limit)
    return [_stored(row) for row in tx.session.exec(newest)]


def _active(cause: Cause) -> tuple[ColumnElement[bool], ...]:
    return (
        col(AlarmRow.cleared_at).is_(None),
        col(AlarmRow.kind) == cause.kind,
        col(AlarmRow.team) == cause.team,
        col(AlarmRow.chat).is_(None) if cause.chat is None else col(AlarmRow.chat) == cause.chat,
    )


def _stored(row: AlarmRow) -> StoredAlarm:
    return StoredAlarm(
        cause=Cause(row.kind, row.team, row.chat),
        staff=row.staff,
        raised_at=row.raised_at,
        cleared_at=row.cleared_at,
        care=Care(had_by=row.had_by, had_at=row.had_at, muted_by=row.muted_by, muted_until=row.muted_until),
    )
