"""The clocks of chats: how long a disconnected customer keeps their place, how long a customer may be silent, and how
long an offer and a wrap-up last.

A clock is a column of the chat with the time at which the clock runs out. Times and durations are in ms. When a clock
has run out, a sweep of `server.live` handles the chat, in a transaction of its own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import and_, bindparam, union_all, update
from sqlalchemy import select as sa_select
from sqlmodel import col, or_, select

from chat.adapters.tables import IS_ACTIVE, IS_OPEN, IS_WAITING, ChatRow
from chat.conversation import Chat
from chat.silence import first_reply_owed_since, next_reply_owed_since, paused_wait
from storage.ports import Tx

_ACTIVE = sa_select(
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
"""Maximum number of chats that one sweep handles. Further chats wait for the next sweep."""
# The sweeps run these statements every second, so they are built only once. Most runs find almost no rows.
_RUNNING = _ACTIVE.where(
    or_(
        col(ChatRow.silent_due_at) <= bindparam("due_by"),
        and_(col(ChatRow.reply_owed_since).is_not(None), col(ChatRow.agent_reply_at).is_(None)),
        col(ChatRow.reply_owed_since) <= bindparam("owed_by"),
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
_HELD = sa_select(col(ChatRow.agent), col(ChatRow.team), col(ChatRow.silent_due_at)).where(
    IS_ACTIVE, col(ChatRow.agent).in_(bindparam("agents", expanding=True))
)
_OFFERED = sa_select(col(ChatRow.offered_to), col(ChatRow.id)).where(
    col(ChatRow.offered_to).in_(bindparam("agents", expanding=True)), col(ChatRow.state) == "offered"
)
_WRAPPING_UP = sa_select(col(ChatRow.agent), col(ChatRow.id)).where(
    col(ChatRow.agent).in_(bindparam("agents", expanding=True)), col(ChatRow.wrap_up_until) > bindparam("now")
)
_OTHER_SLOTS = union_all(_OFFERED, _WRAPPING_UP)
_READ_BY_CUSTOMER, _READ_BY_STAFF = (
    update(ChatRow).where(col(ChatRow.id) == bindparam("of"), mark < bindparam(side)).values({mark: bindparam(side)})
    for side, mark in (("by_customer", col(ChatRow.read_customer)), ("by_staff", col(ChatRow.read_staff)))
)


_ON_PAGE = update(ChatRow).where(col(ChatRow.id) == bindparam("of")).values(page=bindparam("at"))


@dataclass(frozen=True, slots=True)
class Due:
    """Chats whose clock has run out.

    - `left`: waiting chats. Their customer was disconnected for too long.
    - `silent`: active chats. Their customer was silent for too long.
    """

    left: tuple[str, ...]
    silent: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Spans:
    """Functions from a team to the length of a clock in ms. `left` is how long a disconnected customer keeps their
    place."""

    left: Callable[[str], int]
    silent: Callable[[str], int]
    offer: Callable[[str], int]
    wrap_up: Callable[[str], int]


@dataclass(frozen=True, slots=True)
class ExpiredOffer:
    """An offer that its agent can no longer accept."""

    chat: str
    team: str
    due_at: int


@dataclass(frozen=True, slots=True)
class WrapUp:
    """A closed chat that still takes a slot of its agent."""

    chat: str
    team: str
    agent: str
    closed_at: int


@dataclass(frozen=True, slots=True)
class ActiveChat:
    """A chat with an agent, and its clocks."""

    id: str
    team: str
    agent: str
    customer: str | None
    """The customer's name."""
    assigned_at: int | None
    reply_owed_since: int | None
    silent_due_at: int | None
    agent_reply_at: int | None
    """The time of this agent's first message."""

    @property
    def first_reply_owed_since(self) -> int | None:
        """The time since which the customer has waited for this agent's first response. None if no first response is
        owed."""
        return first_reply_owed_since(self.reply_owed_since, self.assigned_at, self.agent_reply_at)

    @property
    def next_reply_owed_since(self) -> int | None:
        """The time since which the customer has waited for a further response of this agent. None if none is owed."""
        return next_reply_owed_since(self.reply_owed_since, self.agent_reply_at)


def active_chats(tx: Tx, agent: str) -> list[ActiveChat]:
    query = _ACTIVE.where(col(ChatRow.agent) == agent)
    return [_active_chat(*row) for row in tx.session.connection().execute(query)]


def active_by_clock(tx: Tx, due_by: int, owed_by: int) -> list[ActiveChat]:
    """Active chats for which at least one of these is true:

    - The agent's first response is owed.
    - A response has been owed since `owed_by` or earlier.
    - Silence will end the chat at `due_by` or earlier.
    """
    at = {"due_by": due_by, "owed_by": owed_by}
    return [_active_chat(*row) for row in tx.session.connection().execute(_RUNNING, at)]


def active_chat(tx: Tx, chat: str) -> ActiveChat | None:
    """The chat with its clocks. Locks the chat's row. None if the chat has no agent."""
    row = tx.session.connection().execute(_ACTIVE.where(col(ChatRow.id) == chat).with_for_update()).first()
    return None if row is None else _active_chat(*row)


def _active_chat(id_: str, team: str, agent: str | None, customer: str | None, *clocks: int | None) -> ActiveChat:
    assert agent is not None, "a chat that is active has its agent"
    return ActiveChat(id_, team, agent, customer, *clocks)


def taken_slots(tx: Tx, agents: Collection[str], now: int, rests: Callable[[str, int | None], bool]) -> Counter[str]:
    """The number of slots that each of these agents has given to chats: held chats, offers, and wrap-ups at `now`.

    A held chat takes no slot if `rests(team, silent_due_at)` is true.
    """
    connection = tx.session.connection()
    held = connection.execute(_HELD, {"agents": [*agents]})
    taken = Counter(agent for agent, team, due_at in held if agent is not None and not rests(team, due_at))
    others = connection.execute(_OTHER_SLOTS, {"agents": [*agents], "now": now})
    taken.update(agent for agent, _ in others if agent is not None)
    return taken


def wrap_ups(tx: Tx) -> list[WrapUp]:
    """Closed chats that still take a slot of their agent, for wrap-up."""
    rows = tx.session.exec(select(ChatRow).where(col(ChatRow.wrap_up_until).is_not(None)))
    return [WrapUp(row.id, row.team, row.agent or "", row.closed_at or 0) for row in rows]


def still_wrapping_up(tx: Tx, chats: Collection[str], now: int) -> set[str]:
    """Those of these chats whose wrap-up goes on at `now`."""
    query = select(ChatRow.id).where(col(ChatRow.id).in_(chats), col(ChatRow.wrap_up_until) > now)
    return set(tx.session.exec(query))


def wrapped_up(tx: Tx, now: int) -> list[str]:
    """At most 100 closed chats whose wrap-up is over, but whose slot is not free yet."""
    return list(tx.session.connection().execute(_WRAPPED_UP, {"now": now}).scalars())


def end_wrap_ups(tx: Tx, chats: Sequence[str]) -> None:
    tx.session.exec(update(ChatRow).where(col(ChatRow.id).in_(chats)).values(wrap_up_until=None))


def unanswered_offers(tx: Tx, now: int) -> list[ExpiredOffer]:
    """At most 100 offers whose time is over at `now`, the longest overdue first."""
    offered = (col(ChatRow.offered_to).is_not(None), ChatRow.state == "offered", col(ChatRow.offer_due_at) <= now)
    query = select(ChatRow).where(*offered).order_by(col(ChatRow.offer_due_at)).limit(_DUE_AT_ONCE)
    return [ExpiredOffer(row.id, row.team, row.offer_due_at or now) for row in tx.session.exec(query)]


def may_overflow(tx: Tx, team: str) -> list[str]:
    """Chats that wait for a team and have not overflowed yet. They are ordered by the time at which they first joined a
    queue."""
    query = select(ChatRow.id).where(ChatRow.team == team, IS_OPEN, ChatRow.state == "queued")
    return list(tx.session.exec(query.where(col(ChatRow.overflowed_at).is_(None)).order_by(col(ChatRow.queued_at))))


def due(tx: Tx, now: int) -> Due:
    over = tx.session.connection().execute(_DUE, {"now": now}).all()
    return Due(
        left=tuple(id_ for id_, state in over if state != "active"),
        silent=tuple(id_ for id_, state in over if state == "active"),
    )


def is_due(tx: Tx, chat: str, now: int) -> bool:
    """True if the chat's clock has run out. Locks the chat's row.

    The clock of an active chat is the customer's silence. The clock of any other chat is the customer's disconnection.
    """
    row = tx.session.exec(select(ChatRow).where(ChatRow.id == chat).with_for_update()).first()
    if row is None:
        return False
    clock = row.silent_due_at if row.state == "active" else row.left_due_at
    return clock is not None and clock <= now


def customer_left(tx: Tx, customer: str, due_at: int) -> None:
    """Start the clock of a waiting chat whose customer disconnected. The clock runs out at `due_at`.

    Does nothing if this clock already runs.
    """
    tx.session.exec(
        update(ChatRow)
        .where(col(ChatRow.customer) == customer, IS_WAITING, col(ChatRow.left_due_at).is_(None))
        .values(left_due_at=due_at)
    )


def wait_longer(tx: Tx, chat: str, by: int) -> None:
    """Give a disconnected customer `by` ms more to come back, because the chat now waits for another team."""
    running = col(ChatRow.left_due_at).is_not(None)
    later = col(ChatRow.left_due_at) + by
    tx.session.exec(update(ChatRow).where(col(ChatRow.id) == chat, running).values(left_due_at=later))


def customer_came(tx: Tx, customer: str) -> None:
    tx.session.exec(
        update(ChatRow)
        .where(col(ChatRow.customer) == customer, IS_OPEN, col(ChatRow.left_due_at).is_not(None))
        .values(left_due_at=None)
    )


def wait_paused(tx: Tx, chat: str, gone_at: int, came_at: int) -> None:
    """Do not count the time without a connection toward the customer's wait for the next response.

    The customer of this active chat was disconnected from `gone_at` to `came_at`.
    """
    row = tx.session.exec(select(ChatRow).where(ChatRow.id == chat, IS_ACTIVE).with_for_update()).first()
    owed = None if row is None else next_reply_owed_since(row.reply_owed_since, row.agent_reply_at)
    if row is None or owed is None:
        return
    row.reply_owed_since = paused_wait(owed, gone_at, came_at)
    tx.session.add(row)


def server_ready(tx: Tx, now: int, spans: Spans) -> None:
    """Start all clocks again after a restart of the server, so that no clock runs out because of the restart.

    All customers of waiting chats count as disconnected until they reconnect.
    """
    tx.session.exec(update(ChatRow).where(IS_WAITING).values(left_due_at=now))
    begin_anew(tx, now, spans)


def begin_anew(tx: Tx, now: int, spans: Spans) -> None:
    """Restart every running clock with its whole length, because the time that has elapsed is unknown."""
    # Two queries, each with its own index. A single query would read the whole table.
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
    """Add `by[team]` ms to the time at which a running silence ends its chat. A negative value ends the chat earlier.

    The part of the silence that has passed still counts.
    """
    for team, longer in by.items():
        silent = (col(ChatRow.team) == team, IS_ACTIVE, col(ChatRow.silent_due_at).is_not(None))
        later = col(ChatRow.silent_due_at) + longer
        tx.session.exec(update(ChatRow).where(*silent).values(silent_due_at=later))


def keep_waits(tx: Tx, waits: Mapping[str, int], jumped: int) -> None:
    """Move the start of each wait in `waits` by `jumped`, the jump of the wall clock in ms. So the wait stays as long
    as it was.

    `waits` maps each chat to the start of its wait before the jump. A second call with the same values changes nothing.
    """
    for chat, since in waits.items():
        tx.session.exec(
            update(ChatRow)
            .where(col(ChatRow.id) == chat, IS_WAITING, col(ChatRow.waiting_since) == since)
            .values(waiting_since=since + jumped, reply_owed_since=col(ChatRow.reply_owed_since) + jumped)
        )


def save_reading_marks(tx: Tx, marks: Mapping[str, tuple[int, int]], pages: Mapping[str, str] | None = None) -> None:
    """Save the read marks of each chat, and the pages that customers are on.

    `marks` maps a chat to the `seq` up to which its customer and its staff have read (0 if unknown). A mark never
    decreases. `pages` maps a chat to a page.

    Chats are updated in the order of their ids, because all code locks them in this order.
    """
    changed = [{"of": chat, "by_customer": marks[chat][0], "by_staff": marks[chat][1]} for chat in sorted(marks)]
    for statement in (_READ_BY_CUSTOMER, _READ_BY_STAFF):
        tx.session.connection().execute(statement, changed)
    if pages:
        moved = [{"of": chat, "at": pages[chat]} for chat in sorted(pages)]
        tx.session.connection().execute(_ON_PAGE, moved)


def reconcile(tx: Tx, now: int, here: Sequence[Chat], gone: Sequence[Chat], left_ms: Callable[[str], int]) -> None:
    """Correct the disconnection clocks of waiting chats.

    The customers of the chats in `here` are connected, so the clocks of these chats are stopped. The customers of the
    chats in `gone` are disconnected, so the clocks of these chats are started, unless they run already. `left_ms(team)`
    is the length of this clock. One call corrects at most 100 chats of each kind.
    """
    for chats, running in ((here, True), (gone, False)):
        ids = [chat.id for chat in chats]
        clock = col(ChatRow.left_due_at)
        wrong = clock.is_not(None) if running else clock.is_(None)
        query = select(ChatRow).where(col(ChatRow.id).in_(ids), IS_WAITING, wrong)
        for row in tx.session.exec(query.limit(_DUE_AT_ONCE)):
            row.left_due_at = None if running else now + left_ms(row.team)
            tx.session.add(row)
