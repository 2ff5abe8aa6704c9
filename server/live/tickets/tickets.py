"""Connects tickets with chats. Each chat becomes a ticket, or is added to a ticket. The transcript of a ticket includes
its chats."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import msgspec
from msgspec import Raw, Struct
from sqlmodel import col, func, select

from chat.adapters import archive, networks
from chat.adapters.chat_steps import ChatStep, chat_steps
from chat.adapters.last_messages import last_messages
from chat.adapters.tables import ChatRow
from chat.ports import EndedChat, TicketMade
from clock import Clock
from identity.actor import Actor
from storage.ports import Tx
from ticketing.chat_times import Turn, TurnKind
from ticketing.events import said_in
from ticketing.last_words import Talk
from ticketing.outcome import wanted_at_end
from ticketing.ports import Text
from ticketing.service import Tickets
from ticketing.ticket import Requester
from ticketing.wanted import Opening


class TicketsOfChats:
    """Implements `chat.ports.Tickets`: a chat becomes a ticket, or is added to the ticket about which it was
    started."""

    def __init__(self, tickets: Tickets, clock: Clock) -> None:
        self._tickets = tickets
        self._clock = clock

    def open_for(self, tx: Tx, ended: EndedChat) -> TicketMade:
        opening = Opening(
            channel="chat",
            team=ended.team,
            requester=Requester(ended.customer, ended.name, ended.email, ended.verified),
            client=self._tickets.client_of(tx, ended.customer),
            by=ended.by,
            at=ended.at,
            created_at=ended.at,
            chat=ended.chat,
            product=ended.product,
            subject=ended.subject,
            assignee=ended.agent,
            waiting_since=ended.waiting_since,
            unanswered=ended.unanswered,
            origin=networks.of(tx, ended.chat),
            needs_code=ended.outcome is None
            and (ended.ending in ("ended", "silent") or (ended.ending == "rule" and ended.agent is not None)),
            wanted=wanted_at_end(
                ended.ending,
                ended.outcome,
                is_new=ended.about is None,
                reachable=ended.email is not None,
            ),
        )
        ticket = self._tickets.ended(tx, opening, ended.about)
        if ended.note is not None:
            self._tickets.add_note(tx, ended.by, ticket, ended.note, ended.at)
        return TicketMade(ticket.number, ticket.status, ticket.resolution)

    def may_start_about(self, tx: Tx, actor: Actor, number: int) -> None:
        self._tickets.check_may_take_up(tx, actor, number, self._clock())

    def rated(self, tx: Tx, number: int, score: int, comment: str | None, at: int) -> None:
        self._tickets.rated(tx, number, score, comment, at)

    def text_removed(self, tx: Tx, number: int, chat: str, seq: int, line: str, at: int) -> None:
        """Remove a chat's text from the search index of its ticket.

        If the ticket's subject is `line`, the first line of the text, remove the subject too. The quotes in mails are
        also removed, because they may come from a letter that contains the text.
        """
        self._tickets.mailing.text_removed(tx, number, 0)
        self._tickets.text_removed(tx, number, chat, seq, line, at)


class LogsOfChats:
    """Implements `ticketing.ports.ChatLogs` with the events of chats."""

    def chats(self, tx: Tx, number: int, until: int | None = None) -> list[str]:
        query = select(ChatRow.id).where(ChatRow.ticket == number)
        if until is not None:
            query = query.where(col(ChatRow.closed_at) <= until)
        return list(tx.session.exec(query.order_by(col(ChatRow.started_at), col(ChatRow.id))))

    def size(self, tx: Tx, number: int) -> int:
        return int(
            tx.session.exec(select(func.coalesce(func.sum(ChatRow.size), 0)).where(ChatRow.ticket == number)).one()
        )

    def of(self, tx: Tx, chats: Sequence[str], *, for_staff: bool) -> list[Raw]:
        return archive.transcript(tx, chats, for_staff=for_staff)

    def talks(self, tx: Tx, numbers: Collection[int]) -> dict[int, Talk]:
        found: dict[int, list[str | None]] = {}
        for number, last in last_messages(tx, numbers):
            found.setdefault(number, []).append(last)
        # The chats of a ticket come oldest first.
        return {
            number: Talk(len(chats), next((last for last in reversed(chats) if last is not None), None))
            for number, chats in found.items()
        }

    def live(self, tx: Tx, numbers: Collection[int], customer: Collection[str]) -> dict[int, str]:
        about = ((chat.about_ticket, chat.id) for chat in archive.open_rows(tx, customer=sorted(customer)))
        return {number: chat for number, chat in about if number is not None and number in numbers}

    def discussed(self, tx: Tx, numbers: Collection[int]) -> Collection[int]:
        """The tickets among `numbers` about which a chat is open."""
        return archive.open_about(tx, numbers)

    def turns(self, tx: Tx, numbers: Collection[int]) -> dict[int, list[Turn]]:
        found: dict[int, list[Turn]] = {}
        for step in chat_steps(tx, numbers):
            if (turn := _turn(step)) is not None:
                found.setdefault(step.ticket, []).append(turn)
        return found

    def text_at(self, tx: Tx, chat: str, seq: int) -> Text | None:
        event = archive.row_at(tx, chat, seq)
        return Text(seq, event.staff_only, (said_in(event.body),)) if event is not None else None

    def said(self, tx: Tx, chat: str, position: int, limit: int, size: int) -> tuple[list[Text], int | None]:
        events, earlier = archive.backwards(tx, chat, position or None, limit, size)
        return [Text(seq, staff_only, (said_in(body),)) for seq, staff_only, body in events], earlier


class _Named(Struct):
    name: str | None = None


class _Step(Struct):
    """The fields in the body of an event, other than a message, that `_turn` reads."""

    type: str
    staff: _Named | None = None


_step = msgspec.json.Decoder(_Step)
_STEPS: dict[str, TurnKind] = {
    "chat.started": "started",
    "chat.assigned": "assigned",
    "chat.transferred": "transferred",
    "chat.closed": "closed",
}


def _turn(step: ChatStep) -> Turn | None:
    if step.writer is not None:
        return Turn(step.chat, step.at, "customer" if step.writer == "customer" else "staff")
    event = _step.decode(step.body) if step.body is not None else None
    kind = _STEPS.get(event.type) if event is not None else None
    if event is None or kind is None:
        return None
    return Turn(step.chat, step.at, kind, event.staff.name if event.staff is not None else None)
