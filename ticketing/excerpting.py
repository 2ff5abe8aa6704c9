"""Excerpts of search results: the best text of each ticket, with the words that were searched for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from msgspec import structs

from ticketing.excerpts import excerpt, found_terms
from ticketing.indexing import searchable, texts_of
from ticketing.ports import OWN, ChatLogs, Store, Tx
from ticketing.search_words import Term, terms_of
from ticketing.ticket import Ticket
from ticketing.views import FoundIn, TicketView


@dataclass(frozen=True, slots=True)
class _Found:
    """A text, the number of terms that it contains, and the property or log from which it is taken."""

    found_in: FoundIn | None
    text: str
    terms: int


class Excerpting:
    def __init__(self, store: Store, chat_logs: ChatLogs) -> None:
        self._store = store
        self._chat_logs = chat_logs

    def explained(
        self, tx: Tx, tickets: Sequence[Ticket], views: Sequence[TicketView], q: str, *, for_staff: bool
    ) -> list[TicketView]:
        """The views of these tickets, with excerpts.

        The excerpt is from the text that contains the largest number of the terms. If a property and a log contain
        equally many terms, the excerpt is from the property. A ticket that was found by its number or by an imported
        text gets no excerpt. Uses few queries, however many tickets there are.
        """
        terms = terms_of(q)
        best = {ticket.number: _property(ticket, terms, for_staff=for_staff) for ticket in tickets}
        unsure = {number: found.terms for number, found in best.items() if found.terms < len(terms)}
        best |= self._said(tx, unsure, terms, for_staff=for_staff)
        return [_explained(view, best[ticket.number], terms) for ticket, view in zip(tickets, views, strict=True)]

    def _said(
        self, tx: Tx, more_than: Mapping[int, int], terms: Sequence[Term], *, for_staff: bool
    ) -> dict[int, _Found]:
        """For each ticket, the text in its logs that contains the largest number of the terms. `more_than`: for each
        ticket, the number of terms that this text must exceed. Tickets without such a text are missing."""
        places = self._store.saying(tx, more_than.keys(), terms, for_staff=for_staff)
        places = {number: said for number, said in places.items() if said.terms > more_than[number]}
        own = [(number, said.seq) for number, said in places.items() if said.stream == OWN]
        events = self._store.events_at(tx, own)
        found: dict[int, _Found] = {}
        for number, said in places.items():
            if said.stream == OWN:
                event = events.get((number, said.seq))
                text = next(iter(texts_of([event])), None) if event is not None else None
            else:
                text = self._chat_logs.text_at(tx, said.stream, said.seq)
            if text is not None and text.parts[0] and (for_staff or not text.staff_only):
                found[number] = _Found("note" if text.staff_only else "conversation", text.parts[0], said.terms)
        return found


def _property(ticket: Ticket, terms: Sequence[Term], *, for_staff: bool) -> _Found:
    """The property that contains the largest number of the terms."""
    best = _Found(None, "", 0)
    for name, text, staff_only in searchable(ticket):
        if text and (for_staff or not staff_only) and (count := found_terms(text, terms)) > best.terms:
            best = _Found(name, text, count)
    return best


def _explained(view: TicketView, found: _Found, terms: Sequence[Term]) -> TicketView:
    shown = excerpt(found.text, terms) if found.found_in is not None else None
    if shown is None or found.found_in is None:
        return view
    return structs.replace(view, excerpt=shown.text, highlights=shown.highlights, found_in=found.found_in)
