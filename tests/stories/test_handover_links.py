"""Account teams, who have only the letter: a link acknowledges a hand-over."""

from __future__ import annotations

import asyncio
import json
import re
from html import unescape

import pytest
from sqlalchemy import update
from sqlmodel import col, select

from identity.adapters.tables import AuditRow
from identity.tokens import fingerprint
from mail.adapters.tables import LetterRow
from mail.letter import Letter
from storage.ports import Tx
from tests.mailbox import text_of
from tests.running import RunningDesk, SettableClock, enrol
from tests.stories.test_account_pages import browser
from ticketing.adapters import handed_over
from ticketing.adapters.tables import HandoverLinkRow, TicketRow
from ticketing.handed_over import KEPT_MS, LINK_MS, HandedOver
from ticketing.ticket import Requester
from ticketing.wanted import Opening, Wanted

TEAM = "product@accounts.example"
ANA = Requester("a1", "Ana Ruiz", "ana@northlake.example", verified=True)
SUBJECT = "Totals <b>per</b> week"
ENHANCEMENT = Wanted(status="solved", resolution="enhancement_required")
PATH = "/handovers/acknowledge"


async def handed(desk: RunningDesk, client: str = "c1") -> int:
    """A ticket that was handed over to TEAM."""
    live, now = desk.desk, desk.desk.clock()
    noor, _ = await enrol(live.storage, f"{client}@desk.example", "Noor")

    def unit(tx: Tx) -> int:
        by = live.people.staff(tx, noor)
        assert by is not None
        live.people.customers.add_client(
            tx, id=client, name=f"Northlake {client}", domains=[], account_team=TEAM, vip=False, now=now
        )
        opening = Opening(
            channel="form", team="media", subject=SUBJECT, requester=ANA, client=client, by=by, at=now, created_at=now
        )
        ticket = live.tickets.open(tx, opening)
        live.tickets.patch(tx, by, ticket.number, ENHANCEMENT, None, now)
        return ticket.number

    return await live.storage.write(unit)


async def links(desk: RunningDesk, number: int) -> list[str]:
    """The tokens in the letters to the account team that were sent, oldest first."""
    await desk.desk.delivery.idle()
    letters = await desk.desk.storage.read(lambda tx: desk.desk.letters.of_ticket(tx, number))
    sent = [text_of(desk, one.message_id) for one in letters if one.kind == "handover" and one.state == "accepted"]
    return re.findall(rf"{PATH}\?token=([\w-]{{43}})(?![\w-])", "".join(sent))


async def link(desk: RunningDesk, number: int) -> str:
    return (await links(desk, number))[-1]


async def letter_of(desk: RunningDesk, number: int) -> Letter:
    letters = await desk.desk.storage.read(lambda tx: desk.desk.letters.of_ticket(tx, number))
    (letter,) = [one for one in letters if one.kind == "handover"]
    return letter


async def record(desk: RunningDesk, number: int) -> HandedOver:
    return (await desk.desk.storage.read(lambda tx: handed_over.of_ticket(tx, number)))[-1]


async def audited(desk: RunningDesk) -> list[AuditRow]:
    query = select(AuditRow).where(AuditRow.thing == "handover").order_by(col(AuditRow.id))
    return await desk.desk.storage.read(lambda tx: list(tx.session.exec(query)))


async def test_link_acknowledges_the_handover_once_its_button_is_pressed(
    desk: RunningDesk, clock: SettableClock
) -> None:
    number = await handed(desk)
    token = await link(desk, number)
    async with browser(desk) as page:
        scanned = [await page.request(method, PATH, params={"token": token}) for method in ("HEAD", "GET", "GET")]
        assert {(one.status_code, one.headers["referrer-policy"]) for one in scanned} == {(200, "same-origin")}
        opened = scanned[-1]
        assert f"#{number}" in opened.text and "Totals &lt;b&gt;per&lt;/b&gt; week" in opened.text
        assert "Ana" not in opened.text and "set-cookie" not in opened.headers
        assert (await record(desk, number)).acknowledged_at is None
        pressed_at = clock()
        pressed = await page.post(PATH, data={"token": token})
        assert pressed.status_code == 200 and "Thank you" in pressed.text
        clock.forward(3_600)
        again = [await page.post(PATH, data={"token": token}), await page.get(PATH, params={"token": token})]
        for answer in again:
            assert answer.status_code == 200 and "already" in answer.text and TEAM in unescape(answer.text)
            assert "<form" not in answer.text.partition("<main")[2].partition("</main")[0]
            assert "Totals" not in answer.text and "&lt;" not in answer.text
    kept = await record(desk, number)
    assert (kept.acknowledged_at, kept.acknowledged_by) == (pressed_at, "letter")
    (line,) = await audited(desk)
    assert (line.actor_kind, line.verb, line.thing_id) == ("system", "acknowledge", str(kept.id))
    assert json.loads(line.detail) == {"ticket": number, "by": "letter", "address": TEAM}
    _, session = await enrol(desk.desk.storage, "maya@desk.example", "Maya")
    async with desk.http(session) as maya:
        (shown,) = (await maya.get(f"/api/tickets/{number}/handovers")).json()["handovers"]
    assert (shown["acknowledged_by"], shown["account_team"]) == ("letter", TEAM)


async def test_button_pressed_twice_at_once_acknowledges_once(desk: RunningDesk) -> None:
    number = await handed(desk)
    token = await link(desk, number)
    async with browser(desk) as page, browser(desk) as other:
        answers = await asyncio.gather(*(one.post(PATH, data={"token": token}) for one in (page, other)))
    assert sorted("Thank you" in answer.text for answer in answers) == [False, True]
    assert len(await audited(desk)) == 1


async def test_old_link_says_what_to_do_and_acknowledges_nothing(desk: RunningDesk, clock: SettableClock) -> None:
    number = await handed(desk)
    token = await link(desk, number)
    clock.forward(LINK_MS // 1_000 - 1)
    async with browser(desk) as page:
        assert (await page.get(PATH, params={"token": token})).status_code == 200
        clock.forward(1)
        for answer in (await page.get(PATH, params={"token": token}), await page.post(PATH, data={"token": token})):
            assert answer.status_code == 404 and "good for 30 days" in answer.text and f"#{number}" in answer.text
            assert "record it for you" in answer.text and "Totals" not in answer.text
    assert (await record(desk, number)).acknowledged_at is None and await audited(desk) == []


async def test_invented_link_shows_nothing(desk: RunningDesk) -> None:
    number = await handed(desk)
    await links(desk, number)
    async with browser(desk) as page:
        for token in ("", "x" * 43, "x" * 5_000, "\x00", "é" * 43):
            for answer in (await page.get(PATH, params={"token": token}), await page.post(PATH, data={"token": token})):
                assert answer.status_code == 404 and f"#{number}" not in answer.text
    assert (await record(desk, number)).acknowledged_at is None


async def test_button_on_a_foreign_page_acknowledges_nothing(desk: RunningDesk) -> None:
    number = await handed(desk)
    token = await link(desk, number)
    async with browser(desk, Origin="https://evil.example") as page:
        assert (await page.post(PATH, data={"token": token})).status_code == 403
    assert (await record(desk, number)).acknowledged_at is None


async def test_link_says_who_acknowledged_the_handover_in_another_way(desk: RunningDesk) -> None:
    number, other = await handed(desk), await handed(desk, "c2")
    tokens = [await link(desk, one) for one in (number, other)]
    handover, now = await record(desk, other), desk.desk.clock()
    _, session = await enrol(desk.desk.storage, "maya@desk.example", "Maya")
    async with desk.http(session) as maya:
        path = f"/api/tickets/{number}/handovers/{(await record(desk, number)).id}/acknowledge"
        assert (await maya.post(path, json={})).json()["acknowledged_by"] == "staff"
    await desk.desk.storage.write(lambda tx: handed_over.acknowledged(tx, handover.id, "webhook", "FR-1", now))
    async with browser(desk) as page:
        by_staff, by_webhook = [await page.post(PATH, data={"token": token}) for token in tokens]
    assert "support, for you, on" in by_staff.text and "Maya" not in by_staff.text
    assert "by your own program on" in by_webhook.text and "FR-1" not in by_webhook.text
    assert [line.actor_kind for line in await audited(desk)] == ["staff"]
    kept = await record(desk, other)
    assert (kept.acknowledged_by, kept.external_ref) == ("webhook", "FR-1")


async def test_link_of_a_ticket_that_went_to_another_client_hides_its_subject(desk: RunningDesk) -> None:
    number = await handed(desk)
    token = await link(desk, number)
    moved = update(TicketRow).where(col(TicketRow.number) == number).values(client="c9")
    await desk.desk.storage.write(lambda tx: tx.session.connection().execute(moved))
    async with browser(desk) as page:
        opened = await page.get(PATH, params={"token": token})
        assert opened.status_code == 200 and f"#{number}" in opened.text and "Totals" not in opened.text
        assert "Thank you" in (await page.post(PATH, data={"token": token})).text


async def test_letter_that_is_sent_again_has_a_link_that_works(desk: RunningDesk) -> None:
    number = await handed(desk)
    first = await link(desk, number)
    letter = await letter_of(desk, number)
    # It was accepted, then it came back.
    failed = update(LetterRow).where(col(LetterRow.id) == letter.id).values(state="failed")
    await desk.desk.storage.write(lambda tx: tx.session.connection().execute(failed))
    _, session = await enrol(desk.desk.storage, "maya@desk.example", "Maya")
    async with desk.http(session) as maya:
        sent = await maya.post(f"/api/tickets/{number}/letters/{letter.id}/send", json={})
        assert sent.status_code == 200, sent.text
    second = await link(desk, number)
    assert second != first
    async with browser(desk) as page:
        assert "Thank you" in (await page.post(PATH, data={"token": second})).text
        assert "already" in (await page.post(PATH, data={"token": first})).text


async def test_letter_about_an_acknowledged_handover_has_no_link(desk: RunningDesk) -> None:
    number = await handed(desk)
    await links(desk, number)
    handover, now = await record(desk, number), desk.desk.clock()
    await desk.desk.storage.write(lambda tx: handed_over.acknowledged(tx, handover.id, "staff", None, now))
    assert await desk.desk.mailroom.handover_links.add(await letter_of(desk, number), now) is None


async def test_links_are_stored_as_fingerprints_and_deleted_when_nobody_needs_them(
    desk: RunningDesk, clock: SettableClock
) -> None:
    number = await handed(desk)
    token = await link(desk, number)
    (kept,) = await rows(desk)
    assert kept == fingerprint(token)
    clock.forward(KEPT_MS // 1_000 + 1)
    await desk.desk.mailroom.handover_links.add(await letter_of(desk, number), clock())
    (newest,) = await rows(desk)
    assert newest != kept


@pytest.mark.parametrize(("language", "words"), [("fr", "Accuser réception"), ("es", "Confirmar la recepción")])
async def test_page_is_in_the_language_of_its_reader(desk: RunningDesk, language: str, words: str) -> None:
    token = await link(desk, await handed(desk))
    async with browser(desk, **{"Accept-Language": language}) as page:
        assert words in (await page.get(PATH, params={"token": token})).text


async def rows(desk: RunningDesk) -> list[str]:
    """The fingerprints of all links."""
    return await desk.desk.storage.read(lambda tx: list(tx.session.exec(select(HandoverLinkRow.hash))))
