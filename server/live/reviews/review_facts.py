"""Reads closed chats, and counts the facts that decide whether their tickets are reviewed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet

import msgspec
from msgspec import Struct
from sqlalchemy import bindparam, select
from sqlmodel import col

from chat.adapters import archive
from clock import from_rfc3339
from identity.actor import RULE
from reviews.entry import ChatFacts, Entry
from reviews.waits import Moment, longest_wait_ms
from reviews.words import CHARACTERS_MAX, disagree, says_no_code_fits
from storage.ports import Tx
from ticketing.adapters.tables import TicketEventRow, TicketRow

_REQUEUED = frozenset({"agent_gone", "no_reply", "declined"})
_CODES = select(col(TicketRow.number), col(TicketRow.resolution)).where(
    col(TicketRow.number).in_(bindparam("numbers", expanding=True))
)
_NOTES = select(col(TicketEventRow.ticket), col(TicketEventRow.body)).where(
    col(TicketEventRow.ticket).in_(bindparam("numbers", expanding=True)),
    col(TicketEventRow.staff_only),
    col(TicketEventRow.body).startswith('{"type":"note",'),
)


class ClosedChat(Struct, frozen=True):
    """A closed chat. Times are in ms since the epoch, UTC."""

    id: str
    ticket: int
    agent: str | None
    closed_at: int
    ending: str


class _From(Struct):
    kind: str = "system"
    id: str | None = None

    @property
    def is_agent(self) -> bool:
        return self.kind == "staff" and not (self.id or "").startswith(RULE)


class _Event(Struct, rename={"from_": "from"}):
    """The fields of an event from which the facts of a chat are counted."""

    type: str
    at: str = ""
    from_: _From = msgspec.field(default_factory=_From)
    text: str | None = None
    reason: str | None = None


_event = msgspec.json.Decoder(_Event)


def entries_of(
    tx: Tx, chats: Sequence[ClosedChat], day: str, corrected: AbstractSet[tuple[str, str]] = frozenset()
) -> list[Entry]:
    """The entries of these chats in the review of a day. `corrected`: the agents and codes that reviewers corrected
    before."""
    numbers = sorted({chat.ticket for chat in chats})
    codes: dict[int | None, str | None] = {}
    codes.update((number, code) for number, code in tx.session.execute(_CODES, {"numbers": numbers}))
    notes: dict[int, list[str]] = {}
    for number, body in tx.session.execute(_NOTES, {"numbers": numbers}):
        notes.setdefault(number, []).append(_event.decode(body).text or "")
    return [
        Entry(
            ticket=chat.ticket,
            day=day,
            chat=chat.id,
            agent=chat.agent,
            closed_at=chat.closed_at,
            code=(code := codes.get(chat.ticket)),
            facts=_facts(tx, chat, code, notes.get(chat.ticket, []), corrected),
        )
        for chat in chats
    ]


def _facts(
    tx: Tx, chat: ClosedChat, code: str | None, notes: Sequence[str], corrected: AbstractSet[tuple[str, str]]
) -> ChatFacts:
    events = [_event.decode(raw) for raw in archive.transcript(tx, [chat.id], for_staff=True)]
    messages = [event for event in events if event.type == "message"]
    said = [event.text for event in messages if event.from_.kind == "customer" and event.text is not None]
    noted = [*notes, *(event.text or "" for event in events if event.type == "note")]
    began = from_rfc3339(events[0].at) if events else chat.closed_at
    return ChatFacts(
        ending=chat.ending,
        agent_messages=sum(event.from_.is_agent for event in messages),
        customer_messages=sum(event.from_.kind == "customer" for event in messages),
        requeues=sum(event.type == "chat.queued" and event.reason in _REQUEUED for event in events),
        words_disagree=disagree(code, _text(event.text for event in messages), said[-1] if said else None),
        longest_wait_s=longest_wait_ms(began, chat.closed_at, _moments(events)) // 1_000,
        no_code=says_no_code_fits(_text(noted)),
        corrected_before=(chat.agent, code) in corrected,
    )


def _text(parts: Iterable[str | None]) -> str:
    return "\n".join(part or "" for part in parts)[:CHARACTERS_MAX]


def _moments(events: Iterable[_Event]) -> Iterator[Moment]:
    for event in events:
        if event.type == "chat.assigned":
            yield from_rfc3339(event.at), "assigned"
        elif event.type == "message" and (event.from_.kind == "customer" or event.from_.is_agent):
            yield from_rfc3339(event.at), "customer" if event.from_.kind == "customer" else "staff"
