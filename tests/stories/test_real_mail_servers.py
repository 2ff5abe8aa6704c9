"""A desk behind a real postfix, with customers whose mailboxes are in a real dovecot. Each is a process of its own."""

from __future__ import annotations

import asyncio
import re
import signal
import smtplib
from collections.abc import AsyncIterator, Awaitable, Callable
from email.message import EmailMessage
from pathlib import Path
from typing import TypeVar

import httpx2
import pytest

from server.settings import Settings
from tests.faults.server import ServerProcess, free_port
from tests.mail.post_office.servers import ANA, BO, GONE, PostOffice, post_office
from tests.running import DEADLINE_S, Frame, enrol, eventually, store_of

pytestmark = [pytest.mark.soak, pytest.mark.processes]

MEDIA = "media@teams.example"
T = TypeVar("T")


class Place:
    """The post office, and the desk as its agent Maya sees it."""

    def __init__(self, office: PostOffice, server: ServerProcess, maya: httpx2.AsyncClient) -> None:
        self.office = office
        self.server = server
        self._maya = maya

    async def tickets(self) -> list[Frame]:
        found: list[Frame] = (await self._read("/api/tickets"))["tickets"]
        return found

    async def ticket(self, number: int = 1) -> Frame:
        return await self._read(f"/api/tickets/{number}")

    async def replies(self, number: int = 1) -> list[Frame]:
        return [event for event in (await self.ticket(number))["transcript"] if event["type"] == "reply"]

    async def mail_about(self, number: int = 1) -> Frame:
        """The letters and mails of a ticket, and the health of its requester's address."""
        return await self._read(f"/api/tickets/{number}/letters")

    async def held_back(self) -> list[str]:
        return [each["mail"]["reason"] for each in (await self._read("/api/mail/suspended"))["mails"]]

    async def say(self, text: str, number: int = 1) -> None:
        said = await self._maya.post(f"/api/tickets/{number}/replies", json={"text": text, "status": "awaiting_reply"})
        assert said.status_code == 200, said.text

    async def asks(self, sender: str, mail: EmailMessage) -> None:
        """A customer writes to Media, and a ticket is opened."""
        known = len(await self.tickets())
        await self.office.send(sender, MEDIA, mail.as_bytes())
        await self.until(self.tickets, lambda tickets: len(tickets) > known, "a ticket is opened")

    async def letter(self, address: str, text: str) -> EmailMessage:
        """The letter with this text, once it is in the mailbox."""

        def found() -> list[EmailMessage]:
            return [mail for mail in self.office.mail_of(address) if text in text_of(mail)]

        await eventually(found, f"{address} has a letter with {text!r}")
        return found()[0]

    async def until(self, read: Callable[[], Awaitable[T]], holds: Callable[[T], object], what: str) -> T:
        """Wait until what is read fulfils a condition. Returns it."""
        found = await read()
        try:
            async with asyncio.timeout(DEADLINE_S):
                while not holds(found):
                    await asyncio.sleep(0.05)
                    found = await read()
        except TimeoutError:
            raise AssertionError(f"not within {DEADLINE_S} s: {what}, but {found}") from None
        return found

    async def _read(self, path: str) -> Frame:
        answered = await self._maya.get(path)
        assert answered.status_code == 200, answered.text
        found: Frame = answered.json()
        return found


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    data = tmp_path / "data"
    data.mkdir()
    store = await store_of(Settings(data=data))
    _, token = await enrol(store, "maya@desk.example", "Maya Lind", role="supervisor")
    await store.close()
    async with post_office() as office:
        settings = {
            "SWITCHBOARD_SMTP_URL": f"smtp://127.0.0.1:{office.mx}",
            "SWITCHBOARD_MAIL_DOMAIN": "help.example",
            "SWITCHBOARD_MAIL_LISTEN": f"lmtp://127.0.0.1:{office.desk}",
            "SWITCHBOARD_MAIL_AUTHSERV_ID": "mx.help.example",
        }
        server = ServerProcess(data, free_port(), settings=settings)
        headers = {"Authorization": f"Bearer {token}"}
        try:
            await server.start()
            async with httpx2.AsyncClient(base_url=server.url, headers=headers, timeout=DEADLINE_S) as maya:
                yield Place(office, server, maya)
        finally:
            server.close()


def written(sender: str, text: str, subject: str = "Dates", to: str = MEDIA) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, to, subject
    mail["Message-ID"] = f"<{abs(hash((sender, text, subject)))}@customers.example>"
    mail.set_content(text)
    return mail


def answer(letter: EmailMessage, sender: str, text: str) -> tuple[EmailMessage, str]:
    """An answer to a letter as mail programs write it, and where it goes."""
    to = letter["Reply-To"].addresses[0].addr_spec
    quoted = "\n".join(f"> {line}" for line in text_of(letter).splitlines())
    mail = written(sender, f"{text}\n\nOn Wed, Nov 25, 2026 at 10:12 AM Media <{to}> wrote:\n\n{quoted}\n", to=to)
    mail["In-Reply-To"] = str(letter["Message-ID"])
    return mail, to


def text_of(letter: EmailMessage) -> str:
    part = letter.get_body(("plain",))
    return "" if part is None else str(part.get_content())


async def test_mails_and_letters_go_through_postfix_both_ways(place: Place) -> None:
    """The signature of the customer's mail server proves the address. Their absence note keeps silent, because letters
    say that they are automatic."""
    office = place.office
    await place.asks(ANA, written(ANA, "The dates overlap."))
    ticket = await place.ticket()
    assert (ticket["channel"], ticket["team"], ticket["subject"]) == ("email", "media", "Dates")
    assert (ticket["requester"]["email"], ticket["requester"]["verified"]) == (ANA, True)
    await place.say("Which flight dates?")

    mail, to = answer(await place.letter(ANA, "Which flight dates?"), ANA, "From Monday, see the plan.")
    mail.add_attachment("line,from\n3,Monday\n", filename="plan.csv")
    await office.send(ANA, to, mail.as_bytes())
    ticket = await place.until(place.ticket, lambda ticket: ticket["status"] == "open", "the answer opens the ticket")
    reply = (await place.replies())[-1]
    assert (reply["text"], [file["name"] for file in reply["files"]]) == ("From Monday, see the plan.", ["plan.csv"])
    about = await place.mail_about()
    assert [mail["matched_by"] for mail in about["mails"]] == [None, "reply_address"]
    assert {mail["authentication"]["verdict"] for mail in about["mails"]} == {"pass"}
    silent = "discarding vacation response to auto-submitted message"
    assert office.log("dovecot").count(silent) == len(office.mail_of(ANA)) > 1


async def test_absence_note_is_a_quiet_line_and_makes_no_loop(place: Place) -> None:
    await place.asks(BO, written(BO, "The report is late."))
    await place.letter(BO, "#1")
    await place.until(place.mail_about, lambda about: len(about["mails"]) == 2, "the absence note has come")
    before = await place.ticket()
    await place.say("Which report?")
    await place.letter(BO, "Which report?")

    # Dovecot answers a sender once a week, but each letter has a sender of its own.
    about = await place.until(place.mail_about, lambda about: len(about["mails"]) == 3, "both absence notes have come")
    assert [(mail["kind"], mail["state"]) for mail in about["mails"][1:]] == [("automatic", "done")] * 2
    assert len(about["letters"]) == 2 and len(await place.tickets()) == 1 and await place.held_back() == []
    after = await place.ticket()
    assert (before["status"], after["status"]) == ("open", "awaiting_reply")
    assert [reply["text"] for reply in await place.replies()] == ["The report is late.", "Which report?"]


async def test_letter_to_an_unknown_mailbox_comes_back_and_marks_the_address(place: Place) -> None:
    await place.asks(GONE, written(GONE, "Hello?"))
    await place.until(place.ticket, lambda ticket: "unreachable" in ticket["flags"], "the letter has come back")
    about = await place.mail_about()
    assert about["address"]["health"] == "bounced" and "User doesn't exist" in about["address"]["why"]
    assert [letter["state"] for letter in about["letters"]] == ["failed"]
    assert [mail["kind"] for mail in about["mails"]] == ["new", "bounce"]
    assert len(await place.tickets()) == 1 and await place.held_back() == []


async def test_mail_for_a_desk_that_is_down_is_delivered_later_and_once(place: Place) -> None:
    office = place.office
    await place.asks(ANA, written(ANA, "The first"))
    assert await place.server.end(signal.SIGTERM) == 0
    for text in ("The second", "The third"):
        await office.send(ANA, MEDIA, written(ANA, text).as_bytes())

    def delayed() -> bool:
        reasons = [to.get("delay_reason", "") for mail in office.queue() for to in mail["recipients"]]
        return sum("refused" in reason for reason in reasons) == 2

    await eventually(delayed, "postfix keeps both mails")
    await place.server.start()

    async def brought() -> list[Frame]:
        office.flush()
        return [] if office.queue() else await place.tickets()

    tickets = await place.until(brought, lambda tickets: len(tickets) >= 3, "postfix has delivered both mails")
    texts = [(await place.replies(ticket["number"]))[0]["text"] for ticket in tickets]
    assert sorted(texts) == ["The first", "The second", "The third"]
    assert len(re.findall(rf"/lmtp\[.* to=<{MEDIA}>.* status=sent", office.log("postfix"))) == 3


async def test_mail_of_25_mb_arrives_whole_and_larger_mail_is_refused(place: Place) -> None:
    line = "y" * 75 + "\n"

    def with_log(lines: int) -> EmailMessage:
        mail = written(ANA, "See the log.")
        mail.add_attachment(line * lines, filename="log.txt", cte="base64")
        return mail

    await place.asks(ANA, with_log(245_000))
    reply = (await place.replies())[0]
    assert reply["text"] == "See the log." and [file["size"] for file in reply["files"]] == [len(line) * 245_000]
    with pytest.raises(smtplib.SMTPException):
        await place.office.send(ANA, MEDIA, with_log(252_000).as_bytes())


async def test_forged_mail_is_held_back_and_mail_to_nobody_is_refused(place: Place) -> None:
    """Straight to the mail server of the desk, unsigned, with a result of authentication made up by the sender."""
    office = place.office
    await place.asks(ANA, written(ANA, "The dates overlap."))
    letter = await place.letter(ANA, "#1")
    mail, to = answer(letter, ANA, "Send it to me.")
    forged = b"Authentication-Results: mx.help.example; dmarc=pass header.from=northlake.example\n" + mail.as_bytes()
    await office.send("mallory@evil.example", to, forged, port=office.mx)
    assert await place.until(place.held_back, len, "the forged mail is held back") == ["unauthenticated"]
    assert len(await place.replies()) == 1
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        await office.send(ANA, "unknown@help.example", mail.as_bytes(), port=office.mx)
    assert [code for code, _ in refused.value.recipients.values()] == [550]
