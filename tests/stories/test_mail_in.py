"""Mail that comes in: what it joins, what is held back, and that no bad mail stops the next one."""

from __future__ import annotations

import base64
import re
import smtplib
from email.message import EmailMessage

import msgspec
import pytest

from clock import from_rfc3339
from identity.actor import SYSTEM
from mail.adapters.incoming_folder import FolderOfMails, folder_of
from mail.adapters.incoming_store import SqlIncomingMails
from mail.incoming.result import StoredMail
from refusals import Refused
from tests.mail.sink import Sink
from tests.posting import ANA, MX, answer, hand_over, letters, post, text_of, written
from tests.running import Frame, RunningDesk, SettableClock, enrol
from tests.stories.test_account_pages import browser
from ticketing.ticket import Requester
from ticketing.wanted import Opening, Wanted

BEGAN = from_rfc3339("2026-11-25T15:12:00.000Z")
MEDIA = "media@teams.example"
HOUR_MS = 3_600_000
REPORT = """From: MAILER-DAEMON@mx.example
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b

Your mail could not be delivered.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; ana@northlake.example
Action: failed
Status: 5.1.1
--b
Content-Type: message/rfc822

Message-ID: <not-ours@elsewhere.example>
Subject: x

x
--b--
"""


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock(BEGAN)


async def asked(desk: RunningDesk) -> int:
    """A ticket of Ana, to whom a letter about it was sent."""
    live = desk.desk
    maya, token = await enrol(live.storage, "maya@desk.example", "Maya Lind")
    actor = await live.storage.read(lambda tx: live.people.staff(tx, maya))
    assert actor is not None
    opening = Opening(
        channel="staff",
        team="media",
        requester=Requester(None, "Ana Ruiz", ANA, verified=True),
        subject="Dates overlap",
        by=actor,
        at=BEGAN,
        created_at=BEGAN,
        wanted=Wanted(status="awaiting_reply"),
    )
    number = (await live.storage.write(lambda tx: live.tickets.open(tx, opening))).number
    said = await desk.http(token).post(f"/api/tickets/{number}/replies", json={"text": "Which dates?"})
    assert said.status_code == 200
    return number


async def ticket(desk: RunningDesk, number: int) -> Frame:
    live = desk.desk
    found = await live.storage.read(lambda tx: live.tickets.get(tx, SYSTEM, number, desk.clock()))
    shown: Frame = msgspec.json.decode(msgspec.json.encode(found))
    return shown


async def texts(desk: RunningDesk, number: int, kind: str = "reply") -> list[str]:
    return [event["text"] for event in (await ticket(desk, number))["transcript"] if event["type"] == kind]


async def mails(desk: RunningDesk, number: int | None = None) -> list[StoredMail]:
    """All mails of a ticket, or all that are held back."""
    known, storage = SqlIncomingMails(), desk.desk.storage
    if number is None:
        return await storage.read(lambda tx: known.suspended(tx, 100))
    return await storage.read(lambda tx: known.of_ticket(tx, number))


async def last_letter(posted: tuple[RunningDesk, Sink]) -> EmailMessage:
    return (await letters(*posted, to=ANA))[-1]


# -- what it joins ---------------------------------------------------------------------------------


async def test_answer_joins_the_ticket_without_its_quote_and_reopens_it(posted: tuple[RunningDesk, Sink]) -> None:
    desk, _ = posted
    number = await asked(desk)
    await post(desk, *answer(await last_letter(posted), "From Monday."))
    assert (await texts(desk, number))[-1] == "From Monday."
    assert (await ticket(desk, number))["status"] == "open"
    (mail,) = await mails(desk, number)
    assert (mail.state, mail.kind, mail.matched_by) == ("done", "reply", "reply_address")
    assert mail.authentication is not None and mail.authentication.verdict == "pass"
    assert mail.quoted is not None and "Which dates?" in mail.quoted


async def test_forwarded_mail_opens_a_ticket_with_its_whole_text(posted: tuple[RunningDesk, Sink]) -> None:
    desk, _ = posted
    forwarded = "From: Bo <bo@x.example>\nSent: Tuesday, November 24, 2026 10:12 AM\nTo: Ana\nSubject: x\n\nIt broke."
    await post(desk, written(f"Please read.\n\n{forwarded}", References="<1@x>", Message_ID="<2@x>"), MEDIA)
    (said,) = await texts(desk, 1)
    assert said.endswith("It broke.")


@pytest.mark.parametrize("header", ["In_Reply_To", "References"])
async def test_answer_to_the_teams_address_is_matched_by_our_message_id(
    posted: tuple[RunningDesk, Sink], header: str
) -> None:
    desk, _ = posted
    number = await asked(desk)
    letter = await last_letter(posted)
    mail = written("From Monday.", Message_ID="<1@x>", **{header: str(letter["Message-ID"])})
    await post(desk, mail, MEDIA)
    assert (await texts(desk, number))[-1] == "From Monday."
    assert (await mails(desk, number))[0].matched_by == "message_id"


async def test_second_mail_of_a_thread_is_matched_by_the_first(posted: tuple[RunningDesk, Sink]) -> None:
    desk, _ = posted
    await post(desk, written("It is late.", Message_ID="<1@x>", Subject="Late"), MEDIA)
    await post(desk, written("I forgot: since Monday.", Message_ID="<2@x>", References="<1@x>"), MEDIA)
    assert await texts(desk, 1) == ["It is late.", "I forgot: since Monday."]
    assert [mail.matched_by for mail in await mails(desk, 1)] == [None, "references"]


async def test_number_in_the_subject_matches_nothing(posted: tuple[RunningDesk, Sink]) -> None:
    desk, _ = posted
    number = await asked(desk)
    await post(desk, written("Hello", Subject=f"Re: Ticket #{number}", Message_ID="<1@x>"), MEDIA)
    assert len(await texts(desk, number)) == 1 and await texts(desk, number + 1) == ["Hello"]


async def test_mail_to_two_teams_opens_one_ticket(posted: tuple[RunningDesk, Sink]) -> None:
    desk, _ = posted
    mail = written("Hello", Message_ID="<1@x>")
    for team in (MEDIA, "tech@teams.example"):
        await post(desk, mail, team)
    assert await texts(desk, 1) == ["Hello"]
    with pytest.raises(Refused):
        await ticket(desk, 2)
    await post(desk, mail, MEDIA)
    assert await texts(desk, 1) == ["Hello"]


async def test_files_come_with_the_reply_and_programs_are_named_in_a_note(posted: tuple[RunningDesk, Sink]) -> None:
    desk, _ = posted
    number = await asked(desk)
    log, program = base64.b64encode(b"line\n").decode(), base64.b64encode(b"MZ\0").decode()
    body = (
        "--m\nContent-Type: text/plain\n\nSee the log.\n"
        f"--m\nContent-Type: text/plain; name=log.txt\nContent-Transfer-Encoding: base64\n\n{log}\n"
        f"--m\nContent-Type: application/x-msdownload; name=setup.exe\nContent-Transfer-Encoding: base64\n\n{program}\n"
        "--m--"
    )
    letter = await last_letter(posted)
    to = letter["Reply-To"].addresses[0].addr_spec
    await post(desk, written(body, Content_Type="multipart/mixed; boundary=m", Message_ID="<1@x>"), to)
    reply = [event for event in (await ticket(desk, number))["transcript"] if event["type"] == "reply"][-1]
    assert (reply["text"], [file["name"] for file in reply["files"]]) == ("See the log.", ["log.txt"])
    (note,) = await texts(desk, number, "note")
    assert "setup.exe" in note


async def test_long_text_comes_whole_as_a_file(posted: tuple[RunningDesk, Sink]) -> None:
    desk, _ = posted
    await post(desk, written("A long line.\n" * 1_000, Message_ID="<1@x>"), MEDIA)
    (reply,) = [event for event in (await ticket(desk, 1))["transcript"] if event["type"] == "reply"]
    assert len(reply["text"]) <= 8_000 and [file["name"] for file in reply["files"]] == ["message.txt"]


async def test_answer_proves_the_address_of_its_ticket_alone(posted: tuple[RunningDesk, Sink]) -> None:
    """Until then the letters have only number and link. The browser gets nothing newer."""
    desk, _ = posted
    customer = await desk.customer()
    browser = desk.http(customer.token)
    request = {"team": "media", "text": "It is late.", "email": ANA, "name": "Ana"}
    number = (await browser.post("/api/tickets", json=request)).json()["number"]
    letter = await last_letter(posted)
    assert "late" not in str(letter.get_body(("plain",)))
    await post(desk, *answer(letter, "Since Monday."))
    found = await ticket(desk, number)
    assert (found["requester"]["email"], found["requester"]["verified"]) == (ANA, True)
    assert await texts(desk, number) == ["It is late.", "Since Monday."]
    seen = (await browser.get(f"/api/tickets/{number}")).json()
    assert [event["text"] for event in seen["transcript"]] == ["It is late."]


async def test_page_of_the_request_marks_what_came_by_email(posted: tuple[RunningDesk, Sink]) -> None:
    """The mail that opened it. Not what the customer writes on the page."""
    desk, _ = posted
    await post(desk, written("It is late.", Message_ID="<1@x>", proof=None), MEDIA)
    link = re.search(r"/requests/1/confirm\?token=([\w-]{43})", text_of(await last_letter(posted)))
    assert link is not None
    async with browser(desk) as page:
        assert "By email" in (await page.post("/requests/1/confirm", data={"token": link[1]})).text
        shown = (await page.post("/requests/1", data={"text": "Since Monday.", "key": "r"})).text
    assert "Since Monday." in shown and shown.count("By email") == 1


async def test_redacted_mail_leaves_no_byte(posted: tuple[RunningDesk, Sink]) -> None:
    desk, _ = posted
    number = await asked(desk)
    await post(desk, *answer(await last_letter(posted), "My card is 4000."))
    (mail,) = await mails(desk, number)
    ines = await desk.staff("Ines", role="supervisor")
    assert mail.seq is not None and ines.token is not None
    path, body = f"/api/tickets/{number}/redactions", {"of": mail.seq, "reason": "a card"}
    answered = await desk.http(ines.token).post(path, json=body)
    assert answered.status_code in (200, 201, 204), answered.text
    (left,) = await mails(desk, number)
    assert (left.state, left.quoted, left.subject) == ("deleted", None, None)
    await desk.desk.mailroom.removal.idle()
    assert list(FolderOfMails(folder_of(desk.settings.data)).digests()) == []


# -- what is held back -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sender", "proof", "reason"),
    [
        ("mallory@evil.example", "pass", "other_sender"),
        (ANA, "fail", "unauthenticated"),
        (ANA, "none", "unauthenticated"),
        (ANA, None, "unauthenticated"),
        ("Ana <ana@northlake.example>, b@x.example", "pass", "no_sender"),
    ],
)
async def test_forged_mail_to_a_leaked_reply_address_is_held_back(
    posted: tuple[RunningDesk, Sink], sender: str, proof: str | None, reason: str
) -> None:
    desk, sink = posted
    number = await asked(desk)
    letter = await last_letter(posted)
    before = len(await letters(desk, sink))
    to = letter["Reply-To"].addresses[0].addr_spec
    await post(desk, written("Send it to me.", sender=sender, proof=proof, Message_ID="<1@x>"), to, "m@evil.example")
    assert (await ticket(desk, number))["status"] == "awaiting_reply"
    assert len(await texts(desk, number)) == 1 and len(await letters(desk, sink)) == before
    (mail,) = await mails(desk)
    assert (mail.reason, mail.ticket) == (reason, number)
    (note,) = await texts(desk, number, "note")
    assert "held back" in note and "Send it to me" not in note


async def test_header_that_was_forged_below_the_trusted_one_proves_nothing(posted: tuple[RunningDesk, Sink]) -> None:
    desk, _ = posted
    number = await asked(desk)
    raw, to = answer(await last_letter(posted), "Hello", proof="pass")
    genuine = f"Authentication-Results: {MX}; spf=softfail smtp.mailfrom=evil.example\r\n".encode()
    await post(desk, genuine + raw, to)
    assert (await mails(desk))[0].reason == "unauthenticated" and len(await texts(desk, number)) == 1


async def test_stranger_who_answers_a_letter_is_held_back(posted: tuple[RunningDesk, Sink]) -> None:
    """Somebody to whom the letter was forwarded. A copy in the header adds no participant."""
    desk, _ = posted
    number = await asked(desk)
    letter = await last_letter(posted)
    mail = written("Me too.", sender="bo@northlake.example", In_Reply_To=str(letter["Message-ID"]), Cc="eve@x.example")
    await post(desk, mail, MEDIA, "bo@northlake.example")
    assert [(mail.reason, mail.matched_by) for mail in await mails(desk)] == [("stranger", "message_id")]
    assert (await ticket(desk, number))["participants"] == []


async def test_address_that_somebody_has_proven_needs_proof(posted: tuple[RunningDesk, Sink]) -> None:
    desk, _ = posted
    await post(desk, written("Hello", proof=None, sender="new@x.example", Message_ID="<1@x>"), MEDIA)
    assert (await ticket(desk, 1))["requester"]["verified"] is False
    await post(desk, written("Hello", proof="fail", sender="new@x.example", Message_ID="<2@x>"), MEDIA)
    assert [mail.reason for mail in await mails(desk)] == ["unauthenticated"]


async def test_eleventh_mail_of_a_sender_within_ten_minutes_is_held_back(
    posted: tuple[RunningDesk, Sink], clock: SettableClock
) -> None:
    desk, _ = posted
    for count in range(12):
        await post(desk, written(f"No. {count}", Message_ID=f"<{count}@x>"), MEDIA)
    assert [mail.reason for mail in await mails(desk)] == ["loop", "loop"]
    clock.forward(601)
    await post(desk, written("Later", Message_ID="<later@x>"), MEDIA)
    assert len(await mails(desk)) == 2


async def test_own_letter_that_comes_back_is_a_loop(posted: tuple[RunningDesk, Sink]) -> None:
    desk, sink = posted
    await asked(desk)
    await letters(desk, sink)
    await post(desk, sink.contents[-1], MEDIA)
    assert [mail.reason for mail in await mails(desk)] == ["loop"]


async def test_automatic_answer_is_a_quiet_line_of_its_ticket(posted: tuple[RunningDesk, Sink]) -> None:
    desk, _ = posted
    number = await asked(desk)
    letter, before = await last_letter(posted), await ticket(desk, number)
    for mark in ({"Auto_Submitted": "auto-replied"}, {"Content_Type": "text/calendar; method=REPLY"}):
        raw, to = answer(letter, str(mark), proof=None, **mark)
        await post(desk, raw, to, "")
    assert await ticket(desk, number) == before
    assert [(mail.state, mail.kind) for mail in await mails(desk, number)] == [("done", "automatic")] * 2
    await post(desk, written("News", List_Id="<x.y>", Message_ID="<n@x>"), MEDIA)
    assert [mail.reason for mail in await mails(desk)] == ["automatic"]


async def test_eleventh_automatic_answer_flags_the_ticket_until_staff_decide(posted: tuple[RunningDesk, Sink]) -> None:
    desk, _ = posted
    number = await asked(desk)
    letter = await last_letter(posted)
    ines = await desk.staff("Ines", role="supervisor")
    assert ines.token is not None
    http = desk.http(ines.token)
    for count in range(12):
        raw, to = answer(letter, f"Away {count}", proof=None, Auto_Submitted="auto-replied")
        await post(desk, raw, to, "")
    assert (await ticket(desk, number))["flags"] == ["loop"]
    assert len(await texts(desk, number, "note")) == 1 and len(await texts(desk, number)) == 1
    held = await mails(desk)
    assert [(mail.kind, mail.reason, mail.ticket) for mail in held] == [("automatic", "loop", number)] * 2
    for mail, flags in zip(held, (["loop"], []), strict=True):
        assert (await http.post(f"/api/mail/suspended/{mail.id}", json={"do": "delete"})).is_success
        assert (await ticket(desk, number))["flags"] == flags


async def test_bounce_that_names_no_letter_of_the_desk_does_not_vanish(posted: tuple[RunningDesk, Sink]) -> None:
    """It is a line of the ticket that it answers, otherwise it is held back. It changes no address."""
    desk, _ = posted
    number = await asked(desk)
    ines = await desk.staff("Ines", role="supervisor")
    assert ines.token is not None
    before = await ticket(desk, number)
    bounce = REPORT.encode()
    await post(desk, bounce, MEDIA, "")
    await post(desk, bounce, f"bounce+{'a' * 26}@help.example", "")
    await post(desk, bounce, (await last_letter(posted))["Reply-To"].addresses[0].addr_spec, "")
    assert [(mail.kind, mail.reason) for mail in await mails(desk)] == [("bounce", "automatic")] * 2
    assert [(mail.kind, mail.state) for mail in await mails(desk, number)] == [("bounce", "done")]
    assert await ticket(desk, number) == before
    accepted = await desk.http(ines.token).post("/api/mail/suspended/1", json={"do": "accept"})
    assert accepted.status_code == 409 and len(await mails(desk)) == 2


async def test_bounce_marks_the_address_and_opens_no_ticket(posted: tuple[RunningDesk, Sink]) -> None:
    desk, sink = posted
    number = await asked(desk)
    await letters(desk, sink)
    report = (
        "Content-Type: multipart/report; report-type=delivery-status; boundary=r\r\n"
        "From: MAILER-DAEMON@x.example\r\n\r\n--r\r\n\r\nFailed.\r\n"
        "--r\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x.example\r\n\r\n"
        f"Final-Recipient: rfc822; {ANA}\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n--r--\r\n"
    )
    await post(desk, report.encode(), str(sink.taken[-1].mail_from), "")
    assert (await ticket(desk, number))["flags"] == ["unreachable"]
    assert [(mail.kind, mail.ticket) for mail in await mails(desk, number)] == [("bounce", number)]


async def test_revoked_and_unknown_reply_addresses_are_named(posted: tuple[RunningDesk, Sink]) -> None:
    desk, _ = posted
    await asked(desk)
    await post(desk, written("Hi", Message_ID="<1@x>"), f"reply+{'a' * 26}@help.example")
    assert [mail.reason for mail in await mails(desk)] == ["unknown_address"]
    assert list(await hand_over(desk, written("Hi"), ["nobody@x.example", MEDIA])) == ["nobody@x.example"]


# -- what staff decide -----------------------------------------------------------------------------


async def test_accepted_mail_joins_its_ticket_and_trusted_sender_needs_no_proof(
    posted: tuple[RunningDesk, Sink],
) -> None:
    desk, _ = posted
    number = await asked(desk)
    letter, reception = await last_letter(posted), desk.desk.reception
    await post(desk, *answer(letter, "From Monday.", proof=None))
    (mail,) = await mails(desk)
    assert await reception.accept(mail.id, SYSTEM, trust=True) == number
    assert (await texts(desk, number))[-1] == "From Monday."
    with pytest.raises(Refused):
        await reception.accept(mail.id, SYSTEM, trust=False)
    await post(desk, *answer(letter, "Until Friday.", proof=None))
    assert (await texts(desk, number))[-1] == "Until Friday."
    await post(desk, *answer(letter, "Forged.", proof="fail"))
    (held,) = await mails(desk)
    await reception.delete(held.id)
    assert await mails(desk) == []


# -- bad mail --------------------------------------------------------------------------------------

NESTED = "\n".join(f'--b{n}\nContent-Type: multipart/mixed; boundary="b{n + 1}"\n' for n in range(30))
BAD = {
    "without a Message-ID": written("Hello"),
    "with a broken charset": written("Fa", Content_Type='text/plain; charset="x-no"') + b"\xe7\xff\0",
    "with 25 MB": written("x" * 70 + ("\n" + "y" * 70) * 360_000),
    "nested 30 deep": written(f"{NESTED}\n--b30\n\nDeep", Content_Type='multipart/mixed; boundary="b0"'),
    "that answers an invitation": written("BEGIN:VCALENDAR", Content_Type="text/calendar; method=REPLY"),
    "too intricate": written("--a\n\n" * 5_000, Content_Type="multipart/mixed; boundary=a"),
    "of markup": written("<script>x</script>", sender='"<img src=x onerror=alert(1)>" <m@x.example>', Subject="<b>"),
    "with line breaks in its subject": written("Hello", Subject="=?utf-8?q?a=0D=0ABcc=3A_b=40x.example?="),
    "of nothing": b"",
    "of zeros": b"\0" * 1_000,
}


@pytest.mark.parametrize("raw", BAD.values(), ids=BAD.keys())
async def test_bad_mail_is_handled_and_the_next_one_is_reached(posted: tuple[RunningDesk, Sink], raw: bytes) -> None:
    desk, _ = posted
    await post(desk, raw, MEDIA)
    await post(desk, written("Next", sender="next@x.example", Message_ID="<next@x>"), MEDIA)
    numbers = [mail.ticket for number in (1, 2) for mail in await mails(desk, number)]
    held = await mails(desk)
    assert len(numbers) + len(held) == 2
    assert await texts(desk, numbers[-1] or 0) == ["Next"]
    kept = sorted(path.read_bytes() for path in (desk.settings.data / "mail" / "in").glob("??/*"))
    assert raw in kept or raw + b"\r\n" in kept


async def test_mail_of_more_than_25_mb_is_refused(posted: tuple[RunningDesk, Sink]) -> None:
    desk, _ = posted
    raw = written(("y" * 70 + "\n") * 380_000)
    with pytest.raises(smtplib.SMTPResponseException) as refused:
        await hand_over(desk, raw, [MEDIA])
    assert refused.value.smtp_code == 552
