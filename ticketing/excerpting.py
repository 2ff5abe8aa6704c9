"""Excerpts of search results: the best text of each ticket, with the words that were searched for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from msgspec import structs

from ticketing.excerpts import Excerpt, excerpt, found_terms
from ticketing.indexing import searchable, texts_of
from ticketing.ports import OWN, ChatLogs, Store, Tx
from ticketing.search_words import Term, terms_of
from ticketing.ticket import Ticket
from ticketing.views import FoundIn, TicketView


@dataclass(frozen=True, slots=True)
class Reason:
    """An excerpt, and the property or log from which it is taken."""

    excerpt: Excerpt
    found_in: FoundIn


class Excerpting:
    def __init__(self, store: Store, chat_logs: ChatLogs) -> None:
        self._store = store
        self._chat_logs = chat_logs

    def explained(
        self, tx: Tx, tickets: Sequence[Ticket], views: Sequence[TicketView], q: str, *, for_staff: bool
    ) -> list[TicketView]:
        """The views of these tickets, with excerpts.

        A ticket that was found by its number or by an imported text gets no excerpt.
        """
        terms = terms_of(q)
        return [
            _explained(view, self._reason(tx, ticket, terms, for_staff=for_staff))
            for ticket, view in zip(tickets, views, strict=True)
        ]

    def _reason(self, tx: Tx, ticket: Ticket, terms: Sequence[Term], *, for_staff: bool) -> Reason | None:
        """An excerpt of the text that contains the largest number of the terms.

        If a property and a log contain equally many terms, the excerpt is from the property.
        """
        best: tuple[FoundIn, str] | None = None
        most = 0
        for name, text, staff_only in searchable(ticket):
            if text and (for_staff or not staff_only) and (count := found_terms(text, terms)) > most:
                best, most = (name, text), count
        if most < len(terms):
            best = self._said(tx, ticket.number, terms, most, for_staff=for_staff) or best
        shown = excerpt(best[1], terms) if best is not None else None
        return Reason(shown, best[0]) if best is not None and shown is not None else None

    def _said(
        self, tx: Tx, number: int, terms: Sequence[Term], most: int, *, for_staff: bool
    ) -> tuple[FoundIn, str] | None:
        """The text in one of the ticket's logs that contains more than `most` of the terms. None if there is none."""
        place = self._store.saying(tx, number, terms, most, for_staff=for_staff)
        if place is None:
            return None
        stream, seq = place
        if stream == OWN:
            text = next(iter(texts_of(self._store.events_from(tx, number, seq, 1))), None)
        else:
            text = self._chat_logs.text_at(tx, stream, seq)
        if text is None or not text.parts[0] or (text.staff_only and not for_staff):
            return None
        return "note" if text.staff_only else "conversation", text.parts[0]


def _explained(view: TicketView, why: Reason | None) -> TicketView:
    if why is None:
        return view
    shown = why.excerpt
    return structs.replace(view, excerpt=shown.text, highlights=shown.highlights, found_in=why.found_in)
