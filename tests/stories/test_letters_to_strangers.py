"""Nobody makes the desk send many letters to people who have asked for nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlmodel import select

from clock import from_rfc3339
from mail.adapters.tables import LetterTurnRow
from mail.letter import Letter
from mail.pacing import FROM_ONE_DOMAIN_MAX, SPREAD
from storage.ports import Tx
from tests.mail.sink import Sink
from tests.posting import ANA, letters, post, posted_desk, written
from tests.running import RunningDesk, SettableClock

BEGAN = from_rfc3339("2026-11-25T15:12:00.000Z")
MEDIA, HERE = "media@teams.example", "127.0.0.1"
STRANGER = "eva@strangers.example"


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock(BEGAN)


@pytest.fixture
async def posted(tmp_path: Path, clock: SettableClock) -> AsyncIterator[tuple[RunningDesk, Sink]]:
    async with posted_desk(tmp_path / "data", clock, rate_limits="commands=1000/10s") as started:
        yield started


async def use_up(desk: RunningDesk, origin: str) -> None:
    """The origin causes as many letters as it may."""

    def unit(tx: Tx) -> None:
        tx.session.add_all(LetterTurnRow(origin=origin, due_at=BEGAN) for _ in range(FROM_ONE_DOMAIN_MAX))

    await desk.desk.storage.write(unit)


async def of_ticket(desk: RunningDesk, number: int) -> list[Letter]:
    await desk.desk.delivery.idle()
    return await desk.desk.storage.read(lambda tx: desk.desk.letters.of_ticket(tx, number))


async def origins(desk: RunningDesk) -> list[str]:
    return await desk.desk.storage.read(lambda tx: sorted(tx.session.exec(select(LetterTurnRow.origin))))


async def chat_about(desk: RunningDesk) -> int:
    """A chat whose customer names a stranger's address. Returns the number of its ticket."""
    customer = await desk.customer(email=STRANGER)
    chat = (await customer.command("chat.start", team="media", text="Hello"))["chat"]
    return int((await customer.command("chat.end", chat=chat))["ticket"])


async def test_letter_about_a_chat_counts_for_the_network_of_its_customer(posted: tuple[RunningDesk, Sink]) -> None:
    desk, _ = posted
    await desk.staff("Maya")
    number = await chat_about(desk)
    assert [letter.state for letter in await of_ticket(desk, number)] == ["accepted"]
    assert await origins(desk) == [HERE]


async def test_letter_about_a_chat_over_the_limit_of_its_network_is_delayed_not_dropped(
    posted: tuple[RunningDesk, Sink], clock: SettableClock
) -> None:
    desk, _ = posted
    await desk.staff("Maya")
    await use_up(desk, HERE)
    number = await chat_about(desk)
    (letter,) = await of_ticket(desk, number)
    assert (letter.state, letter.due_at, letter.error) == ("waiting", BEGAN + 720_000, SPREAD)
    clock.forward(720)
    assert [letter.state for letter in await of_ticket(desk, number)] == ["accepted"]


async def test_form_and_chats_share_the_limit_of_a_network(posted: tuple[RunningDesk, Sink]) -> None:
    desk, _ = posted
    await use_up(desk, HERE)
    visitor = await desk.customer()
    wanted = {"team": "media", "text": "Hello", "email": STRANGER}
    answered = (await desk.http(visitor.token).post("/api/tickets", json=wanted)).json()
    (letter,) = await of_ticket(desk, int(answered["number"]))
    assert (letter.state, letter.due_at) == ("waiting", BEGAN + 720_000)


async def test_mails_without_proof_from_one_domain_cause_few_letters(
    posted: tuple[RunningDesk, Sink], clock: SettableClock
) -> None:
    """Whatever address they name. The tickets are opened at once."""
    desk, sink = posted
    await use_up(desk, "@strangers.example")
    await post(desk, written("Hello", sender=STRANGER, proof=None), MEDIA, STRANGER)
    await post(desk, written("Hello", sender="joe@others.example", proof=None), MEDIA, "joe@others.example")
    assert await letters(desk, sink, STRANGER) == []
    assert len(await letters(desk, sink, "joe@others.example")) == 1
    (letter,) = await desk.desk.storage.read(lambda tx: desk.desk.letters.not_accepted(tx, 10))
    assert (letter.to, letter.due_at) == (STRANGER, BEGAN + 360_000)
    clock.forward(360)
    assert len(await letters(desk, sink, STRANGER)) == 1


async def test_proven_mail_causes_its_letter_whatever_others_wrote(posted: tuple[RunningDesk, Sink]) -> None:
    desk, sink = posted
    for origin in ("@northlake.example", "mail"):
        await use_up(desk, origin)
    await post(desk, written("Hello"), MEDIA)
    assert len(await letters(desk, sink, ANA)) == 1


async def test_forged_mail_causes_no_letter(posted: tuple[RunningDesk, Sink]) -> None:
    desk, sink = posted
    await post(desk, written("Hello", sender=STRANGER, proof="fail"), MEDIA, STRANGER)
    assert await letters(desk, sink) == []
    assert await origins(desk) == []
