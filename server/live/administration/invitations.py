"""Invitations of new staff by mail."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from email.utils import parseaddr

from clock import Clock
from identity.actor import Actor, Role
from identity.adapters.people import People
from identity.adapters.staff_links import SqlStaffLinkStore
from identity.adapters.store import SqlStore
from identity.joining import Joining, used_up
from identity.networks import coarse_network
from identity.passwords import check as check_password
from identity.passwords import words_of
from identity.ports import User
from identity.roles import chosen
from mail.letter import NewLetter
from mail.service import Letters
from refusals import Refused
from routing.adapters import store
from server.live.administration.staff_admin import check
from server.live.mail.account_letters import letter_sealer
from server.live.teams import Teams
from storage.ports import Storage, Tx
from texts.addresses import is_email, normal_email

LINES_MAX = 50
"""Maximum number of addresses in one request."""
NOT_AN_ADDRESS = "Not an email address. Write name@company.example, or Name <name@company.example>."


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """The people to invite, and their rights. Each line has the form `name@company.example` or `Name
    <name@company.example>`."""

    lines: Sequence[str]
    roles: Sequence[Role]
    teams: Sequence[str]
    capacity: int


@dataclass(frozen=True, slots=True)
class Invited:
    """A result: the addresses that were invited, and the lines that were refused, each with the reason."""

    sent: Sequence[str]
    refused: Sequence[tuple[str, str]]


class Invitations:
    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        people: People,
        teams: Teams,
        letters: Letters,
        secret: bytes,
        words: frozenset[str],
        wake: Callable[[], None],
    ) -> None:
        """A password that is little more than `words` is refused. `wake` is called after the commit of each letter."""
        self._storage = storage
        self._clock = clock
        self._people = people
        self._teams = teams
        self._letters = letters
        self._sealer = letter_sealer(secret)
        self._words = words
        self._wake = wake
        self._joining = Joining(SqlStore(), SqlStaffLinkStore())

    async def invite(self, by: Actor, wanted: Wanted) -> Invited:
        """Invite people. Sends a letter for each valid line, and returns the other lines with the reasons. Raises
        Refused: `forbidden` if `by` is not an admin; `invalid` for bad roles, for agents without a team, and for no
        line or more than LINES_MAX lines. If several things are wrong, `fields` names them all, bad lines too."""
        check(by)
        lines = [line.strip() for line in wanted.lines if line.strip()]
        faults = dict[str, str]()
        if not 1 <= len(lines) <= LINES_MAX:
            faults["addresses"] = f"Write 1 to {LINES_MAX} addresses, one a line."
        role, also = chosen(wanted.roles)
        if role == "agent" and not wanted.teams:
            faults["teams"] = "An agent needs at least one team."
            bad = [line[:200] for line in lines[:LINES_MAX] if not is_email(normal_email(parseaddr(line)[1]))]
            if bad:
                faults.setdefault("addresses", f"{', '.join(bad)}: {NOT_AN_ADDRESS}")
        if faults:
            raise Refused("invalid", " ".join(faults.values()), faults)
        sent, refused = list[str](), list[tuple[str, str]]()
        for line in lines:
            try:
                sent.append(await self._invite(by, line, (role, *sorted(also)), wanted))
            except Refused as reason:
                refused.append((line[:200], reason.message))
        return Invited(sent, refused)

    async def _invite(self, by: Actor, line: str, roles: Sequence[Role], wanted: Wanted) -> str:
        name, address = parseaddr(line)
        email, now = normal_email(address), self._clock()
        if not is_email(email):
            raise Refused("invalid", NOT_AN_ADDRESS)
        known = [team.key for team in self._teams.by_key.values() if not team.retired]

        def unit(tx: Tx) -> None:
            present = self._people.identity.user_to_sign_in(tx, email)
            if present is not None:
                raise Refused("conflict", f"Is here already: {present.name}, {present.role}.")
            person, token = self._joining.invite(
                tx,
                by,
                email=email,
                name=name or name_of(email),
                roles=roles,
                teams=wanted.teams,
                known_teams=known,
                now=now,
            )
            if person.converses:
                store.enrol(tx, person.id, now, wanted.capacity)
            self._send(tx, person, token, now)

        await self._storage.write(unit)
        return email

    async def send_again(self, by: Actor, user: str) -> None:
        """Send the person another link. The earlier link no longer works. Raises Refused(forbidden) if `by` is not an
        admin, and the errors of `Joining.renew`."""
        check(by)
        now = self._clock()

        def unit(tx: Tx) -> None:
            token = self._joining.renew(tx, by, user, now)
            person = self._people.identity.staff(tx, user)
            if person is not None:
                self._send(tx, person, token, now)

        await self._storage.write(unit)

    async def withdraw(self, by: Actor, user: str) -> None:
        """Revoke an invitation. Raises Refused: `forbidden` if `by` is not an admin; `not_found` if the person has no
        invitation."""
        check(by)
        await self._storage.write(lambda tx: self._joining.withdraw(tx, by, user, self._clock()))

    def queue(self, tx: Tx, by: Actor, person: Actor, now: int) -> None:
        """Invite a person without a password, as part of a transaction."""
        self._send(tx, person, self._joining.renew(tx, by, person.id, now), now)

    def _send(self, tx: Tx, person: Actor, token: str, now: int) -> None:
        address = person.email or ""
        letter = NewLetter(
            kind="staff_invitation",
            to=address,
            person=person.id,
            context={"token": self._sealer.seal(address, token)},
        )
        self._letters.queue(tx, letter, now)
        tx.after_commit(self._wake)

    # -- the page behind the link ------------------------------------------------------------

    async def opened(self, token: str) -> tuple[str, str] | None:
        """The name and the address of the person whom a link invites. None if the link does not work. Changes
        nothing."""
        user = await self._storage.read(lambda tx: self._joining.invited(tx, token, self._clock()))
        return (user.name, user.email) if user is not None else None

    async def join(self, token: str, password: str, place: str) -> User:
        """Use up a link, and set the password of the invited person. Returns the person.

        Raises Refused: `not_found` for a link that does not work, `invalid` for a weak password, `unavailable` if too
        many passwords wait to be hashed.
        """
        opened = await self.opened(token)
        if opened is None:
            raise used_up()
        check_password(password, words=self._words | words_of(*opened))
        hashed, now = await self._people.guard.hashed_first(password, place), self._clock()
        return await self._storage.write(lambda tx: self._joining.join(tx, token, hashed, now, coarse_network(place)))


def name_of(email: str) -> str:
    """A name made of an address, like `Leilani Kahale` for `leilani.kahale@desk.example`."""
    words = re.split(r"[._+-]+", email.partition("@")[0])
    return " ".join(word.capitalize() for word in words if word) or email
