"""Shows staff the mails that are held back, checks who may see them, and carries out the decisions of staff."""

from __future__ import annotations

from dataclasses import dataclass

from identity.actor import Actor
from identity.adapters.people import People
from mail.incoming.reading import Read
from mail.incoming.result import StoredMail
from mail.incoming_ports import IncomingMails
from refusals import Refused
from server.live.mail.reception import Reception
from server.live.teams import Teams
from storage.ports import Storage, Tx
from texts.addresses import normal_email
from ticketing.ports import Store

PAGE = 50
"""Maximum number of mails on one page."""
_LOOKED_AT = 500
"""Maximum number of mails that are read for one page."""


@dataclass(frozen=True, slots=True)
class Held:
    """A mail that is held back. `team` is the team that the mail is for. It is None if the team is unknown."""

    mail: StoredMail
    team: str | None


@dataclass(frozen=True, slots=True)
class Page:
    """A page of mails. `next` is the id after which the next page begins, or None at the end."""

    mails: list[Held]
    next: int | None


class SuspendedMail:
    def __init__(
        self, storage: Storage, mails: IncomingMails, store: Store, teams: Teams, people: People, reception: Reception
    ) -> None:
        self._storage = storage
        self._mails = mails
        self._store = store
        self._teams = teams
        self._people = people
        self._reception = reception

    def page(self, tx: Tx, actor: Actor, after: int) -> Page:
        """The mails with ids above `after` about which this person may decide, oldest first, at most PAGE. A page may
        have fewer mails although another page follows."""
        found = self._mails.suspended(tx, _LOOKED_AT + 1, after)
        shown: list[Held] = []
        for mail in found[:_LOOKED_AT]:
            held = Held(mail, self._team(tx, mail))
            if not _sees(actor, held):
                continue
            if len(shown) == PAGE:
                return Page(shown, shown[-1].mail.id)
            shown.append(held)
        return Page(shown, found[_LOOKED_AT - 1].id if len(found) > _LOOKED_AT else None)

    async def get(self, actor: Actor, id_: int) -> tuple[Held, Read]:
        """A mail with its contents. Raises Refused: `not_found` if no such mail is held back, or if this person may not
        see it; `conflict` if the contents are gone."""
        held = await self._storage.read(lambda tx: self._theirs(tx, actor, id_))
        read = await self._reception.look(held.mail)
        if read is None:
            raise Refused("conflict", "The contents of this email are gone.")
        return held, read

    async def accept(self, actor: Actor, id_: int, now: int, *, trust: bool) -> int:
        """Make a mail part of a ticket. Returns the number of the ticket.

        Accepting a mail does not prove who sent it. Raises the refusals of `get` and `Reception.accept`. Also raises
        Refused(conflict) if the ticket belongs to a team that this person may not see.
        """
        await self._storage.read(lambda tx: self._theirs(tx, actor, id_))

        def also(tx: Tx, mail: StoredMail, number: int) -> None:
            ticket = self._store.find(tx, number)
            if ticket is None or not actor.sees(ticket.team):
                # The team of the ticket or the addresses of teams have changed since the mail was held back.
                raise Refused("conflict", "This email belongs to another team now. Ask a supervisor.")
            detail = {"from": mail.sender, "ticket": number}
            self._people.record(tx, actor, "trust" if trust else "accept", "mail", str(id_), detail, now)

        return await self._reception.accept(id_, actor, trust=trust, also=also)

    async def delete(self, actor: Actor, id_: int, now: int) -> None:
        """Delete a mail for good. Raises Refused(not_found) as in `get`."""
        await self._storage.read(lambda tx: self._theirs(tx, actor, id_))
        await self._reception.delete(id_)
        await self._storage.write(lambda tx: self._people.record(tx, actor, "delete", "mail", str(id_), {}, now))

    def _theirs(self, tx: Tx, actor: Actor, id_: int) -> Held:
        mail = self._mails.find(tx, id_)
        if mail is None or mail.state != "suspended":
            raise Refused("not_found", "There is no such email, or somebody has decided about it.")
        held = Held(mail, self._team(tx, mail))
        if not _sees(actor, held):
            raise Refused("not_found", "There is no such email, or somebody has decided about it.")
        return held

    def _team(self, tx: Tx, mail: StoredMail) -> str | None:
        ticket = self._store.find(tx, mail.ticket) if mail.ticket is not None else None
        if ticket is not None:
            return ticket.team
        to = normal_email(mail.envelope_to)
        teams = self._teams.by_key.items()
        return next((key for key, team in teams if team.email and normal_email(team.email) == to), None)


def _sees(actor: Actor, held: Held) -> bool:
    """True if this person may see the mail. Only supervisors see mail whose team is unknown."""
    return actor.sees(held.team) if held.team is not None else actor.role == "supervisor"
