"""The letters with which rules point staff to tickets and chats."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from msgspec import convert

from automations.adapters.store import SqlStore
from automations.events import EVENTS, Event
from chat.adapters import archive
from identity.adapters.people import People
from mail.letter import Letter
from mail.ports import NothingToSay
from server.live.teams import Teams
from server.settings import Settings
from storage.ports import Storage, Tx
from ticketing.adapters.store import SqlStore as SqlTickets
from widgets.letters.blocks import Written
from widgets.letters.rules import RuleNotice, rule_letter


class RuleLetters:
    def __init__(self, settings: Settings, storage: Storage, people: People, teams: Teams) -> None:
        self._settings = settings
        self._storage = storage
        self._people = people
        self._teams = teams
        self._rules = SqlStore()
        self._tickets = SqlTickets()

    async def of(self, letter: Letter) -> tuple[Written, str]:
        """The letter, and the email address of its sender. It has no text of the ticket or chat. Raises NothingToSay
        if the person may not read the ticket or chat any more."""
        return await self._storage.read(lambda tx: self._of(tx, letter))

    def _team_of(self, tx: Tx, said: Mapping[str, str]) -> str | None:
        """The present team of the ticket or chat."""
        if (number := said.get("ticket")) is not None:
            ticket = self._tickets.find(tx, int(number))
            return ticket.team if ticket is not None else None
        row = archive.chat_row(tx, said.get("chat", ""))
        return row.team if row is not None else None

    def _of(self, tx: Tx, letter: Letter) -> tuple[Written, str]:
        said, base = letter.context, self._settings.base_url
        ticket = said.get("ticket")
        team = self._teams.of(self._team_of(tx, said) or said["team"])
        person = self._people.staff(tx, letter.person) if letter.person is not None else None
        if person is None or person.email != letter.to or not person.sees(team.key):
            raise NothingToSay("The person may not read this any more.")
        rule = next((one for one in self._rules.rules(tx) if one.id == said["rule"]), None)
        notice = RuleNotice(
            rule=rule.name if rule is not None else "A rule",
            why=EVENTS[convert(said["event"], Event)],
            team=team.name,
            thing=f"Ticket #{ticket}" if ticket is not None else "A chat",
            url=f"{base}/tickets/{ticket}" if ticket is not None else f"{base}/console#chat={said.get('chat', '')}",
        )
        return rule_letter(notice, urlsplit(base).netloc), team.email or self._settings.sender
