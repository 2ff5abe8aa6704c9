"""The links in letters to account teams. With such a link, an account team acknowledges a hand-over."""

from __future__ import annotations

from clock import Clock
from identity import tokens
from identity.actor import SYSTEM
from identity.adapters.people import People
from mail.letter import Letter
from refusals import Refused
from server.live.teams import Teams
from server.settings import Settings
from storage.ports import Storage, Tx
from ticketing.adapters import handed_over
from ticketing.handed_over import HandedOver, Link
from ticketing.ports import Store
from widgets.handover_view import HandoverView


class HandoverLinks:
    """Makes and uses the links. `token` is always the secret in a link. A text that cannot be a token is treated like
    an unknown link."""

    def __init__(
        self, settings: Settings, storage: Storage, clock: Clock, people: People, teams: Teams, store: Store
    ) -> None:
        self._settings = settings
        self._storage = storage
        self._clock = clock
        self._people = people
        self._teams = teams
        self._store = store

    async def add(self, letter: Letter, now: int) -> str | None:
        """The URL of a new link for a letter about a hand-over. None if no hand-over is found, or if it is acknowledged
        already.

        Raises StorageUnavailable.
        """
        token = tokens.new_cookie()

        def unit(tx: Tx) -> bool:
            record = _handover_of(tx, letter)
            if record is None or record.acknowledged_at is not None:
                return False
            handed_over.add_link(tx, Link(hash=tokens.fingerprint(token), handover=record.id, created_at=now))
            return True

        added = await self._storage.write(unit)
        return f"{self._settings.base_url}/handovers/acknowledge?token={token}" if added else None

    async def opened(self, token: str) -> HandoverView | None:
        """The contents of a link's page. None for a link that was never sent, or whose ticket is gone. Raises
        StorageUnavailable."""
        now = self._clock()
        return await self._storage.read(lambda tx: self._view(tx, token, now))

    async def acknowledge(self, token: str) -> bool:
        """Acknowledge the hand-over of the link. Returns False if it was acknowledged already.

        Raises Refused(not_found) for a link that is too old or was never sent, and StorageUnavailable.
        """
        now = self._clock()
        return await self._storage.write(lambda tx: self._acknowledge(tx, token, now))

    def _acknowledge(self, tx: Tx, token: str, now: int) -> bool:
        found = handed_over.of_link(tx, _hash(token))
        if found is None or (found[1].acknowledged_at is None and not found[0].works(now)):
            sentence = "This link is too old, or is not complete."
            raise Refused("not_found", sentence, {"token": sentence})
        record = found[1]
        if not handed_over.acknowledge_once(tx, record.id, "letter", now):
            return False
        detail = {"ticket": record.ticket, "by": "letter", "address": record.address}
        self._people.record(tx, SYSTEM, "acknowledge", "handover", str(record.id), detail, now)
        return True

    def _view(self, tx: Tx, token: str, now: int) -> HandoverView | None:
        found = handed_over.of_link(tx, _hash(token))
        ticket = self._store.find(tx, found[1].ticket) if found is not None else None
        if found is None or ticket is None:
            return None
        link, record = found
        works = record.acknowledged_at is None and link.works(now)
        team = self._teams.by_key.get(ticket.team)
        return HandoverView(
            number=record.ticket,
            # The letter has the subject. A ticket that now belongs to another client may have been changed since.
            subject=ticket.subject if works and ticket.client == record.client else None,
            team=team.name if team is not None else ticket.team,
            team_email=team.email if team is not None else None,
            works=works,
            address=record.address,
            acknowledged_at=record.acknowledged_at,
            acknowledged_by=record.acknowledged_by,
        )


def _handover_of(tx: Tx, letter: Letter) -> HandedOver | None:
    """The hand-over that the letter is about. None if there is none.

    A letter that came back and is sent again does not name its hand-over. Then it is the ticket's latest hand-over
    before the letter.
    """
    if letter.ticket is None:
        return None
    records, named = handed_over.of_ticket(tx, letter.ticket), letter.context.get("handover")
    if named is not None:
        return next((record for record in records if record.id == int(named)), None)
    return next((record for record in reversed(records) if record.created_at <= letter.created_at), None)


def _hash(token: str) -> str:
    """The fingerprint of a token. Empty for a text that cannot be a token."""
    return tokens.fingerprint(token) if tokens.looks_like_cookie(token) else ""
