"""The clocks of chats, kept as columns: when a customer counts as gone from the queue, when a chat ends by silence,
until when an offer stands, and a chat that is over takes its seat.

Moments and spans are in ms. What is due is acted on by `server.live.due_chats`, one transaction a chat.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import and_, bindparam, func, update
from sqlalchemy import select as sa_select
from sqlmodel import col, or_, select

from chat.adapters.tables import IS_ACTIVE, IS_OPEN, IS_WAITING, ChatRow
from chat.conversation import Chat
from chat.silence import first_reply_owed_since
from storage.ports import Tx

_ANSWERED = sa_select(
    col(ChatRow.id),
    col(ChatRow.team),
    col(ChatRow.agent),
    col(ChatRow.name),
    col(ChatRow.assigned_at),
    col(ChatRow.reply_owed_since),
    col(ChatRow.silent_due_at),
    col(ChatRow.agent_reply_at),
).where(IS_ACTIVE)
_DUE_AT_ONCE = 100
"""Chats taken up in one sweep; the next sweep takes more."""
# What the sweeps ask every second: statements that are made once, and find next to nothing.
_RUNNING = _ANSWERED.where(
    or_(
        col(ChatRow.silent_due_at) <= bindparam("due_by"),
        and_(col(ChatRow.reply_owed_since).is_not(None), col(ChatRow.agent_reply_at).is_(None)),
    )
)
_DUE = (
    sa_select(col(ChatRow.id), col(ChatRow.state))
    .where(
        IS_OPEN,
        or_(
            and_(IS_WAITING, col(ChatRow.left_due_at) <= bindparam("now")),
            and_(IS_ACTIVE, col(ChatRow.silent_due_at) <= bindparam("now")),
        ),
    )
    .limit(_DUE_AT_ONCE)
)
_WRAPPED_UP = sa_select(col(ChatRow.id)).where(col(ChatRow.wrap_up_until) <= bindparam("now")).limit(_DUE_AT_ONCE)
_READ_BY_CUSTOMER, _READ_BY_STAFF = (
    update(ChatRow).where(col(ChatRow.id) == bindparam("of"), mark < bindparam(side)).values({mark: bindparam(side)})
    for side, mark in (("by_customer", col(ChatRow.read_customer)), ("by_staff", col(ChatRow.read_staff)))
)


@dataclass(frozen=True, slots=True)
class Due:
    """The chats whose clock has run out."""

    left: tuple[str, ...]
    silent: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Spans:
    """How long (ms) each clock runs, by team: customers gone from the queue, customers silent, offers, wrap-up."""

    left: Callable[[str], int]
    silent: Callable[[str], int]
    offer: Callable[[str], int]
    wrap_up: Callable[[str], int]


@dataclass(frozen=True, slots=True)
class WrapUp:
    """A chat that is over and takes its agent's seat still."""

    chat: str
    team: str
    agent: str
    closed_at: int


@dataclass(frozen=True, slots=True)
class Answered:
    """A chat that has an agent, and what runs a clock in it."""

    id: str
    team: str
    agent: str
    customer: str | None
    """Their name."""
    assigned_at: int | None
    reply_owed_since: int | None
    silent_due_at: int | None
    agent_reply_at: int | None
    """When this agent first wrote."""

    @property
    def first_reply_owed_since(self) -> int | None:
        """Since when this agent owes the customer their first word; None where they do not."""
        return first_reply_owed_since(self.reply_owed_since, self.assigned_at, self.agent_reply_at)


def answered(tx: Tx, agent: str) -> list[Answered]:
    """The chats that this agent has now."""
    query = _ANSWERED.where(col(ChatRow.agent) == agent)
    return [_answered(*row) for row in tx.session.connection().execute(query)]


def answered_by_clock(tx: Tx, due_by: int) -> list[Answered]:
    """Of the chats that have an agent, those in which they owe a first reply, or which silence will have ended at
    `due_by`."""
    return [_answered(*row) for row in tx.session.connection().execute(_RUNNING, {"due_by": due_by})]


def answered_chat(tx: Tx, chat: str) -> Answered | None:
    """One chat that has an agent; None where it has none."""
    row = tx.session.connection().execute(_ANSWERED.where(col(ChatRow.id) == chat).with_for_update()).first()
    return None if row is None else _answered(*row)


def _answered(id_: str, team: str, agent: str | None, customer: str | None, *clocks: int | None) -> Answered:
    assert agent is not None, "a chat that is active has its agent"
    return Answered(id_, team, agent, customer, *clocks)


def offers_to(tx: Tx, staff: str) -> int:
    """How many chats are offered to somebody now."""
    query = select(func.count()).select_from(ChatRow).where(ChatRow.offered_to == staff, ChatRow.state == "offered")
    return tx.session.exec(query).one()


def wraps_up(tx: Tx, staff: str, now: int) -> int:
    """How many seats of somebody are taken by chats that are over."""
    query = select(func.count()).select_from(ChatRow).where(ChatRow.agent == staff)
    return tx.session.exec(query.where(col(ChatRow.wrap_up_until) > now)).one()


def wrap_ups(tx: Tx) -> list[WrapUp]:
    """The chats that are over and take a seat."""
    rows = tx.session.exec(select(ChatRow).where(col(ChatRow.wrap_up_until).is_not(None)))
    return [WrapUp(row.id, row.team, row.agent or "", row.closed_at or 0) for row in rows]


def wrapped_up(tx: Tx, now: int) -> list[str]:
    """Those of them whose time is over."""
    return list(tx.session.connection().execute(_WRAPPED_UP, {"now": now}).scalars())


def end_wrap_ups(tx: Tx, chats: Sequence[str]) -> None:
    """They take no seat from now on."""
    tx.session.exec(update(ChatRow).where(col(ChatRow.id).in_(chats)).values(wrap_up_until=None))


def unanswered_offers(tx: Tx, now: int) -> list[str]:
    """The chats whose offer has run out."""
    query = select(ChatRow.id).where(col(ChatRow.offered_to).is_not(None), ChatRow.state == "offered")
    return list(tx.session.exec(query.where(col(ChatRow.offer_due_at) <= now).limit(_DUE_AT_ONCE)))


def may_flow_over(tx: Tx, team: str) -> list[str]:
    """The chats that wait for a team and have not come from another by overflow, in the order in which they joined."""
    query = select(ChatRow.id).where(ChatRow.team == team, IS_OPEN, ChatRow.state == "queued")
    return list(tx.session.exec(query.where(col(ChatRow.overflowed_at).is_(None)).order_by(col(ChatRow.queued_at))))


def due(tx: Tx, now: int) -> Due:
    """The chats that a clock ends now."""
    over = tx.session.connection().execute(_DUE, {"now": now}).all()
    return Due(
        left=tuple(id_ for id_, state in over if state != "active"),
        silent=tuple(id_ for id_, state in over if state == "active"),
    )


def is_due(tx: Tx, chat: str, now: int) -> bool:
    """Has a clock of this chat still run out, now that its row is locked? They may have come back meanwhile."""
    row = tx.session.exec(select(ChatRow).where(ChatRow.id == chat).with_for_update()).first()
    if row is None:
        return False
    clock = row.silent_due_at if row.state == "active" else row.left_due_at
    return clock is not None and clock <= now


def customer_left(tx: Tx, customer: str, due_at: int) -> None:
    """The customer is not here: who waits counts as gone from the queue at `due_at`, or earlier where that clock runs
    already."""
    tx.session.exec(
        update(ChatRow)
        .where(col(ChatRow.customer) == customer, IS_WAITING, col(ChatRow.left_due_at).is_(None))
        .values(left_due_at=due_at)
    )


def wait_longer(tx: Tx, chat: str, by: int) -> None:
    """A chat waits for another team, which gives whoever is gone so much longer (or, below 0, less) to come back."""
    running = col(ChatRow.left_due_at).is_not(None)
    later = col(ChatRow.left_due_at) + by
    tx.session.exec(update(ChatRow).where(col(ChatRow.id) == chat, running).values(left_due_at=later))


def customer_came(tx: Tx, customer: str) -> None:
    """The customer is here: no clock runs for being gone."""
    tx.session.exec(
        update(ChatRow)
        .where(col(ChatRow.customer) == customer, IS_OPEN, col(ChatRow.left_due_at).is_not(None))
        .values(left_due_at=None)
    )


def server_ready(tx: Tx, now: int, spans: Spans) -> None:
    """Nobody is connected yet, and no clock may have run out while there was no server: each begins anew."""
    tx.session.exec(update(ChatRow).where(IS_WAITING).values(left_due_at=now))
    begin_anew(tx, now, spans)


def begin_anew(tx: Tx, now: int, spans: Spans) -> None:
    """Each clock that runs has its whole span from now, no more and no less: what had passed of it cannot be told."""
    # By one index or the other: asked for both at once, the whole table would be read.
    fresh = select(ChatRow).execution_options(populate_existing=True)
    runs = [
        *tx.session.exec(fresh.where(IS_OPEN)),
        *tx.session.exec(fresh.where(col(ChatRow.wrap_up_until).is_not(None))),
    ]
    for row in runs:
        for clock, span in (
            ("left_due_at", spans.left),
            ("silent_due_at", spans.silent),
            ("offer_due_at", spans.offer),
            ("wrap_up_until", spans.wrap_up),
        ):
            if getattr(row, clock) is not None:
                setattr(row, clock, now + span(row.team))
        tx.session.add(row)


def prolong_silences(tx: Tx, by: Mapping[str, int]) -> None:
    """Silences of these teams' customers end their chats so much (ms) later or, below 0, earlier: what has passed of
    them stays as it is."""
    for team, longer in by.items():
        silent = (col(ChatRow.team) == team, IS_ACTIVE, col(ChatRow.silent_due_at).is_not(None))
        later = col(ChatRow.silent_due_at) + longer
        tx.session.exec(update(ChatRow).where(*silent).values(silent_due_at=later))


def keep_waits(tx: Tx, waits: Mapping[str, int], jumped: int) -> None:
    """Chats that wait since then, by their ids, have waited no longer and no less though the clock on the wall has
    `jumped`. Done twice, by two who were told the same, it changes nothing more."""
    for chat, since in waits.items():
        tx.session.exec(
            update(ChatRow)
            .where(col(ChatRow.id) == chat, IS_WAITING, col(ChatRow.waiting_since) == since)
            .values(waiting_since=since + jumped)
        )


def save_reading_marks(tx: Tx, marks: Mapping[str, tuple[int, int]]) -> None:
    """How far the customer and the staff of each chat have read, as far as that is known (else 0); a mark only ever
    rises. Chats in the order of their ids, as others lock them."""
    changed = [{"of": chat, "by_customer": marks[chat][0], "by_staff": marks[chat][1]} for chat in sorted(marks)]
    for statement in (_READ_BY_CUSTOMER, _READ_BY_STAFF):
        tx.session.connection().execute(statement, changed)


def reconcile(tx: Tx, now: int, here: Sequence[Chat], gone: Sequence[Chat], left_ms: Callable[[str], int]) -> None:
    """Waiting chats whose customer is here run no clock for being gone; the others run one."""
    for chats, running in ((here, True), (gone, False)):
        ids = [chat.id for chat in chats]
        clock = col(ChatRow.left_due_at)
        wrong = clock.is_not(None) if running else clock.is_(None)
        query = select(ChatRow).where(col(ChatRow.id).in_(ids), IS_WAITING, wrong)
        for row in tx.session.exec(query.limit(_DUE_AT_ONCE)):
            row.left_due_at = None if running else now + left_ms(row.team)
            tx.session.add(row)
