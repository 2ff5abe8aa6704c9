"""The weekly mail of reports: when it is queued, to whom, and what it says. Monday is in UTC here."""

from __future__ import annotations

import email
from dataclasses import replace
from email.message import EmailMessage
from email.policy import default

import pytest
from sqlmodel import col, select

from clock import from_rfc3339
from mail.adapters.tables import LetterRow
from mail.ports import NothingToSay
from refusals import Refused
from reports.adapters.weekly import SqlWeekly
from reports.periods import day_of, last_week
from reports.stopping import StopTokens
from server.live.reports.report_reading import ReportReading
from server.live.reports.weekly_letters import GIVE_UP_MS, WeeklyLetters
from server.live.reports.weekly_reports import WeeklyReports, letter_to
from storage.ports import Tx
from tests.stories.client_in_memory import Client
from tests.stories.desk_in_memory import DeskInMemory, desk_in_memory
from tests.stories.people_in_memory import always_open, available, begun, joined, passed

WEDNESDAY = from_rfc3339("2026-11-25T12:00:00.000Z")
MONDAY = from_rfc3339("2026-11-30T08:00:00.000Z")
HOUR_S, DAY_S = 3_600, 86_400
WEEK = "/reports?from=2026-11-23&last=2026-11-29"
SECRET = "Spectra forecast"


@pytest.fixture
def postgresql(database_url: str) -> str | None:
    """A database of PostgreSQL, or None for SQLite in the folder of the desk."""
    return database_url if database_url.startswith("postgresql") else None


async def letters(place: DeskInMemory) -> list[LetterRow]:
    """The weekly letters, once all that can be sent are sent."""
    await place.desk.report_counting.sweep()
    await place.desk.mailroom.weekly_reports.sweep()
    await place.desk.delivery.idle()

    def read(tx: Tx) -> list[LetterRow]:
        query = select(LetterRow).where(LetterRow.kind == "weekly_report").order_by(col(LetterRow.id))
        return list(tx.session.exec(query))

    return await place.desk.storage.read(read)


def message_of(place: DeskInMemory, letter: LetterRow) -> EmailMessage:
    for file in (place.desk.settings.data / "mail").glob("*.eml"):
        message = email.message_from_bytes(file.read_bytes(), policy=default)
        if message["Message-ID"] == letter.message_id:
            return message
    raise AssertionError("it was not written")


def text_of(place: DeskInMemory, letter: LetterRow) -> str:
    part = message_of(place, letter).get_body(("plain",))
    assert part is not None
    return " ".join(str(part.get_content()).split())


async def pressed(place: DeskInMemory, person: Client, weekly: str, query: str = "") -> tuple[int, str]:
    async with place.http(person.token or "") as http:
        origin = {"Origin": place.desk.settings.base_url}
        answer = await http.post(f"/reports/weekly{query}", data={"weekly": weekly}, headers=origin)
    return answer.status_code, answer.headers.get("location", "")


async def supervisor(place: DeskInMemory, name: str = "Sue", *teams: str) -> Client:
    """A supervisor who chose the mail."""
    client = await joined(place, name, *(teams or ("media",)), role="supervisor")
    assert (await pressed(place, client, "on"))[0] == 303
    return client


async def answered(place: DeskInMemory, agent: Client) -> None:
    _, chat = await begun(place)
    await passed(place, 30)
    await agent.command("message.send", chat=chat, text=SECRET)
    await agent.command("chat.close", chat=chat, status="solved", resolution="support_question", subject=SECRET)


async def test_supervisor_gets_the_figures_of_the_week_once_on_monday_at_eight(postgresql: str | None) -> None:
    async with desk_in_memory(always_open(), WEDNESDAY, database_url=postgresql) as place:
        await supervisor(place)
        await joined(place, "Tia", role="supervisor")
        await answered(place, await available(place, "Priya"))
        place.clock.at = MONDAY - 1
        assert await letters(place) == []
        place.clock.at = MONDAY
        (letter,) = await letters(place)
        assert (letter.to_address, letter.state) == ("sue@desk.example", "accepted")
        said = text_of(place, letter)
        assert "1 chat joined a queue, 100.0 % answered." in said and "First response half by 0:30, of 1" in said
        assert f"{place.desk.settings.base_url}{WEEK}" in said and "/reports#weekly" in said
        assert "The figures are of Media." in said
        assert SECRET not in said and "SO-448210" not in said
        place.clock.forward(HOUR_S)
        assert len(await letters(place)) == 1
        place.clock.at = MONDAY + 7 * DAY_S * 1000
        _, second = await letters(place)
        assert "There is nothing to report" in text_of(place, second)


async def test_letter_has_no_figures_of_other_teams() -> None:
    async with desk_in_memory(always_open(), WEDNESDAY) as place:
        await supervisor(place, "Sue", "prod")
        await answered(place, await available(place, "Priya"))
        place.clock.at = MONDAY
        (letter,) = await letters(place)
        said = text_of(place, letter)
        assert "There is nothing to report" in said and "The figures are of Prod." in said


@pytest.mark.parametrize(("away_s", "count"), [(15 * HOUR_S, 1), (17 * HOUR_S, 0)])
async def test_letter_is_caught_up_after_downtime_on_the_same_day_only(away_s: int, count: int) -> None:
    async with desk_in_memory(always_open(), MONDAY - HOUR_S * 1000) as place:
        await supervisor(place)
        await place.restart(away_s)
        assert len(await letters(place)) == count


async def test_letter_is_not_queued_again_after_a_restart() -> None:
    async with desk_in_memory(always_open(), MONDAY - 1000) as place:
        await supervisor(place)
        place.clock.at = MONDAY
        assert len(await letters(place)) == 1
        await place.restart(HOUR_S)
        assert len(await letters(place)) == 1


async def test_supervisor_who_chooses_the_mail_after_eight_gets_it_a_week_later() -> None:
    async with desk_in_memory(always_open(), MONDAY) as place:
        sue = await supervisor(place)
        assert await letters(place) == []
        await place.restart(0)
        assert await letters(place) == []
        place.clock.at = MONDAY + 7 * DAY_S * 1000
        await place.desk.storage.write(lambda tx: SqlWeekly().choose(tx, sue.peer.person, place.clock()))
        assert len(await letters(place)) == 1, "choosing again changes nothing"


async def test_letter_goes_to_nobody_who_was_disabled_lost_the_role_or_stopped_the_mail() -> None:
    async with desk_in_memory(always_open(), WEDNESDAY) as place:
        people = [await supervisor(place, name) for name in ("Ann", "Bob", "Cleo", "Dan")]
        assert (await pressed(place, people[2], "off"))[0] == 303
        identity, now = place.desk.people.identity, place.clock()

        def change(tx: Tx) -> None:
            identity.disable(tx, "ann@desk.example", now)
            identity.set_role(tx, "bob@desk.example", "agent", ["media"], ["media"], now)

        await place.desk.storage.write(change)
        place.clock.at = MONDAY
        assert [letter.to_address for letter in await letters(place)] == ["dan@desk.example"]


async def test_letter_waits_until_the_week_is_counted() -> None:
    async with desk_in_memory(always_open(), WEDNESDAY) as place:
        await supervisor(place)
        await answered(place, await available(place, "Priya"))
        place.clock.at = MONDAY
        await place.desk.mailroom.weekly_reports.sweep()

        def queued(tx: Tx) -> list[str]:
            return list(tx.session.exec(select(LetterRow.kind).where(LetterRow.kind == "weekly_report")))

        assert await place.desk.storage.read(queued) == []
        assert len(await letters(place)) == 1


async def test_several_processes_queue_one_letter(postgresql: str | None) -> None:
    async with desk_in_memory(always_open(), WEDNESDAY, database_url=postgresql) as place:
        await supervisor(place)
        place.clock.at = MONDAY
        desk = place.desk
        reading = ReportReading(desk.clock, desk.teams, desk.people)
        given = (desk.people, desk.teams, reading, desk.letters, lambda: None, StopTokens(b""))
        other = WeeklyReports(desk.storage, desk.clock, *given)
        assert len(await letters(place)) == 1
        place.clock.forward(HOUR_S)
        await other.sweep()
        assert len(await letters(place)) == 1


async def test_only_the_first_of_two_takes_a_person() -> None:
    async with desk_in_memory(always_open(), WEDNESDAY) as place:
        store = SqlWeekly()

        def twice(tx: Tx) -> list[bool]:
            store.choose(tx, "sue", WEDNESDAY)
            return [store.take(tx, "sue", monday, MONDAY) for monday in (9, 9, 16)]

        assert await place.desk.storage.write(twice) == [True, False, True]


async def test_queued_letter_is_not_sent_to_a_person_with_another_address_who_stopped_it_or_a_day_late() -> None:
    async with desk_in_memory(always_open(), WEDNESDAY) as place:
        sue, desk = await supervisor(place), place.desk
        place.clock.at = MONDAY
        (row,) = await letters(place)
        letter = await desk.storage.read(lambda tx: desk.letters.find(tx, row.id or 0))
        assert letter is not None
        # The context is deleted once a letter was sent.
        letter = replace(letter, context=letter_to("", "", last_week(day_of(MONDAY, "UTC"))).context)
        reading = ReportReading(desk.clock, desk.teams, desk.people)
        made = WeeklyLetters(desk.settings, desk.storage, desk.people, desk.teams, reading)
        assert "Reports" in (await made.of(letter, MONDAY + GIVE_UP_MS)).subject
        for other, now in ((letter, MONDAY + GIVE_UP_MS + 1), (replace(letter, to="old@desk.example"), MONDAY)):
            with pytest.raises(NothingToSay):
                await made.of(other, now)
        await pressed(place, sue, "off")
        with pytest.raises(NothingToSay):
            await made.of(letter, MONDAY)


async def test_page_offers_the_mail_to_supervisors_and_keeps_the_report() -> None:
    async with desk_in_memory(always_open(), WEDNESDAY) as place:
        sue, pri = await joined(place, "Sue", role="supervisor"), await joined(place, "Priya")

        async def page(person: Client) -> str:
            async with place.http(person.token or "") as http:
                return (await http.get("/reports", params={"from": "2026-11-01", "last": "2026-11-07"})).text

        assert "weekly mail" not in await page(pri)
        assert "Get weekly mail" in await page(sue)
        kept = "?from=2026-11-01&last=2026-11-07&team=media"
        assert await pressed(place, sue, "on", kept) == (303, f"/reports{kept}#weekly")
        shown = await page(sue)
        assert "Stop weekly mail" in shown and "on Mondays at 08:00 UTC" in shown
        await pressed(place, sue, "off")
        assert "Get weekly mail" in await page(sue)


async def test_agent_cannot_choose_the_mail_and_an_unknown_choice_changes_nothing() -> None:
    async with desk_in_memory(always_open(), WEDNESDAY) as place:
        pri, sue = await joined(place, "Priya"), await supervisor(place)
        assert (await pressed(place, pri, "on"))[0] == 403
        assert (await pressed(place, sue, "perhaps"))[0] == 404
        weekly = place.desk.mailroom.weekly_reports
        actor = await place.desk.storage.read(lambda tx: place.desk.people.staff(tx, sue.peer.person))
        assert actor is not None and await weekly.chosen(actor)
        with pytest.raises(Refused):
            await weekly.choose(replace(actor, role="agent"), wanted=True)


async def test_one_click_of_a_mail_program_stops_the_letters_without_a_session() -> None:
    async with desk_in_memory(always_open(), WEDNESDAY) as place:
        sue = await supervisor(place)
        place.clock.at = MONDAY
        (row,) = await letters(place)
        message = message_of(place, row)
        assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        base, link = place.desk.settings.base_url, str(message["List-Unsubscribe"])
        assert link.startswith(f"<{base}/reports/weekly/") and link.endswith(">")
        path, click = link[1 + len(base) : -1], {"List-Unsubscribe": "One-Click"}
        async with place.http("") as http:
            opened = await http.get(path)
            assert (opened.status_code, opened.headers["Location"]) == (303, "/reports#weekly")
            forged = path.replace(sue.peer.person, "somebody-else")
            assert forged != path
            for wrong in (forged, path[:-1], f"{path}x"):
                assert (await http.post(wrong, data=click)).status_code == 404
            assert await chosen(place, sue)
            for _ in range(2):
                answer = await http.post(path, data=click, headers={"Origin": "https://mail.example"})
                assert answer.status_code == 200
        assert not await chosen(place, sue)


async def chosen(place: DeskInMemory, person: Client) -> bool:
    return await place.desk.storage.read(lambda tx: SqlWeekly().chosen(tx, person.peer.person))
