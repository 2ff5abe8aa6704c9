"""Reads chats: logs for replays and transcripts, and the details that staff see."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from msgspec import Raw, json
from sqlalchemy import bindparam, func, text, tuple_
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from chat import wire
from chat.adapters.rows import event_of
from chat.adapters.tables import IS_OPEN, IS_OVER, IS_WAITING, ChatRow, EventRow
from chat.conversation import WAITING, Chat, State
from chat.events import Logged
from chat.frames.durable import ChatLeft
from chat.frames.people import About, Customer
from clock import rfc3339, rfc3339_or_none
from storage.ports import Tx
from storage.row_by_row import row_by_row

_OPEN_ABOUT = select(ChatRow.about_ticket).where(
    IS_OPEN, col(ChatRow.about_ticket).in_(bindparam("tickets", expanding=True))
)
_JOINING = 0x6A6F696E
"""First key of the advisory locks of queues on PostgreSQL. The second key is the team. SQLite needs no lock, because it
has a single writer."""
WHOLE = 1_000_000
"""A limit above the number of events of any chat."""
_AFTER = text("""
WITH RECURSIVE back (id, previous, seq) AS (
    SELECT event.id, event.previous, event.seq FROM chats JOIN events AS event ON event.id = chats.last_event
    WHERE chats.id IN :chats AND event.seq > :seq
  UNION ALL
    SELECT event.id, event.previous, event.seq FROM back JOIN events AS event ON event.id = back.previous
    WHERE event.seq > :seq
)
SELECT event.chat, event.seq, event.public_prev, event.staff_only, event.at, event.body,
       event.person, event.command, event.answer
FROM back JOIN events AS event ON event.id = back.id WHERE back.seq <= :upto ORDER BY back.seq
""").bindparams(bindparam("chats", expanding=True))
"""Reads chats backwards from their last events, along `EventRow.previous`. The numbers of events have no gaps."""
_AT = text("""
WITH RECURSIVE back (id, previous, seq) AS (
    SELECT event.id, event.previous, event.seq FROM chats JOIN events AS event ON event.id = chats.last_event
    WHERE chats.id = :chat AND event.seq >= :seq
  UNION ALL
    SELECT event.id, event.previous, event.seq FROM back JOIN events AS event ON event.id = back.previous
    WHERE event.seq >= :seq
)
SELECT id FROM back WHERE seq = :seq
""")
_BACKWARDS = text("""
WITH RECURSIVE back (id, previous, size, count) AS (
    SELECT event.id, event.previous, length(event.body), 1 FROM events AS event WHERE event.id = :last
  UNION ALL
    SELECT event.id, event.previous, back.size + length(event.body), back.count + 1
    FROM back JOIN events AS event ON event.id = back.previous
    WHERE back.count < :most AND back.size < :size
)
SELECT event.seq, event.staff_only, event.body, event.previous
FROM back JOIN events AS event ON event.id = back.id ORDER BY back.count
""")
_SIZES = text("""
WITH RECURSIVE back (previous, size, count) AS (
    SELECT event.previous, length(event.body), 1 FROM chats JOIN events AS event ON event.id = chats.last_event
    WHERE chats.id = :chat AND event.seq > :seq
  UNION ALL
    SELECT event.previous, length(event.body), back.count + 1
    FROM back JOIN events AS event ON event.id = back.previous
    WHERE event.seq > :seq AND back.count < :most
)
SELECT count(*), sum(size) FROM back
""")
_MEASURED = 500
"""Number of newest events from which the size of the older ones is estimated."""
_ENVELOPE = 128
"""Size in bytes that the wire format adds to the body of an event."""
_NEWEST = text("""
WITH RECURSIVE back (previous, body, count) AS (
    SELECT event.previous, event.body, 1 FROM chats JOIN events AS event ON event.id = chats.last_event
    WHERE chats.id = :chat AND event.seq > :seq
  UNION ALL
    SELECT event.previous, event.body, back.count + 1
    FROM back JOIN events AS event ON event.id = back.previous
    WHERE event.seq > :seq AND back.count < :most
)
SELECT body FROM back
""")
_WROTE = text("""
WITH RECURSIVE back (previous, person, staff_only, count) AS (
    SELECT event.previous, event.person, event.staff_only, 1
    FROM chats JOIN events AS event ON event.id = chats.last_event
    WHERE chats.id = :chat AND event.at >= :since
  UNION ALL
    SELECT event.previous, event.person, event.staff_only, back.count + 1
    FROM back JOIN events AS event ON event.id = back.previous
    WHERE event.at >= :since AND back.count < :most
)
SELECT count(*) FROM back WHERE person = :person AND NOT staff_only
""")
_KNOWN = text("""
SELECT chat, seq, public_prev, staff_only, at, body, person, command, answer
FROM events WHERE person = :person AND command = :command
""")
_OPEN_OF = text("SELECT 1 FROM chats WHERE customer = :customer AND state <> 'closed'")
"""Asked at each `hello`. Most visitors have no chat, and a composed query takes much longer."""
_NEWEST_MAX = 100
"""Number of newest events that are read to find departures and authors."""


def chat_of(row: ChatRow) -> Chat:
    state: State = row.state  # type: ignore[assignment]  # the column holds nothing but states
    return Chat(
        id=row.id,
        team=row.team,
        state=state,
        customer=row.customer,
        agent=row.agent,
        ticket=row.ticket,
        queued_at=row.queued_at,
        waiting_since=row.waiting_since,
        owed_since=row.reply_owed_since,
        closed_at=row.closed_at,
        priority=row.priority,
        preferred=row.preferred,
        passed=frozenset(json.decode(row.passed)),
        offered_to=row.offered_to,
        offered_by=row.offered_by,
        wrap_up_until=row.wrap_up_until,
        handed_on_by=row.handed_on_by,
        size=row.size,
    )


def after(tx: Tx, chat: str, seq: int, limit: int) -> list[Logged]:
    """The events of `chat` that follow the event `seq`, in order, at most `limit`."""
    (events,) = after_each(tx, [(chat, seq, limit)])
    return events


def after_each(tx: Tx, asked: Sequence[tuple[str, int, int]]) -> list[list[Logged]]:
    """Like `after`, for each (`chat`, `seq`, `limit`) of `asked`. Chats with one `seq` and `limit` cost one query."""
    chats: defaultdict[tuple[int, int], list[str]] = defaultdict(list)
    for chat, seq, limit in asked:
        chats[seq, limit].append(chat)
    found: defaultdict[tuple[str, int, int], list[Logged]] = defaultdict(list)
    for (seq, limit), those in chats.items():
        rows = row_by_row(tx).execute(_AFTER, {"chats": those, "seq": seq, "upto": seq + limit})
        for event in map(event_of, rows):
            found[event.chat, seq, limit].append(event)
    return [found[one] for one in asked]


def backwards(
    tx: Tx, chat: str, last: int | None, limit: int, size: int
) -> tuple[list[tuple[int, bool, str]], int | None]:
    """A page of a chat's events, newest first, as (`seq`, True if only staff may see it, body).

    The page begins at the event row `last`, or at the newest event if `last` is None. It has at most `limit` events
    with about `size` characters in total. The second value is the `last` for the next page. It is None if this page
    reaches the beginning of the chat.
    """
    if last is None:
        row = chat_row(tx, chat)
        last = row.last_event if row is not None else None
    asked = {"last": last, "most": limit, "size": size}
    rows = row_by_row(tx).execute(_BACKWARDS, asked).all()
    return [(seq, bool(staff_only), body) for seq, staff_only, body, _ in rows], rows[-1][3] if rows else None


def size_after(tx: Tx, row: ChatRow, seq: int) -> int:
    """The approximate size in bytes of the chat's events that follow the event `seq`."""
    events = row.last_seq - seq
    if events <= 0:
        return 0
    asked = {"chat": row.id, "seq": seq, "most": _MEASURED}
    count, size = row_by_row(tx).execute(_SIZES, asked).one()
    return int(events * (_ENVELOPE + size / count)) if count else 0


def last_left(tx: Tx, chat: str) -> ChatLeft | None:
    """The last `chat.left` event. None if there is none among the newest events of the chat."""
    bodies = row_by_row(tx).execute(_NEWEST, {"chat": chat, "seq": 0, "most": _NEWEST_MAX}).scalars().all()
    return next((_left(body) for body in bodies if body.startswith('{"type":"chat.left"')), None)


def wrote_since(tx: Tx, chat: str, person: str, since: int) -> bool:
    """True if `person` wrote an event that the customer of this chat can see, at `since` or later."""
    asked = {"chat": chat, "person": person, "since": since, "most": _NEWEST_MAX}
    count: int = row_by_row(tx).execute(_WROTE, asked).scalar_one()
    return count > 0


def row_at(tx: Tx, chat: str, seq: int) -> EventRow | None:
    id_ = row_by_row(tx).execute(_AT, {"chat": chat, "seq": seq}).scalar()
    return None if id_ is None else tx.session.get(EventRow, id_)


def fitting(events: Sequence[Logged], size: int) -> Sequence[Logged]:
    """The first of `events`, as many as fit into about `size` characters, and at least one if there are any."""
    held = 0
    for count, event in enumerate(events, start=1):
        held += len(event.body)
        if held >= size:
            return events[:count]
    return events


def transcript(tx: Tx, chats: Iterable[str], *, for_staff: bool) -> list[Raw]:
    """The durable events of the chats, in order, each encoded as on the wire. `for_staff` says whether events for staff
    only are included."""
    return [
        Raw(wire.durable(event, staff=for_staff))
        for chat in chats
        for event in after(tx, chat, 0, WHOLE)
        if for_staff or not event.staff_only
    ]


def known(tx: Tx, person: str, command: str) -> Logged | None:
    """The event that was written by the command with the id `command` of `person`. None if this command wrote no
    event."""
    row = tx.session.connection().execute(_KNOWN, {"person": person, "command": command}).first()
    return event_of(row) if row else None


def chat_row(tx: Tx, chat: str) -> ChatRow | None:
    return tx.session.get(ChatRow, chat)


def open_rows(tx: Tx, *, customer: Sequence[str] | None = None, agent: str | None = None) -> Sequence[ChatRow]:
    """Open chats, oldest first. With `customer` or `agent`, only the chats of that customer or agent.

    `customer` has all ids of the customer.
    """
    if customer is not None and not any(_has_open(tx, id_) for id_ in customer):
        return []
    query = select(ChatRow).where(IS_OPEN).order_by(col(ChatRow.queued_at), col(ChatRow.id))
    if customer is not None:
        query = query.where(col(ChatRow.customer).in_(customer))
    if agent is not None:
        query = query.where(ChatRow.agent == agent)
    return tx.session.exec(query).all()


def _has_open(tx: Tx, customer: str) -> bool:
    return tx.session.connection().execute(_OPEN_OF, {"customer": customer}).first() is not None


def open_about(tx: Tx, tickets: Collection[int]) -> set[int]:
    """The tickets among `tickets` about which a chat is open."""
    if not tickets:
        return set()
    found = tx.session.connection().execute(_OPEN_ABOUT, {"tickets": list(tickets)})
    return {number for number in found.scalars() if number is not None}


class Snapshot(NamedTuple):
    """A chat with the last `seq` of its log.

    `since` is the time at which the present agent got the chat, or the start of the chat if it has no agent.
    """

    chat: Chat
    since: int
    seq: int


def open_snapshots(tx: Tx) -> list[Snapshot]:
    return [_snapshot(row) for row in open_rows(tx)]


def snapshots_of(tx: Tx, chats: Collection[str]) -> list[Snapshot]:
    """Snapshots of these chats, whether they are open or closed."""
    return [_snapshot(row) for row in tx.session.exec(select(ChatRow).where(col(ChatRow.id).in_(chats)))]


def _snapshot(row: ChatRow) -> Snapshot:
    return Snapshot(chat_of(row), row.assigned_at or row.started_at, row.last_seq)


def teams_of_open_chats(tx: Tx) -> dict[str, int]:
    query = select(ChatRow.team, func.count()).where(IS_OPEN).group_by(col(ChatRow.team))
    return dict(tx.session.exec(query).all())


def queue_position(tx: Tx, row: ChatRow) -> int:
    """The chat's position in its team's queue, from 1."""
    place = tuple_(col(ChatRow.priority), col(ChatRow.queued_at), col(ChatRow.id))
    ahead = place < tuple_(row.priority, row.queued_at, row.id)
    return tx.session.exec(_waiting(row.team).where(ahead)).one() + 1


def last_written_at(tx: Tx) -> int:
    """The time of the last event in any chat, or 0 if there are no events."""
    return tx.session.exec(select(EventRow.at).order_by(col(EventRow.id).desc()).limit(1)).first() or 0


def one_joins_at_a_time(tx: Tx, team: str) -> None:
    """Lock this team's queue until the transaction ends. Until then no other chat can join it.

    So the queue cannot grow after this transaction has counted it.
    """
    if tx.dialect == "postgresql":
        tx.session.exec(select(func.pg_advisory_xact_lock(_JOINING, func.hashtext(team))))


def waiting(tx: Tx, team: str) -> int:
    """The number of chats that wait for a team. Chats that are offered to an agent still wait."""
    return tx.session.exec(_waiting(team)).one()


def last_joined(tx: Tx) -> int | None:
    """The latest time at which a waiting chat, of any team, first joined a queue. None if no chat waits."""
    return tx.session.exec(select(func.max(ChatRow.queued_at)).where(IS_WAITING)).one()


def _waiting(team: str) -> SelectOfScalar[int]:
    return select(func.count()).select_from(ChatRow).where(ChatRow.team == team, IS_WAITING)


def last_agent(tx: Tx, customer: Sequence[str], since: int) -> str | None:
    """The agent of the customer's last closed chat. None if that chat ended before `since`.

    Chats that never had an agent are ignored. `customer` has all ids of the customer.
    """
    theirs = (col(ChatRow.customer).in_(customer), IS_OVER, col(ChatRow.agent).is_not(None))
    query = select(ChatRow.agent).where(*theirs, col(ChatRow.closed_at) >= since)
    return tx.session.exec(query.order_by(col(ChatRow.closed_at).desc()).limit(1)).first()


def live(tx: Tx, teams: Collection[str], state: str | None) -> Sequence[ChatRow]:
    """Open chats of these teams, oldest first. With `state`, only chats in that state."""
    query = select(ChatRow).where(IS_OPEN, col(ChatRow.team).in_(teams))
    if state is not None:
        query = query.where(ChatRow.state == state)
    return tx.session.exec(query.order_by(col(ChatRow.queued_at), col(ChatRow.id))).all()


def about(row: ChatRow, client: str | None, unread: int, *, vip: bool, came_back: bool) -> About:
    """The details of a chat that staff see in addition to its events.

    `client` is the name of the customer's company. `unread` is the number of unread messages. `vip` and `came_back` are
    the reasons for which the chat may go ahead in its queue.
    """
    return About(
        chat=row.id, state=row.state, team=row.team, seq=row.last_seq,
        customer=Customer(row.customer, row.name, row.email, row.verified, client),
        product=row.product, subject=row.subject, page=row.page, referrer=row.referrer, locale=row.locale,
        timezone=row.timezone, user_agent=row.user_agent,
        started_at=rfc3339(row.started_at), assigned_at=rfc3339_or_none(row.assigned_at), last_at=rfc3339(row.last_at),
        unread=unread, reply_owed_since=rfc3339_or_none(row.reply_owed_since),
        waiting_since=rfc3339(row.waiting_since) if row.state in WAITING else None, vip=vip, came_back=came_back,
        ticket=row.about_ticket if row.ticket is None else row.ticket,
    )  # fmt: skip


_left = json.Decoder(ChatLeft).decode
