"""The letters about live sessions: how they are queued, and their contents when they are sent."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from urllib.parse import urlsplit

from clock import Clock
from learning.adapters.calendar_files import MEDIA_TYPE, calendar_file
from learning.adapters.session_store import SqlRegistrations, SqlSessions
from learning.booking import Booking, Place
from learning.ports import Letter as Kind
from learning.sessions import HOUR_MS, Registrant, Registration
from mail.content import MARK_CID, Content
from mail.letter import OF_SESSIONS, Letter, NewLetter
from mail.ports import Contents, NothingToSay
from mail.service import Letters
from refusals import Refused
from server.live.learning.session_links import SessionLinks
from server.live.teams import Teams
from server.settings import Settings
from storage.ports import Storage, Tx
from widgets.letters.blocks import Written
from widgets.letters.html import MARK, html_text
from widgets.letters.plain import plain_text
from widgets.letters.sessions import SessionShown, session_letter
from widgets.letters.words import Words

GIVE_UP_MS = 24 * HOUR_MS
"""A letter that could not be sent for this long is not sent."""
_STANDINGS = {
    "session_confirm": ("unconfirmed", "registered", "waiting", "offered"),
    "session_registered": ("registered",),
    "session_waiting": ("waiting", "offered", "registered"),
    "session_offer": ("offered",),
    "session_free": ("waiting",),
    "session_reminder": ("registered",),
    "session_moved": ("registered", "offered", "waiting"),
    "session_cancelled": ("registered", "offered", "waiting"),
    "session_left": ("cancelled",),
    "session_recording": ("registered",),
}
"""By kind: the standings for which the letter is still true when it is sent."""
_FILES = frozenset({"session_registered", "session_moved", "session_cancelled", "session_left"})


class SessionLetters:
    """Implements `learning.ports.Letters`."""

    def __init__(
        self,
        letters: Letters,
        clock: Clock,
        wake: Callable[[], None],
        is_known: Callable[[Tx, str], bool] = lambda tx, address: False,
    ) -> None:
        """`wake` is called after the commit of each letter. `is_known`: the address has confirmed an earlier letter."""
        self._letters = letters
        self._is_known = is_known
        self._clock = clock
        self._wake = wake

    def send(self, tx: Tx, kind: Kind, registration: Registration, who: Registrant | None = None) -> None:
        known = who is not None and self._is_known(tx, registration.address)
        letter = NewLetter(
            kind=kind,
            to=registration.address,
            person=registration.person,
            locale=registration.locale,
            bare=who is not None and not known,
            known=known,
            origin=who.origin if who is not None else None,
            context={"registration": str(registration.id)},
        )
        self._letters.queue(tx, letter, self._clock())
        tx.after_commit(self._wake)


class SessionContents:
    """Implements `mail.ports.Contents`: it writes the letters about sessions, and passes on all others."""

    def __init__(
        self,
        others: Contents,
        settings: Settings,
        storage: Storage,
        teams: Teams,
        links: SessionLinks,
        booking: Booking,
    ) -> None:
        self._others = others
        self._settings = settings
        self._storage = storage
        self._teams = teams
        self._links = links
        self._booking = booking

    async def of(self, letter: Letter, now: int) -> Content:
        if letter.kind not in OF_SESSIONS:
            return await self._others.of(letter, now)
        id_ = int(letter.context["registration"])
        try:
            place = await self._storage.read(lambda tx: self._booking.place_of(tx, id_))
        except Refused:
            raise NothingToSay("The registration is gone.") from None
        self._check(letter, place, now)
        shown = self._shown(letter, place)
        words = Words(letter.locale, self._teams.desk.timezone, place.registration.zone or None)
        written, files = session_letter(shown, words), self._files(letter, place)
        return await asyncio.to_thread(_rendered, written, self._settings.sender, files)

    def _check(self, letter: Letter, place: Place, now: int) -> None:
        over = place.session.ends_at <= now if letter.kind == "session_cancelled" else place.session.starts_at <= now
        if place.registration.standing not in _STANDINGS[letter.kind]:
            raise NothingToSay("The registration has changed since.")
        if now - letter.created_at > GIVE_UP_MS or (over and letter.kind not in ("session_recording", "session_left")):
            raise NothingToSay("The letter would come too late.")
        if place.session.state == "cancelled" and letter.kind not in ("session_cancelled", "session_left"):
            raise NothingToSay("The session is cancelled.")

    def _shown(self, letter: Letter, place: Place) -> SessionShown:
        base, token = self._settings.base_url, self._links.of_registration(place.registration.id)
        return SessionShown(
            kind=letter.kind,
            place=place,
            manage=f"{base}/webinars/registrations/{token}",
            sessions=f"{base}/webinars",
            base=base,
            brand=self._settings.brand_name,
            host=urlsplit(base).netloc,
        )

    def _files(self, letter: Letter, place: Place) -> tuple[tuple[str, str, bytes], ...]:
        if letter.kind not in _FILES or (letter.kind == "session_moved" and place.registration.standing == "waiting"):
            return ()
        base = self._settings.base_url
        given_up = letter.kind == "session_left"
        file = calendar_file(
            [place.session], urlsplit(base).hostname or "desk", base, with_link=not given_up, cancelled=given_up
        )
        return (("session.ics", MEDIA_TYPE, file),)


def _rendered(written: Written, address: str, files: tuple[tuple[str, str, bytes], ...]) -> Content:
    return Content(
        from_name=written.sender,
        from_address=address,
        subject=written.subject,
        text=plain_text(written),
        html=html_text(written, MARK_CID),
        mark=MARK,
        files=files,
    )


def booking_of(letters: SessionLetters) -> Booking:
    return Booking(SqlSessions(), SqlRegistrations(), letters)
