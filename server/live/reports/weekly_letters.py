"""The text of the weekly mail of reports. It is made when the letter is sent."""

from __future__ import annotations

from datetime import date
from urllib.parse import urlsplit

from identity.adapters.people import People
from mail.letter import Letter
from mail.ports import NothingToSay
from reports.adapters.weekly import SqlWeekly
from reports.asking import Wanted, teams_of
from reports.periods import Period
from reports.stopping import StopTokens
from server.live.reports.report_reading import ReportReading
from server.live.reports.weekly_reports import may_have
from server.live.teams import Teams
from server.settings import Settings
from storage.ports import Storage, Tx
from widgets.letters.blocks import Written
from widgets.letters.weekly import WeekShown, weekly_report
from widgets.letters.words import Words

GIVE_UP_MS = 24 * 3_600_000
"""A letter that could not be sent for this long is not sent."""


class WeeklyLetters:
    def __init__(
        self, settings: Settings, storage: Storage, people: People, teams: Teams, reading: ReportReading
    ) -> None:
        self._settings = settings
        self._storage = storage
        self._people = people
        self._teams = teams
        self._report_reading = reading
        self._store = SqlWeekly()
        self._tokens = StopTokens(settings.secret_bytes())

    async def of(self, letter: Letter, now: int) -> Written:
        """The letter. Raises NothingToSay if it is too late, or if the person no longer gets the weekly mail."""
        if now - letter.created_at > GIVE_UP_MS:
            raise NothingToSay("The letter could not be sent for a day.")
        first = date.fromisoformat(letter.context["week"]).toordinal()
        shown = await self._storage.read(lambda tx: self._shown(tx, letter, Period(first, first + 7)), "heavy")
        return weekly_report(shown, Words(None, self._teams.desk.timezone))

    def stop_link(self, letter: Letter) -> str:
        """The link that stops the letters to this person, also without signing in."""
        return f"{self._settings.base_url}/reports/weekly/{self._tokens.of(letter.person or '')}"

    def _shown(self, tx: Tx, letter: Letter, week: Period) -> WeekShown:
        supervisor = self._people.staff(tx, letter.person or "")
        if supervisor is None or supervisor.email != letter.to or not may_have(supervisor):
            raise NothingToSay("The person may not have this letter any more.")
        if not self._store.chosen(tx, supervisor.id):
            raise NothingToSay("The person does not want the weekly mail any more.")
        query = self._report_reading.overview(supervisor, Wanted(first=week.first, after=week.after))
        teams = teams_of(supervisor, (), self._teams.by_key)
        return WeekShown(
            week=week,
            overview=query(tx),
            teams=None if teams is None else [self._teams.of(key).name for key in teams],
            base=self._settings.base_url,
            brand=self._settings.brand_name,
            host=urlsplit(self._settings.base_url).netloc,
        )
