"""Training that is attached to tickets: a playlist, a place in a live session, or the wish for a training of one's own.

Each method is part of the body of one transaction. `tx` is opaque, `now` is in ms since the epoch, UTC. Refusals are
raised (`refusals.Refused`).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from learning.booking import Booking, Place
from learning.library import Library
from learning.planning import Planning
from learning.playlist import Playlist
from learning.ports import Attachment, Listed, SuggestedStore, Tx
from learning.sessions import Registrant
from learning.suggesting import Suggestion, suggest
from refusals import Refused

TRAINING: tuple[Attachment, ...] = ("playlist", "session")


@dataclass(frozen=True, slots=True)
class Attached:
    """The training of one ticket. `playlist` is None if there is none, or if its owner deleted it. `minutes` are those
    of what is not withdrawn. `place` is the registration of the requester, None if the address is not confirmed yet."""

    playlist: Playlist | None = None
    minutes: int = 0
    session: Listed | None = None
    place: Place | None = None

    @property
    def is_empty(self) -> bool:
        return self.playlist is None and self.session is None


class SuggestedTraining:
    def __init__(self, store: SuggestedStore, library: Library, planning: Planning, booking: Booking) -> None:
        self._store = store
        self._library = library
        self._planning = planning
        self._booking = booking

    def suggestion(self, tx: Tx, product: str | None, words: str, now: int) -> Suggestion:
        """What staff can attach to a ticket about this product."""
        catalogue = self._library.catalogue(tx)
        return suggest(catalogue.resources, catalogue.topics, self._planning.listed(tx, now), product, words)

    def attach_playlist(
        self, tx: Tx, ticket: int, owner: str, id_: str, title: str, items: Sequence[int], by: str, now: int
    ) -> None:
        """Attach a playlist of these resources, in this order, in place of an earlier one. `id_` is its new secret
        address. Raises Refused(invalid)."""
        self._library.compose(tx, owner, id_, title, items, now)
        self._store.put(tx, ticket, "playlist", id_, by, now)

    def attach_session(
        self, tx: Tx, ticket: int, session: int, who: Registrant, by: str, now: int, *, sure: bool
    ) -> None:
        """Attach a place in a live session, or on its waiting list, in place of an earlier one.

        `sure`: the address of the person is proven. Otherwise the person gets a letter with a link, and has a place
        once the link is used. Raises Refused: `not_found`, or `conflict` if the session is cancelled or has begun.
        """
        earlier = self._store.of(tx, ticket).get("session")
        if earlier is not None and earlier != str(session):
            self._give_up(tx, int(earlier), who.address, now)
        if sure:
            self._booking.register(tx, session, who, now)
        else:
            self._booking.ask(tx, session, who, now)
        self._store.put(tx, ticket, "session", str(session), by, now)

    def is_attached(self, tx: Tx, ticket: int) -> bool:
        return not self._store.of(tx, ticket).keys().isdisjoint(TRAINING)

    def take_away(self, tx: Tx, ticket: int, kinds: Collection[Attachment], address: str | None, now: int) -> None:
        """The ticket no longer has training of these kinds. A place in a session that has not begun is given up. The
        playlist stays its owner's."""
        session = self._store.of(tx, ticket).get("session")
        if session is not None and "session" in kinds:
            self._give_up(tx, int(session), address or "", now)
        self._store.remove(tx, ticket, kinds)

    def attached(self, tx: Tx, ticket: int, address: str | None) -> Attached:
        """The training of a ticket. `address`: the email address of its requester."""
        kinds = self._store.of(tx, ticket)
        playlist, minutes = self._playlist(tx, kinds["playlist"]) if "playlist" in kinds else (None, 0)
        if "session" not in kinds:
            return Attached(playlist, minutes)
        id_ = int(kinds["session"])
        found = self._booking.of_address(tx, id_, address) if address else None
        place = self._booking.place_of(tx, found.id) if found is not None else None
        return Attached(playlist, minutes, self._planning.session(tx, id_), place)

    def request(self, tx: Tx, ticket: int, by: str, now: int) -> None:
        """Keep that the ticket is a request for a training."""
        self._store.put(tx, ticket, "request", "", by, now)

    def is_request(self, tx: Tx, ticket: int) -> bool:
        return "request" in self._store.of(tx, ticket)

    def _playlist(self, tx: Tx, id_: str) -> tuple[Playlist | None, int]:
        try:
            shown = self._library.playlist(tx, id_, ())
        except Refused:
            return None, 0
        return shown.playlist, sum(one.minutes for one in shown.entries if one.is_published)

    def _give_up(self, tx: Tx, session: int, address: str, now: int) -> None:
        """Give up the place in a session that has not begun."""
        found = self._booking.of_address(tx, session, address)
        if found is None or self._planning.session(tx, session).session.starts_at <= now:
            return
        self._booking.leave(tx, found.id, now)
