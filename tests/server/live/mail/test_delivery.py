"""Letters from the change that causes them to the mail server."""

from __future__ import annotations

import asyncio
import email
from collections.abc import AsyncIterator
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from msgspec import UNSET, UnsetType, structs
from sqlmodel import select

from identity.accounts import Wanted as AskedFor
from identity.actor import Actor
from mail.adapters.tables import LetterRow
from mail.content import Content
from mail.letter import Letter, NewLetter
from server.live.desk import LiveDesk
from server.live.mail.delivery import AT_ONCE, Delivery
from storage.ports import Tx
from tests.mail.sink import Sink, mail_sink, served
from tests.running import RunningDesk, SettableClock, enrol, running
from ticketing.adapters.store import SqlStore
from ticketing.adapters.waits import SqlWaits
from ticketing.notices import ToRequester
from ticketing.requests import NewReply
from ticketing.ticket import Requester
from ticketing.wanted import Opening, Wanted

HOUR_MS = 3_600_000
ANA = Requester("a1", "Ana Ruiz", "ana@northlake.example", verified=True)


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock()


@pytest.fixture
async def desk(tmp_path: Path, clock: SettableClock) -> AsyncIterator[RunningDesk]:
    async with running(tmp_path / "data", clock) as started:
        yield started


async def ticket_of(desk: RunningDesk, requester: Requester, status: str | UnsetType = UNSET) -> int:
    now, live = desk.desk.clock(), desk.desk
    maya, _ = await enrol(live.storage, "maya@desk.example", "Maya Lind")
    actor = await live.storage.read(lambda tx: live.people.staff(tx, maya))
    assert actor is not None
    opening = Opening(
        channel="form",
        team="media",
        requester=requester,
        subject="Dates overlap",
        by=actor,
        at=now,
        created_at=now,
    )
    number = (await live.storage.write(lambda tx: live.tickets.open(tx, opening))).number
    said = NewReply(text="Please *try* again", public=True, status=status)
    path = f"/api/tickets/{number}/replies"
    await live.storage.write(lambda tx: live.correspondence.reply(tx, actor, number, said, path, None, now))
    return number


def actor_of(live: LiveDesk, tx: Tx) -> Actor:
    """Maya, who wrote the reply."""
    (maya,) = live.people.staff_of(tx, "media")
    return maya


async def letters(desk: RunningDesk, number: int) -> list[Letter]:
    await desk.desk.delivery.idle()
    return await desk.desk.storage.read(lambda tx: desk.desk.letters.of_ticket(tx, number))


def written(desk: RunningDesk) -> list[EmailMessage]:
    files = sorted((desk.settings.data / "mail").glob("*.eml"))
    return [email.message_from_bytes(file.read_bytes(), policy=default) for file in files]


async def test_reply_of_staff_is_mailed_to_a_confirmed_requester(desk: RunningDesk) -> None:
    number = await ticket_of(desk, ANA)
    (letter,) = await letters(desk, number)
    assert (letter.kind, letter.state, letter.seq, letter.error) == ("reply", "accepted", 1, None)
    (mail,) = written(desk)
    assert mail["Subject"] == f"Re: Dates overlap [#{number}]"
    assert mail["To"] == "ana@northlake.example" and mail["Auto-Submitted"] == "auto-generated"
    assert mail["Message-ID"] == letter.message_id
    html, text = mail.get_body(("html",)), mail.get_body(("plain",))
    assert html is not None and text is not None
    assert "Hello Ana," in text.get_content() and "Please try again" in text.get_content()
    assert "<em>try</em>" in html.get_content()


async def test_reply_that_awaits_an_answer_names_the_dates_of_the_clock(desk: RunningDesk) -> None:
    number = await ticket_of(desk, ANA, status="awaiting_reply")
    assert [letter.state for letter in await letters(desk, number)] == ["accepted"]
    text = written(desk)[0].get_body(("plain",))
    assert text is not None
    said = " ".join(text.get_content().split())
    assert "Awaiting your reply." in said and "If we hear nothing, we’ll remind you on" in said


async def test_reply_to_an_unconfirmed_address_has_number_and_link_only(desk: RunningDesk) -> None:
    number = await ticket_of(desk, Requester("v1", "Ana Ruiz", "ana@northlake.example"))
    (letter,) = await letters(desk, number)
    assert letter.state == "accepted"
    (mail,) = written(desk)
    assert mail["Subject"] == "News about your request"
    said = mail.as_string()
    assert f"/requests/{number}" in said
    for secret in ("Ana", "Ruiz", "Maya", "Dates", "try", "Media support"):
        assert secret not in said


async def test_first_letter_after_a_chat_is_in_its_language(desk: RunningDesk) -> None:
    """It is queued before the chat names its ticket."""
    maya = await desk.staff("Maya")
    customer = await desk.customer(locale="fr", email="ana@northlake.example")
    chat = (await customer.command("chat.start", team="media", text="Bonjour"))["chat"]
    number = (await customer.command("chat.end", chat=chat))["ticket"]
    assert [(letter.kind, letter.locale) for letter in await letters(desk, number)] == [("received", "fr")]
    shown = await desk.http(maya.token).get(f"/api/tickets/{number}/letters")
    assert shown.json()["locale"] == "fr"


@pytest.mark.parametrize(
    ("kind", "became"),
    [("reminder_1", "open"), ("reminder_2", "solved"), ("auto_solved", "open"), ("reopened", "solved")],
)
async def test_letter_that_is_no_longer_true_is_not_sent(desk: RunningDesk, kind: ToRequester, became: str) -> None:
    """The ticket changes while the letter waits."""
    number, live, now = await ticket_of(desk, ANA), desk.desk, desk.desk.clock()

    def unit(tx: Tx) -> None:
        ticket = SqlStore().find(tx, number, lock=True)
        assert ticket is not None
        live.ticket_letters.queue(tx, kind, ticket, now)
        code = "support_question" if became == "solved" else UNSET
        wanted = Wanted(status=became, resolution=code)
        live.tickets.change(tx, actor_of(live, tx), ticket, wanted, now)

    await live.storage.write(unit)
    found = [letter for letter in await letters(desk, number) if letter.kind == kind]
    assert [(letter.state, letter.error) for letter in found] == [("failed", "The ticket has changed since.")]


@pytest.mark.parametrize(("answered", "state"), [(True, "failed"), (False, "accepted")])
async def test_reminder_is_of_its_wait_though_the_clock_was_set_back(
    desk: RunningDesk, *, answered: bool, state: str
) -> None:
    """Staff reply while it waits to be sent, at a time before it: their reply begins another wait. Without a reply, it
    is sent, though it seems to be older than its wait."""
    number, live, now = await ticket_of(desk, ANA, status="awaiting_reply"), desk.desk, desk.desk.clock()

    def unit(tx: Tx) -> None:
        ticket = SqlStore().find(tx, number, lock=True)
        assert ticket is not None
        letter = live.ticket_letters.queue(tx, "reminder_1", ticket, now if answered else now - HOUR_MS)
        wait = SqlWaits().of(tx, [number])[number]
        SqlWaits().put(tx, [structs.replace(wait, step="reminder_2", letter=letter)])
        if answered:
            said, path = NewReply(text="One more thing", public=True), f"/api/tickets/{number}/replies"
            live.correspondence.reply(tx, actor_of(live, tx), number, said, path, None, now - HOUR_MS)

    await live.storage.write(unit)
    assert [letter.state for letter in await letters(desk, number) if letter.kind == "reminder_1"] == [state]


async def test_reply_that_solved_a_ticket_is_mailed_although_the_ticket_is_open_again(desk: RunningDesk) -> None:
    """Staff reopen the ticket while the letter waits."""
    number, live, now = await ticket_of(desk, ANA), desk.desk, desk.desk.clock()

    def unit(tx: Tx) -> None:
        maya, path = actor_of(live, tx), f"/api/tickets/{number}/replies"
        said = NewReply(text="Update to 4.2.", public=True, status="solved", resolution="support_question")
        live.correspondence.reply(tx, maya, number, said, path, None, now)
        ticket = SqlStore().find(tx, number, lock=True)
        assert ticket is not None
        live.tickets.change(tx, maya, ticket, Wanted(status="open", resolution=None), now)

    await live.storage.write(unit)
    letter = (await letters(desk, number))[1]
    assert (letter.kind, letter.state) == ("solved", "accepted")
    text = written(desk)[-1].get_body(("plain",))
    assert text is not None
    said = text.get_content()
    assert "Update to 4.2." in said and "reopen" not in said


async def test_agent_without_rights_to_the_ticket_gets_no_letter_about_it(desk: RunningDesk) -> None:
    """Neither from another team, nor once somebody else is the assignee."""
    number, live, now = await ticket_of(desk, ANA), desk.desk, desk.desk.clock()
    other, _ = await enrol(live.storage, "noor@desk.example", "Noor", teams=("finance",))
    maya = await live.storage.read(lambda tx: actor_of(live, tx).id)

    def unit(tx: Tx) -> None:
        ticket = SqlStore().find(tx, number, lock=True)
        assert ticket is not None
        for person in (other, maya):
            live.ticket_letters.tell(tx, "assigned", ticket, person, now)
        live.tickets.change(tx, actor_of(live, tx), ticket, Wanted(assignee=None), now)

    await live.storage.write(unit)
    found = [letter for letter in await letters(desk, number) if letter.kind == "assigned"]
    assert [(letter.to, letter.state) for letter in found] == [("maya@desk.example", "failed")]


async def test_account_letter_has_the_link_and_forgets_its_token(desk: RunningDesk) -> None:
    """Until the letter is sent, the database has the token sealed only."""
    live, token = desk.desk, "t" * 43

    def queue(tx: Tx) -> LetterRow:
        wanted = AskedFor(email="ana@northlake.example", locale="fr")
        live.people.accounts.ask(tx, wanted, live.account_letters, token, live.clock())
        return tx.session.exec(select(LetterRow)).one()

    assert token not in (await live.storage.write(queue)).model_dump_json()
    await live.delivery.idle()
    row = await live.storage.read(lambda tx: tx.session.exec(select(LetterRow)).one())
    assert (row.state, row.context) == ("accepted", "{}")
    (mail,) = written(desk)
    text = mail.get_body(("plain",))
    assert text is not None and f"/account/confirm?token={token}" in text.get_content()
    assert mail["Subject"].startswith("Confirmez votre adresse")


async def test_refused_letter_is_shown_to_staff_and_sent_again(tmp_path: Path, clock: SettableClock) -> None:
    """With a mail server that refuses it for now, then for good, then takes it. Each attempt has the same
    Message-ID."""
    async with (
        mail_sink("451 Try later", "550 No such mailbox") as sink,
        running(tmp_path / "data", clock, smtp_url=sink.url, mail_domain="help.example") as desk,
    ):
        number = await ticket_of(desk, ANA)
        (letter,) = await letters(desk, number)
        assert (letter.state, letter.error) == ("waiting", "451 Try later")
        clock.forward(30)
        (letter,) = await letters(desk, number)
        assert (letter.state, letter.error) == ("failed", "550 No such mailbox")
        bo = desk.http((await enrol(desk.desk.storage, "bo@desk.example", "Bo"))[1])
        path = f"/api/tickets/{number}/letters"
        (shown,) = (await bo.get(path)).json()["letters"]
        assert (shown["state"], shown["error"], shown["reply"]) == ("failed", "550 No such mailbox", 1)
        assert (await bo.post(f"{path}/{letter.id}/send")).json()["state"] == "waiting"
        (letter,) = await letters(desk, number)
        assert letter.state == "accepted"
        assert (await bo.post(f"{path}/{letter.id}/send")).status_code == 409
        (taken,) = sink.taken
        assert taken.mail_from is not None and taken.mail_from.startswith("bounce+")
        (said,) = sink.contents
        assert letter.message_id.encode() in said and b"Reply-To: " in said and b"reply+" in said


@pytest.mark.parametrize(
    ("refusal", "health"),
    [("550 5.1.1 No such user", "bounced"), ("550 5.7.1 Looks like spam", "ok"), ("550 Not here", "ok")],
)
async def test_refusal_of_the_address_marks_it_like_a_bounce_until_it_is_tried_again(
    tmp_path: Path, clock: SettableClock, refusal: str, health: str
) -> None:
    """A refusal of the letter alone does not."""
    async with mail_sink(refusal) as sink, running(tmp_path / "data", clock, smtp_url=sink.url) as desk:
        number = await ticket_of(desk, ANA)
        assert [letter.state for letter in await letters(desk, number)] == ["failed"]
        bo = desk.http((await enrol(desk.desk.storage, "bo@desk.example", "Bo"))[1])
        path = f"/api/tickets/{number}"
        address = (await bo.get(f"{path}/letters")).json()["address"]
        fails = health == "bounced"
        assert (address["health"], address["why"]) == (health, refusal if fails else None)
        assert (await bo.get(path)).json()["flags"] == (["unreachable"] if fails else [])
        again = await bo.post(f"{path}/address/try-again")
        assert again.status_code == (200 if fails else 409)
        if fails:
            assert again.json()["address"]["health"] == "ok"
            assert [letter.state for letter in await letters(desk, number)] == ["accepted"]
            assert (await bo.get(path)).json()["flags"] == []


class HeldSink(Sink):
    """Holds a letter until it is let go, then takes it."""

    def __init__(self) -> None:
        super().__init__()
        self.holds = asyncio.Event()
        self.let_go = asyncio.Event()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self.holds.set()
        await self.let_go.wait()
        return await super().handle_DATA(server, session, envelope)


async def test_stop_waits_for_the_letter_on_its_way(tmp_path: Path, clock: SettableClock) -> None:
    """So that it is not sent again after the next start."""
    async with served(HeldSink()) as sink, running(tmp_path / "data", clock, smtp_url=sink.url) as desk:
        number = await ticket_of(desk, ANA)
        await asyncio.wait_for(sink.holds.wait(), 30)
        stopping = asyncio.create_task(desk.desk.delivery.stop())
        sink.let_go.set()
        await stopping
        (letter,) = await desk.desk.storage.read(lambda tx: desk.desk.letters.of_ticket(tx, number))
        assert letter.state == "accepted" and len(sink.taken) == 1


class Together(Sink):
    """Holds letters until those of two recipients are there at once. Notes the largest number of any recipient."""

    def __init__(self) -> None:
        super().__init__()
        self.inside: list[str] = []
        self.most_of_one = 0
        self.both = asyncio.Event()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self.inside += envelope.rcpt_tos
        self.most_of_one = max(self.most_of_one, *map(self.inside.count, self.inside))
        if len({*self.inside}) == 2:
            self.both.set()
        await self.both.wait()
        self.inside.remove(envelope.rcpt_tos[0])
        return await super().handle_DATA(server, session, envelope)


async def test_letters_are_sent_at_once_but_those_about_one_ticket_in_order(
    tmp_path: Path, clock: SettableClock
) -> None:
    async with served(Together()) as sink, running(tmp_path / "data", clock, smtp_url=sink.url) as desk:
        live, now = desk.desk, clock()
        # The letter that this one causes goes out alone.
        sink.both.set()
        number = await ticket_of(desk, Requester(None, "Ana", "ana@northlake.example", verified=True))
        await live.delivery.idle()
        assert number == 1 and len(sink.taken) == 1
        sink.both.clear()
        wanted = [
            NewLetter(kind="reset_password", to="bo@northlake.example", context={}),
            *(NewLetter(kind="received", to="ana@northlake.example", ticket=1) for _ in range(3)),
        ]
        await live.storage.write(lambda tx: live.letters.queue_all(tx, wanted, now))
        async with asyncio.timeout(60):
            await live.delivery.idle()
        sent = [email.message_from_bytes(each, policy=default) for each in sink.contents]
        theirs = [message["Message-ID"] for message in sent if message["To"] == "ana@northlake.example"]
        stored = await live.storage.read(lambda tx: live.letters.of_ticket(tx, 1))
        assert theirs == [letter.message_id for letter in stored] and len(stored) == 4
        assert sink.most_of_one == 1


class OneAtATime:
    """Contents of letters, and a mail server that takes them. `most`: how many contents were made at the same time."""

    def __init__(self) -> None:
        self.inside = self.most = 0
        self.taken: list[str] = []

    async def of(self, letter: Letter, now: int) -> Content:
        self.inside += 1
        self.most = max(self.most, self.inside)
        for _ in range(5):
            await asyncio.sleep(0)
        self.inside -= 1
        return Content(from_name="Media", from_address="media@desk.example", subject="Hi", text="Hi", html="<p>Hi</p>")

    async def send(self, message: EmailMessage, sender: str, to: str) -> None:
        self.taken.append(to)

    async def close(self) -> None:
        """Has no connection."""


async def test_letters_are_written_one_after_the_other(desk: RunningDesk, clock: SettableClock) -> None:
    """Threads that write letters at the same time would delay messages."""
    live, writes = desk.desk, OneAtATime()
    await live.delivery.stop()
    people = [f"person{number}@northlake.example" for number in range(AT_ONCE)]
    wanted = [NewLetter(kind="reset_password", to=person, context={}) for person in people]
    await live.storage.write(lambda tx: live.letters.queue_all(tx, wanted, clock()))
    delivery = Delivery(live.storage, clock, live.letters, writes, writes, "here", 60)
    await delivery.idle()
    assert sorted(writes.taken) == people and writes.most == 1


async def test_worker_claims_no_letter_before_its_turn(desk: RunningDesk, clock: SettableClock) -> None:
    live, writes = desk.desk, OneAtATime()
    await live.delivery.stop()
    asked, turn = asyncio.Event(), asyncio.Event()

    async def wait_for_turn() -> None:
        asked.set()
        await turn.wait()

    wanted = NewLetter(kind="reset_password", to="ana@northlake.example", context={})
    (letter,) = await live.storage.write(lambda tx: live.letters.queue_all(tx, [wanted], clock()))
    delivery = Delivery(live.storage, clock, live.letters, writes, writes, "here", 60)
    delivery.start(wait_for_turn)
    try:
        await asked.wait()
        (waiting,) = await live.storage.read(lambda tx: live.letters.find_all(tx, [letter]))
        assert (waiting.state, waiting.attempts, writes.taken) == ("waiting", 0, [])
        turn.set()
        await delivery.idle()
        assert writes.taken == ["ana@northlake.example"]
    finally:
        await delivery.stop()
