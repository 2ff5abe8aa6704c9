"""The work of authors on live sessions, in transactions: who may do it, and lines of the audit log."""

from __future__ import annotations

from collections.abc import Collection

from clock import Clock
from identity.actor import Actor
from identity.adapters.store import SqlStore
from identity.audit import line
from identity.permissions import may
from learning.booking import Booking
from learning.catalogue import Resource
from learning.library import Library
from learning.planning import Planning
from learning.ports import Listed, Registrations
from learning.sessions import HOUR_MS, Fault, Session
from refusals import Refused
from storage.ports import Storage, Tx
from widgets.knowledge.session_ports import Worked

PEOPLE_AT_ONCE = 50
PAST_MS = 120 * 24 * HOUR_MS
AHEAD_MS = 400 * 24 * HOUR_MS


class SessionDesk:
    """Every method raises Refused: `forbidden` for people who may not write articles, and what is said there."""

    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        library: Library,
        planning: Planning,
        booking: Booking,
        registrations: Registrations,
    ) -> None:
        self._storage = storage
        self._clock = clock
        self._library = library
        self._planning = planning
        self._booking = booking
        self._registrations = registrations

    async def listed(self, by: Actor) -> list[Listed]:
        """The sessions of the last 120 days and of the future, earliest first, cancelled ones too."""
        _check(by)
        now = self._clock()
        return await self._storage.read(lambda tx: self._planning.all_listed(tx, now - PAST_MS, now + AHEAD_MS))

    async def courses(self, by: Actor) -> list[Resource]:
        """The courses that a class can follow."""
        _check(by)
        catalogue = await self._storage.read(self._library.catalogue)
        return [one for one in catalogue.published if one.kind == "course"]

    async def session(self, by: Actor, id_: int, after: int) -> Worked:
        """A session with its registrations after the one with this id. Raises Refused(not_found)."""
        _check(by)

        def read(tx: Tx) -> Worked:
            listed = self._planning.session(tx, id_)
            people = self._registrations.of_session(tx, id_, after, PEOPLE_AT_ONCE + 1)
            return Worked(listed, people[:PEOPLE_AT_ONCE], len(people) > PEOPLE_AT_ONCE)

        return await self._storage.read(read)

    async def add(self, by: Actor, session: Session) -> int:
        """Add a session, and tell followers. Returns its id. Raises Refused(invalid)."""
        _check(by)
        now = self._clock()

        def unit(tx: Tx) -> int:
            try:
                stored = self._planning.add(tx, session, now)
            except Fault as fault:
                raise refusal_of(fault) from None
            self._record(tx, by, "add", stored.id, {"starts_at": stored.starts_at}, now)
            return stored.id

        return await self._storage.write(unit)

    async def change(self, by: Actor, id_: int, wanted: Session) -> None:
        """Change a session. Registered people are told of another time, place or link.

        Raises Refused: `invalid`, `not_found`, or `conflict` if the session is cancelled or over.
        """
        _check(by)
        now = self._clock()

        def unit(tx: Tx) -> None:
            before = self._planning.session(tx, id_).session
            try:
                after = self._planning.change(tx, id_, wanted, now)
            except Fault as fault:
                raise refusal_of(fault) from None
            detail: dict[str, object] = {"places": after.capacity, "was_places": before.capacity}
            if after.starts_at != before.starts_at:
                detail = {**detail, "starts_at": after.starts_at, "was_starts_at": before.starts_at}
            self._record(tx, by, "change", id_, detail, now)

        await self._storage.write(unit)

    async def cancel(self, by: Actor, id_: int) -> None:
        """Cancel a session, and tell everybody with a place or on the waiting list. Raises Refused: `not_found`, or
        `conflict` if the session has begun."""
        _check(by)
        now = self._clock()

        def unit(tx: Tx) -> None:
            was_cancelled = self._planning.session(tx, id_).session.state == "cancelled"
            self._planning.cancel(tx, id_, now)
            if not was_cancelled:
                self._record(tx, by, "cancel", id_, {}, now)

        await self._storage.write(unit)

    async def attendance(self, by: Actor, id_: int, after: int, came: Collection[int]) -> None:
        """Store which of the people that `session` gives for `after` came. Raises Refused: `not_found`, or `conflict`
        if the session is cancelled or has not begun."""
        _check(by)
        now = self._clock()

        def unit(tx: Tx) -> None:
            count = self._booking.mark_who_came(tx, id_, after, PEOPLE_AT_ONCE, came, now)
            if count:
                self._record(tx, by, "attend", id_, {"changed": count}, now)

        await self._storage.write(unit)

    def _record(self, tx: Tx, by: Actor, verb: str, id_: int, detail: dict[str, object], now: int) -> None:
        SqlStore().record(tx, line(by, verb, "live_session", str(id_), detail, now))


def refusal_of(fault: Fault) -> Refused:
    return Refused("invalid", str(fault), {fault.field: str(fault)})


def _check(by: Actor) -> None:
    if not may(by, "change", "articles"):
        raise Refused("forbidden", "Only authors may do this.")
