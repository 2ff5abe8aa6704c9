"""Registers people for live sessions. Each method is (part of) the body of one transaction.

`tx` is opaque, `now` is in ms since the epoch, UTC. Refusals are raised (`refusals.Refused`). Every method that changes
places locks the session first, so that no place is given twice.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from learning.ports import Letters, Registrations, Sessions, Tx
from learning.seats import LAST_MS, may_take, offer_until, to_offer
from learning.sessions import HELD, Registrant, Registration, Seats, Session, Standing
from refusals import Refused

_GONE = "There is no such registration."


@dataclass(frozen=True, slots=True)
class Place:
    """A registration with its session. `number` is the place on the waiting list, from 1. 0 for everybody else."""

    registration: Registration
    session: Session
    number: int = 0


class Booking:
    def __init__(self, sessions: Sessions, registrations: Registrations, letters: Letters) -> None:
        self._sessions = sessions
        self._registrations = registrations
        self._letters = letters

    def register(self, tx: Tx, id_: int, who: Registrant, now: int) -> Place:
        """Register a person whose address is confirmed. Does nothing for somebody who is registered already.

        The person gets a place, or else the last place on the waiting list. Raises Refused: `not_found`, or `conflict`
        if the session is cancelled or has begun.
        """
        session = self._open(tx, id_, now)
        found = self._registrations.of_address(tx, id_, who.address)
        if found is not None and found.standing not in ("unconfirmed", "cancelled"):
            return self._place(tx, found, session)
        if found is None:
            return self._confirmed(tx, session, who, now)
        known = replace(found, person=who.person, name=who.name, locale=who.locale, zone=who.zone)
        return self._confirmed(tx, session, known, now)

    def ask(self, tx: Tx, id_: int, who: Registrant, now: int) -> None:
        """Send a link to an address that is not confirmed. The registration takes no place until the link is used.

        What happens is the same for an address that is registered already, except that the letter says so. Raises
        Refused like `register`.
        """
        self._open(tx, id_, now)
        found = self._registrations.of_address(tx, id_, who.address)
        if found is None:
            found = self._registrations.add(tx, id_, who, "unconfirmed", 0, now)
        elif found.standing in ("unconfirmed", "cancelled"):
            found = replace(found, person=who.person, name=who.name, locale=who.locale, zone=who.zone)
            found = replace(found, standing="unconfirmed", at=now)
            self._registrations.put(tx, found)
        self._letters.send(tx, "session_confirm", found, who)

    def confirm(self, tx: Tx, registration: int, now: int) -> Place:
        """Use the link of a letter: the person gets a place, or a place on the waiting list. A second use changes
        nothing."""
        found, session = self._locked(tx, registration)
        if found.standing != "unconfirmed":
            return self._place(tx, found, session)
        self._require_open(session, now)
        return self._confirmed(tx, session, found, now)

    def accept(self, tx: Tx, registration: int, now: int) -> Place:
        """Take the offered place. In the last two hours, take a free place before others do. Raises
        Refused(conflict) if there is none any more."""
        found, session = self._locked(tx, registration)
        if found.standing == "registered":
            return self._place(tx, found, session)
        self._require_open(session, now)
        seats = self._settle(tx, session, now)
        found = self._registrations.find(tx, registration) or found
        free = seats.left > 0 and now >= session.starts_at - LAST_MS
        if found.standing == "offered" or (found.standing == "waiting" and free):
            return self._give(tx, session, found, now)
        raise Refused("conflict", "This place is no longer free.")

    def leave(self, tx: Tx, registration: int, now: int) -> Place:
        """Give up the place, decline an offer, or leave the waiting list. The first person who waits is offered the
        place. Does nothing if the registration is cancelled."""
        found, session = self._locked(tx, registration)
        if found.standing == "cancelled":
            return Place(found, session)
        if now >= session.starts_at:
            raise Refused("conflict", "This session has begun.")
        left = replace(found, standing="cancelled", offered_until=None)
        self._registrations.put(tx, left)
        if found.standing in HELD:
            self._letters.send(tx, "session_left", left)
            if session.is_open(now):
                self._settle(tx, session, now)
        return Place(left, session)

    def settle(self, tx: Tx, id_: int, now: int) -> None:
        """End the offers that were not answered, and offer free places to the first people on the waiting list."""
        session = self._sessions.find(tx, id_, lock=True)
        if session is not None and session.is_open(now):
            self._settle(tx, session, now)

    def place_of(self, tx: Tx, registration: int) -> Place:
        """Raises Refused(not_found)."""
        found = self._registrations.find(tx, registration)
        session = self._sessions.find(tx, found.session) if found is not None else None
        if found is None or session is None:
            raise Refused("not_found", _GONE)
        return self._place(tx, found, session)

    def own(self, tx: Tx, persons: Collection[str], since: int) -> list[Place]:
        """The registrations of one person for sessions that end after `since`, earliest first."""
        return [self._place(tx, found, session) for found, session in self._registrations.of_person(tx, persons, since)]

    def of_address(self, tx: Tx, id_: int, address: str) -> Registration | None:
        """The registration with this address for a session that is not cancelled. None if there is none, or if the
        address is not confirmed yet."""
        found = self._registrations.of_address(tx, id_, address)
        return found if found is not None and found.standing not in ("unconfirmed", "cancelled") else None

    def own_in(self, tx: Tx, persons: Collection[str], id_: int) -> Registration:
        """The registration of this person for a session. Raises Refused(not_found)."""
        for found, session in self._registrations.of_person(tx, persons, 0):
            if session.id == id_:
                return found
        raise Refused("not_found", _GONE)

    def mark_who_came(self, tx: Tx, id_: int, after: int, limit: int, came: Collection[int], now: int) -> int:
        """Store which of the registered people came, for the first `limit` registrations with ids above `after`.

        `came` has the ids of registrations. Returns how many have changed. Raises Refused: `not_found`, or `conflict`
        if the session is cancelled or has not begun.
        """
        session = self._sessions.find(tx, id_, lock=True)
        if session is None:
            raise Refused("not_found", "There is no such session.")
        if session.state == "cancelled":
            raise Refused("conflict", "This session is cancelled.")
        if now < session.starts_at:
            raise Refused("conflict", "This session has not begun.")
        people = self._registrations.of_session(tx, id_, after, limit)
        changed = [
            replace(one, attended=one.id in came)
            for one in people
            if one.standing == "registered" and one.attended is not (one.id in came)
        ]
        for one in changed:
            self._registrations.put(tx, one)
        return len(changed)

    # -- inside -------------------------------------------------------------------------

    def _confirmed(self, tx: Tx, session: Session, known: Registration | Registrant, now: int) -> Place:
        """Give a place, or the last place on the waiting list. `known` is a Registrant if nothing is stored yet."""
        seats, turn = self._settle(tx, session, now), session.turns + 1
        self._sessions.turn(tx, session.id, turn)
        takes = may_take(seats, now, session.starts_at)
        standing: Standing = "registered" if takes else "waiting"
        if isinstance(known, Registrant):
            kept = self._registrations.add(tx, session.id, known, standing, turn, now)
        else:
            kept = replace(known, standing=standing, turn=turn, at=now, offered_until=None, attended=None)
            self._registrations.put(tx, kept)
        self._letters.send(tx, "session_registered" if takes else "session_waiting", kept)
        return Place(kept, replace(session, turns=turn), 0 if takes else seats.waiting + 1)

    def _give(self, tx: Tx, session: Session, found: Registration, now: int) -> Place:
        given = replace(found, standing="registered", at=now, offered_until=None)
        self._registrations.put(tx, given)
        self._letters.send(tx, "session_registered", given)
        return Place(given, session)

    def _settle(self, tx: Tx, session: Session, now: int) -> Seats:
        """End the offers that were not answered, and offer free places. Returns the places after that."""
        seats = self._sessions.seats(tx, session)
        expired = self._registrations.expired(tx, session.id, now) if seats.offered else []
        for one in expired:
            self._registrations.put(tx, replace(one, standing="cancelled", offered_until=None))
        if expired:
            seats = self._sessions.seats(tx, session)
        count, until = to_offer(seats, now, session.starts_at), offer_until(now, session.starts_at)
        if count == 0 or until is None:
            return seats
        first = self._registrations.waiting(tx, session.id, min(count, OFFERS_AT_ONCE))
        for one in first:
            offered = replace(one, standing="offered", offered_until=until)
            self._registrations.put(tx, offered)
            self._letters.send(tx, "session_offer", offered)
        return replace(
            seats,
            taken=seats.taken + len(first),
            waiting=seats.waiting - len(first),
            offered=seats.offered + len(first),
        )

    def _place(self, tx: Tx, found: Registration, session: Session) -> Place:
        number = self._registrations.ahead(tx, found) + 1 if found.standing == "waiting" else 0
        return Place(found, session, number)

    def _locked(self, tx: Tx, registration: int) -> tuple[Registration, Session]:
        before = self._registrations.find(tx, registration)
        session = self._sessions.find(tx, before.session, lock=True) if before is not None else None
        found = self._registrations.find(tx, registration)
        if found is None or session is None:
            raise Refused("not_found", _GONE)
        return found, session

    def _open(self, tx: Tx, id_: int, now: int) -> Session:
        session = self._sessions.find(tx, id_, lock=True)
        if session is None:
            raise Refused("not_found", "There is no such session.")
        self._require_open(session, now)
        return session

    def _require_open(self, session: Session, now: int) -> None:
        if session.state == "cancelled":
            raise Refused("conflict", "This session is cancelled.")
        if not session.is_open(now):
            raise Refused("conflict", "This session has begun.")


OFFERS_AT_ONCE = 20
"""Offers in one transaction. Further ones follow with the next run of the job."""
