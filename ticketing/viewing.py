"""Tickets as one reader sees them: gathers names, logs and read marks for `ticketing.views`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from msgspec import UNSET, structs

from identity.actor import Actor
from ticketing.awaiting import Awaiting
from ticketing.begun import Begun, as_seen
from ticketing.chat_times import times_of
from ticketing.events import on_the_wire
from ticketing.last_words import Talks
from ticketing.listing import Scope, scope_of
from ticketing.ports import ChatLogs, People, ReadMarks, Store, Tx
from ticketing.ticket import Ticket
from ticketing.views import HistoryLine, Known, TicketView, clients_in, history_view, people_in, view


class Viewing:
    """Reads the data of views. The caller must have checked that the reader may see the tickets."""

    def __init__(
        self, store: Store, read_marks: ReadMarks, people: People, chat_logs: ChatLogs, awaiting: Awaiting
    ) -> None:
        self._store = store
        self._read_marks = read_marks
        self._people = people
        self._chat_logs = chat_logs
        self._awaiting = awaiting

    def listed(self, tx: Tx, tickets: Sequence[Ticket], reader: Actor, now: int) -> list[TicketView]:
        """The tickets without transcripts and histories."""
        scope = scope_of(reader)
        known = self._known(tx, tickets, now, for_staff=scope.for_staff, reader=reader)
        return [self._view(tx, ticket, scope, known, now) for ticket in tickets]

    def conversations(self, tx: Tx, tickets: Sequence[Ticket], reader: Actor, now: int) -> list[TicketView]:
        """Like `listed`. For customers, also with the last words and the chats of each ticket."""
        scope = scope_of(reader)
        known = self._known(tx, tickets, now, for_staff=scope.for_staff, reader=reader)
        if not scope.for_staff:
            known = replace(known, talks=self._talks(tx, [ticket.number for ticket in tickets], reader))
        return [self._view(tx, ticket, scope, known, now) for ticket in tickets]

    def _talks(self, tx: Tx, numbers: Sequence[int], reader: Actor) -> Talks:
        if not numbers:
            return Talks()
        return Talks(
            replies=self._store.last_replies(tx, numbers),
            chats=self._chat_logs.talks(tx, numbers),
            live=self._chat_logs.live(tx, numbers, reader.ids),
            reader=reader.ids,
        )

    def exported(self, tx: Tx, tickets: Sequence[Ticket], reader: Actor, now: int) -> list[TicketView]:
        """Like `listed`, without `unread`, and with the times of the chats."""
        scope = scope_of(reader)
        known = self._known(tx, tickets, now, for_staff=scope.for_staff)
        turns = self._chat_logs.turns(tx, [ticket.number for ticket in tickets])
        return [
            structs.replace(self._view(tx, ticket, scope, known, now), times=times_of(turns.get(ticket.number, [])))
            for ticket in tickets
        ]

    def whole(self, tx: Tx, ticket: Ticket, reader: Actor, now: int) -> TicketView:
        """The ticket with its transcript and, for staff, its history."""
        scope = scope_of(reader)
        number, for_staff = ticket.number, scope.for_staff
        lines = self._store.history(tx, number) if for_staff else []
        known = self._known(tx, [ticket], now, lines, for_staff=for_staff, reader=reader)
        events = self._chat_logs.of(tx, self._chat_logs.chats(tx, number), for_staff=for_staff)
        begun = scope.reader is None or scope.reader.asked(ticket)
        return structs.replace(
            self._view(tx, ticket, scope, known, now),
            begun_elsewhere=True if begun and self._store.begun(tx, number) is not None else UNSET,
            transcript=[*events, *on_the_wire(number, self._store.events(tx, number), for_staff=for_staff)],
            history=history_view(lines, known) if for_staff else UNSET,
        )

    def as_seen(self, tx: Tx, ticket: Ticket, begun: Begun, now: int) -> TicketView:
        """The ticket as it was when it still belonged to the browser in `begun`."""
        number = ticket.number
        events = self._chat_logs.of(tx, self._chat_logs.chats(tx, number, begun.at), for_staff=False)
        own = [event for event in self._store.events(tx, number) if event.seq <= begun.upto]
        return structs.replace(
            view(as_seen(ticket, begun), Known(unread={}), now, for_staff=False),
            transcript=[*events, *on_the_wire(number, own, for_staff=False)],
        )

    def went_on(self, tx: Tx, begun: Begun) -> bool:
        """True if customers may read more of the ticket than `as_seen` shows."""
        _, last = self._store.ends(tx, begun.ticket)
        chats = self._chat_logs.chats(tx, begun.ticket)
        return last > begun.upto or chats != self._chat_logs.chats(tx, begun.ticket, begun.at)

    def _known(
        self,
        tx: Tx,
        tickets: Sequence[Ticket],
        now: int,
        lines: Sequence[HistoryLine] = (),
        *,
        for_staff: bool,
        reader: Actor | None = None,
    ) -> Known:
        numbers = [ticket.number for ticket in tickets]
        unread = None
        if reader is not None:
            unread = self._read_marks.unread(tx, numbers, reader.ids, for_staff=for_staff) if numbers else {}
        clients = clients_in(tickets, lines)
        return Known(
            staff=self._people.names(tx, people_in(tickets, lines)),
            clients=self._people.client_names(tx, clients),
            vips=self._people.vips(tx, clients) if for_staff else frozenset(),
            duplicates=self._store.duplicates(tx, numbers) if for_staff else {},
            unread=unread,
            shown_fields=frozenset() if for_staff else self._shown_fields(tx, tickets),
            promises=self._awaiting.promises(tx, tickets, now),
        )

    def _shown_fields(self, tx: Tx, tickets: Sequence[Ticket]) -> frozenset[str]:
        if not any(ticket.custom_fields for ticket in tickets):
            return frozenset()
        return frozenset(field.key for field in self._store.custom_fields(tx) if field.for_customers)

    def _view(self, tx: Tx, ticket: Ticket, scope: Scope, known: Known, now: int) -> TicketView:
        if scope.reader is None:
            return view(ticket, known, now, for_staff=True)
        survivor_shown = self._may_open_survivor(tx, ticket, scope)
        # Only the requester reads the rating.
        shown = ticket if scope.reader.asked(ticket) else replace(ticket, rating=None)
        return view(shown, known, now, for_staff=False, survivor_shown=survivor_shown)

    def _may_open_survivor(self, tx: Tx, ticket: Ticket, scope: Scope) -> bool:
        if ticket.duplicate_of is None:
            return True
        survivor = self._store.find(tx, ticket.duplicate_of)
        return survivor is not None and scope.holds(survivor)
