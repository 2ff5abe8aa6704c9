"""Stores agents' choices. All functions run inside a unit of work, which is one transaction."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from typing import cast

from sqlalchemy import update
from sqlmodel import col, select

from routing.adapters.tables import AgentRow, AgentStateRow, DayChangeRow
from routing.agents import CAPACITY, Choice, Status
from storage.ports import Tx


def enrol(tx: Tx, staff: str, now: int, capacity: int = CAPACITY) -> Choice:
    """Make a staff member an agent, with the status away. An existing agent is not changed."""
    return _choice(tx, lock_agent(tx, staff) or _add(tx, staff, now, capacity))


def set_presence(
    tx: Tx,
    staff: str,
    status: Status,
    reason: str | None,
    capacity: int | None,
    paused: Iterable[str] | None,
    now: int,
    *,
    leaving: bool = False,
    connected: bool = True,
) -> Choice:
    """Store a choice. None for `capacity` or `paused` keeps the stored value.

    The `since` of the choice becomes `now` only if the status or the reason changes.
    """
    row = lock_agent(tx, staff) or _add(tx, staff, now, CAPACITY)
    before = _state(row)
    if (row.status, row.reason) != (status, reason):
        row.status, row.reason, row.since = status, reason, now
    row.set_by, row.leaving = "self", leaving
    if capacity is not None:
        row.capacity = capacity
    if paused is not None:
        row.paused = json.dumps(sorted(set(paused)))
    if _state(row) != before:
        _note(tx, row, now, connected=connected)
    tx.session.flush()
    return _choice(tx, row)


def set_capacity(tx: Tx, staff: str, capacity: int, now: int, *, connected: bool) -> Choice | None:
    """Store how many chats an agent takes at once. Returns the new choice, or None for somebody who was never an
    agent."""
    row = lock_agent(tx, staff)
    if row is None:
        return None
    row.capacity = capacity
    _note(tx, row, now, connected=connected)
    tx.session.flush()
    return _choice(tx, row)


def set_away(tx: Tx, staff: str, reason: str, now: int, *, connected: bool) -> Choice | None:
    """Set an available agent to away. Returns None, and changes nothing, if the agent is not available."""
    row = lock_agent(tx, staff)
    if row is None or row.status != "available":
        return None
    row.status, row.reason, row.since, row.set_by = "away", reason, now, "system"
    _note(tx, row, now, connected=connected)
    tx.session.flush()
    return _choice(tx, row)


def went_offline(tx: Tx, staff: str, now: int, *, connected: bool) -> Choice | None:
    """Set the status of a `leaving` agent to offline. Such an agent has chosen to go offline after their last chat.

    Returns None, and changes nothing, if the agent is not `leaving`.
    """
    row = lock_agent(tx, staff)
    if row is None or not row.leaving:
        return None
    row.status, row.reason, row.since, row.leaving = "offline", None, now, False
    _note(tx, row, now, connected=connected)
    tx.session.flush()
    return _choice(tx, row)


def came_or_went(tx: Tx, staff: str, now: int, *, connected: bool) -> None:
    """Add to an agent's timeline that the first connection was opened (`connected`), or that the last one was lost."""
    # Locks the row, because another unit may be changing the status.
    row = lock_agent(tx, staff)
    if row is not None:
        _note(tx, row, now, connected=connected)


def nobody_is_here(tx: Tx, since: int) -> None:
    """Mark all connected agents as disconnected at `since`, or at their last timeline entry if that is later."""
    for staff in tx.session.exec(select(AgentRow.staff)).all():
        theirs = select(AgentStateRow).where(AgentStateRow.staff == staff)
        newest = theirs.order_by(col(AgentStateRow.at).desc(), col(AgentStateRow.id).desc()).limit(1)
        state = tx.session.exec(newest).first()
        if state is not None and state.connected:
            came_or_went(tx, staff, max(since, state.at), connected=False)


def last_available(tx: Tx) -> dict[str, int]:
    """The time at which each agent was last available and connected, by id. Call it after `nobody_is_here`.

    Agents who were never available and connected are left out.
    """
    found: dict[str, int] = {}
    for staff in tx.session.exec(select(AgentRow.staff)).all():
        theirs = select(AgentStateRow).where(AgentStateRow.staff == staff)
        newest_first = theirs.order_by(col(AgentStateRow.at).desc(), col(AgentStateRow.id).desc())
        available = newest_first.where(AgentStateRow.status == "available", col(AgentStateRow.connected)).limit(1)
        last = tx.session.exec(available).first()
        if last is not None:
            after = theirs.where(col(AgentStateRow.id) > last.id).order_by(col(AgentStateRow.id)).limit(1)
            ended = tx.session.exec(after).first()
            found[staff] = last.at if ended is None else max(last.at, ended.at)
    return found


def choices(tx: Tx) -> list[Choice]:
    """The stored choices of all current and former agents."""
    return _choices(tx, tx.session.exec(select(AgentRow)).all())


def set_languages(tx: Tx, staff: str, languages: Iterable[str], now: int) -> list[str]:
    """Replace the codes of the languages that an agent speaks. Returns the former codes, sorted."""
    row = lock_agent(tx, staff) or _add(tx, staff, now, CAPACITY)
    before = row.languages.split(",") if row.languages else []
    row.languages = ",".join(sorted(set(languages)))
    tx.session.flush()
    return before


def languages(tx: Tx) -> dict[str, list[str]]:
    """The sorted codes of the languages that each agent speaks, by the agent's id."""
    spoken = tx.session.exec(select(AgentRow.staff, AgentRow.languages).where(col(AgentRow.languages) != ""))
    return {staff: codes.split(",") for staff, codes in spoken}


def choice_of(tx: Tx, staff: str) -> Choice | None:
    """The stored choice of one person; None for somebody who was never an agent."""
    row = tx.session.get(AgentRow, staff)
    return None if row is None else _choice(tx, row)


def took_chat(tx: Tx, staff: str, now: int) -> None:
    """Store `now` as the time at which the agent last got a new chat."""
    row = lock_agent(tx, staff) or _add(tx, staff, now, CAPACITY)
    row.last_chat_at = now
    tx.session.flush()


def took_chats(tx: Tx, staff: Collection[str], now: int) -> None:
    """Like `took_chat`, for agents whose rows are locked."""
    tx.session.connection().execute(update(AgentRow).where(col(AgentRow.staff).in_(staff)).values(last_chat_at=now))


def lock_choice(tx: Tx, staff: str) -> Choice | None:
    """Like `choice_of`, but locks the row until the transaction ends."""
    return lock_choices(tx, [staff]).get(staff)


def lock_choices(tx: Tx, staff: Collection[str]) -> dict[str, Choice]:
    """Like `lock_choice`, for several agents, who are locked in the order of their ids. People who were never agents
    are left out."""
    return {choice.staff: choice for choice in _choices(tx, _locked(tx, staff))}


def lock_agent(tx: Tx, staff: str) -> AgentRow | None:
    """The agent's row, locked until the transaction ends. Hold this lock while counting the agent's slots.

    SQLite has one writer and needs no lock.
    """
    return next(iter(_locked(tx, [staff])), None)


def _locked(tx: Tx, staff: Collection[str]) -> Sequence[AgentRow]:
    wanted = select(AgentRow).where(col(AgentRow.staff).in_(staff)).order_by(col(AgentRow.staff))
    return tx.session.exec(wanted.with_for_update().execution_options(populate_existing=True)).all()


def _state(row: AgentRow) -> tuple[object, ...]:
    return row.status, row.reason, row.set_by, row.capacity, row.paused


def _note(tx: Tx, row: AgentRow, now: int, *, connected: bool) -> None:
    tx.session.add(
        AgentStateRow(
            staff=row.staff,
            at=now,
            status=row.status,
            reason=row.reason,
            set_by=row.set_by,
            capacity=row.capacity,
            connected=connected,
            paused=row.paused,
        )
    )


def _add(tx: Tx, staff: str, now: int, capacity: int) -> AgentRow:
    row = AgentRow(staff=staff, since=now, capacity=capacity)
    tx.session.add(row)
    tx.session.flush()
    return row


def _choice(tx: Tx, row: AgentRow) -> Choice:
    (choice,) = _choices(tx, [row])
    return choice


def _choices(tx: Tx, rows: Sequence[AgentRow]) -> list[Choice]:
    changed = [row.staff for row in rows if row.today_by is not None]
    query = select(DayChangeRow).where(col(DayChangeRow.staff).in_(changed))
    became = {change.staff: change.became for change in tx.session.exec(query)} if changed else {}
    return [_choice_of(row, became.get(row.staff)) for row in rows]


def _choice_of(row: AgentRow, became: str | None) -> Choice:
    return Choice(
        staff=row.staff,
        status=cast(Status, row.status),
        reason=row.reason,
        since=row.since,
        capacity=row.capacity,
        paused=frozenset(json.loads(row.paused)),
        last_chat_at=row.last_chat_at,
        set_by="system" if row.set_by == "system" else "self",
        leaving=row.leaving,
        today_by=row.today_by,
        today_changed=frozenset(json.loads(became) if became is not None else ()),
    )
