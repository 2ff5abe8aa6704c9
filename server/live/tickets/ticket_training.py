"""Connects tickets with the learning center: training that solved tickets attach, and requests for a training."""

from __future__ import annotations

import secrets

from identity.actor import Actor
from identity.adapters.people import People
from learning.sessions import Registrant
from learning.suggested import TRAINING, SuggestedTraining
from refusals import Refused
from storage.ports import Tx
from ticketing.ticket import Ticket
from ticketing.training import trains
from ticketing.wanted import TrainingWanted
from widgets.letters.views import Training


class TicketTraining:
    """Implements `ticketing.training_port.Trainings`."""

    def __init__(self, suggested: SuggestedTraining, people: People, base_url: str) -> None:
        self._suggested = suggested
        self._people = people
        self._base_url = base_url

    def shown(self, tx: Tx, ticket: Ticket) -> list[Training]:
        """The training that the solved ticket attaches, for the letter to its requester."""
        if not trains(ticket):
            return []
        attached, shown = self._suggested.attached(tx, ticket.number, ticket.requester.email), list[Training]()
        if (playlist := attached.playlist) is not None:
            url = f"{self._base_url}/learning/playlists/{playlist.id}"
            shown.append(Training(playlist.title, url, len(playlist.items), attached.minutes))
        if attached.session is not None and (session := attached.session.session).state == "planned":
            url = f"{self._base_url}/webinars?session={session.id}"
            shown.append(Training(session.title, url, starts_at=session.starts_at))
        return shown

    def attach(self, tx: Tx, ticket: Ticket, wanted: TrainingWanted | None, by: Actor, now: int) -> None:
        if wanted is None:
            self._attach_suggested(tx, ticket, by, now)
            return
        try:
            chosen = {"playlist": bool(wanted.resources), "session": wanted.session is not None}
            others = [kind for kind in TRAINING if not chosen[kind]]
            self._suggested.take_away(tx, ticket.number, others, ticket.requester.email, now)
            if wanted.resources:
                self._playlist(tx, ticket, wanted.resources, by, now)
            if wanted.session is not None:
                self._session(tx, ticket, wanted.session, by, now)
        except Refused as refused:
            raise Refused("invalid", refused.message, {"training": refused.message}) from None

    def take_away(self, tx: Tx, ticket: Ticket, now: int) -> None:
        self._suggested.take_away(tx, ticket.number, TRAINING, ticket.requester.email, now)

    def request(self, tx: Tx, number: int, by: Actor, now: int) -> None:
        self._suggested.request(tx, number, by.customer, now)

    def is_request(self, tx: Tx, number: int) -> bool:
        return self._suggested.is_request(tx, number)

    def _attach_suggested(self, tx: Tx, ticket: Ticket, by: Actor, now: int) -> None:
        if self._suggested.is_attached(tx, ticket.number):
            return
        found = self._suggested.suggestion(tx, ticket.product, ticket.subject or "", now).playlist
        if found:
            self._playlist(tx, ticket, [one.id for one in found], by, now)

    def _playlist(self, tx: Tx, ticket: Ticket, items: list[int], by: Actor, now: int) -> None:
        # Whoever has the address of a playlist sees its title, so it has no words of the ticket.
        title = f"Suggested with #{ticket.number}{f', {ticket.product}' if ticket.product else ''}"
        id_ = secrets.token_urlsafe(16)
        # A requester who is known only by an address gets the list by its secret address.
        owner = ticket.requester.id or f"ticket:{ticket.number}"
        self._suggested.attach_playlist(tx, ticket.number, owner, id_, title, items, by.id, now)

    def _session(self, tx: Tx, ticket: Ticket, session: int, by: Actor, now: int) -> None:
        requester = ticket.requester
        if requester.email is None:
            raise Refused("invalid", "The customer has no address for a webinar. Choose a playlist.")
        own = self._people.accounts.by_id(tx, requester.id) if requester.id is not None else None
        who = Registrant(
            person=requester.id or "",
            name=requester.name or requester.email,
            address=requester.email,
            locale=(own.locale if own is not None else None) or "en",
            zone=(own.timezone if own is not None else None) or "",
        )
        self._suggested.attach_session(tx, ticket.number, session, who, by.id, now, sure=requester.verified)
