"""When each side wrote last on a ticket. On both databases."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.json import encode
from sqlalchemy import delete
from sqlmodel import col

from chat.adapters.tables import ChatRow, EventRow
from clock import rfc3339
from identity.actor import RULE
from server.live.automations.rule_messages import LastMessages, messages_since
from storage.ports import Storage, Tx
from ticketing.adapters.tables import TicketEventRow

TICKET = 7
_OF_TICKET = col(TicketEventRow.ticket) == TICKET


def body(kind: str, at: int, by: str, id: str = "x") -> str:
    return encode({"type": kind, "at": rfc3339(at), "from": {"kind": by, "id": id}, "text": "Hello"}).decode()


def say(tx: Tx, chat: str, said: Sequence[tuple[str, str, int]], ticket: int = TICKET) -> None:
    """A closed chat with these events: type, writer, time."""
    last: int | None = None
    for seq, (kind, by, at) in enumerate(said, 1):
        row = EventRow(
            previous=last, chat=chat, seq=seq, public_prev=seq - 1, staff_only=kind == "note", at=at, body=""
        )
        row.body = body(kind, at, by)
        tx.session.add(row)
        tx.session.flush()
        last = row.id
    tx.session.add(
        ChatRow(
            id=chat,
            team="media",
            state="closed",
            customer="v",
            started_at=1,
            queued_at=1,
            last_at=1,
            waiting_since=1,
            last_event=last,
            ticket=ticket,
        )
    )
    tx.session.flush()


def reply(tx: Tx, seq: int, kind: str, by: str, at: int, id: str = "x") -> None:
    said = body(kind, at, by, id)
    row = TicketEventRow(ticket=TICKET, seq=seq, public_prev=seq - 1, staff_only=kind == "note", at=at, body=said)
    tx.session.add(row)
    tx.session.flush()


def fill(tx: Tx) -> None:
    say(tx, "a", [("message", "customer", 10), ("message", "staff", 20), ("message", "customer", 30)])
    say(tx, "b", [("message", "customer", 35), ("ended", "system", 36), ("note", "staff", 37)])
    say(tx, "other", [("message", "staff", 99)], ticket=8)
    reply(tx, 1, "reply", "staff", 40)
    reply(tx, 2, "note", "staff", 50)
    reply(tx, 3, "reply", "staff", 60, f"{RULE}1")


async def test_last_message_of_each_side_is_found_in_chats_and_replies(storage: Storage) -> None:
    await storage.write(fill)
    found = await storage.read(lambda tx: messages_since(tx, TICKET))
    assert found == LastMessages({"a": (30, 20), "b": (35, None)}, (None, 40), 3)
    assert (found.last_of("customer"), found.last_of("staff")) == (35, 40)
    nothing = await storage.read(lambda tx: messages_since(tx, 1))
    assert (nothing.last_of("customer"), nothing.last_of("staff")) == (None, None)


async def test_only_messages_that_came_since_are_read_again(storage: Storage) -> None:
    """The events that are known are gone here, so whoever read them would miss them."""
    await storage.write(fill)
    known = await storage.read(lambda tx: messages_since(tx, TICKET))

    def more(tx: Tx) -> None:
        tx.session.connection().execute(delete(EventRow))
        tx.session.connection().execute(delete(TicketEventRow).where(_OF_TICKET, col(TicketEventRow.seq) < 3))
        say(tx, "c", [("message", "staff", 70)])
        reply(tx, 4, "reply", "customer", 80)

    await storage.write(more)
    found = await storage.read(lambda tx: messages_since(tx, TICKET, known))
    chats = {"a": (30, 20), "b": (35, None), "c": (None, 70)}
    assert found == LastMessages(chats, (80, 40), 4)
    assert (found.last_of("customer"), found.last_of("staff")) == (80, 70)
