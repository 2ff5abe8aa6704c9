"""Hand-overs from the solved ticket to the program of the account team."""

from __future__ import annotations

import json
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from standardwebhooks.webhooks import Webhook

from clock import rfc3339
from identity.actor import Actor
from server.live.webhooks.desk_webhooks import webhooks_of
from storage.ports import Tx
from tests.egress.test_port import Speak, serving
from tests.running import RunningDesk, SettableClock, enrol, running
from ticketing.adapters import handed_over
from ticketing.adapters.tables import HandoverRow
from ticketing.handed_over import HandedOver
from ticketing.ticket import Requester
from ticketing.wanted import Opening, Wanted
from webhooks.message import Message
from webhooks.pacing import ATTEMPTS, PAUSES_MS
from webhooks.service import GONE

TEAM = "product@accounts.example"
ANA = Requester("a1", "Ana Ruiz", "ana@northlake.example", verified=True)
ENHANCEMENT = Wanted(status="solved", resolution="enhancement_required")


@dataclass
class Program:
    """The program of the account team."""

    url: str
    heard: list[bytes]
    answers: list[bytes] = field(default_factory=list)
    """The next answers; then 204."""
    secret: str = ""

    def messages(self) -> list[tuple[dict[str, str], bytes]]:
        """Headers and body of each request."""
        parts = [request.partition(b"\r\n\r\n") for request in self.heard]
        return [(_headers(head.decode()), body) for head, _, body in parts]


def _headers(head: str) -> dict[str, str]:
    pairs = [line.split(": ", 1) for line in head.split("\r\n")[1:]]
    return {name.lower(): value for name, value in pairs}


def answer(status: int, body: bytes = b"", more: str = "") -> bytes:
    return f"HTTP/1.1 {status} X\r\nContent-Length: {len(body)}\r\n{more}\r\n".encode() + body


@asynccontextmanager
async def program() -> AsyncIterator[Program]:
    answers: list[bytes] = []

    async def speak(reader: StreamReader, writer: StreamWriter) -> None:
        writer.write(answers.pop(0) if answers else answer(204))
        await writer.drain()

    says: Speak = speak
    async with serving(says) as server:
        yield Program(f"http://127.0.0.1:{server.port}/hooks", server.heard, answers)


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock()


@pytest.fixture
async def desk(tmp_path: Path, clock: SettableClock) -> AsyncIterator[RunningDesk]:
    async with running(tmp_path / "data", clock, egress_allow="127.0.0.1") as started:
        yield started


@pytest.fixture
async def receiver(desk: RunningDesk) -> AsyncIterator[Program]:
    async with program() as it:
        live = desk.desk
        it.secret = await live.storage.write(lambda tx: live.webhooks.service.add(tx, TEAM, it.url, live.clock()))
        yield it


async def maya_of(desk: RunningDesk) -> Actor:
    live = desk.desk
    maya, _ = await enrol(live.storage, "maya@desk.example", "Maya Lind")
    actor = await live.storage.read(lambda tx: live.people.staff(tx, maya))
    assert actor is not None
    return actor


async def solved(desk: RunningDesk) -> int:
    """A ticket of a client whose account team is TEAM, solved as an enhancement."""
    live, now, maya = desk.desk, desk.desk.clock(), await maya_of(desk)

    def unit(tx: Tx) -> int:
        client = live.people.customers.add_client(
            tx, id="c1", name="Northlake", domains=[], account_team=TEAM, vip=False, now=now
        )
        opening = Opening(
            channel="form", team="media", requester=ANA, client=client.id, by=maya, at=now, created_at=now
        )
        ticket = live.tickets.open(tx, opening)
        live.tickets.patch(tx, maya, ticket.number, ENHANCEMENT, None, now)
        return ticket.number

    return await live.storage.write(unit)


async def state(desk: RunningDesk, number: int) -> tuple[HandedOver, Message | None]:
    live = desk.desk

    def read(tx: Tx) -> tuple[HandedOver, Message | None]:
        messages = live.webhooks.service.of_ticket(tx, number)
        return handed_over.of_ticket(tx, number)[-1], messages[-1] if messages else None

    return await live.storage.read(read)


async def settled(desk: RunningDesk) -> None:
    """Wait until every message that is due now was tried, by the desk's own worker or here."""
    await desk.desk.webhooks.delivery.idle()


async def test_handover_is_sent_once_with_a_signature(
    desk: RunningDesk, receiver: Program, clock: SettableClock
) -> None:
    number = await solved(desk)
    await settled(desk)
    ((headers, body),) = receiver.messages()
    Webhook(receiver.secret).verify(body, headers)
    said = json.loads(body)
    assert (said["type"], said["timestamp"]) == ("enhancement.handed_over", rfc3339(clock()))
    assert said["data"]["ticket"] == number and said["data"]["url"].endswith(f"/tickets/{number}")
    assert "Ana" not in body.decode() and "northlake.example" not in body.decode()
    record, message = await state(desk, number)
    assert message is not None and message.state == "accepted" and headers["webhook-id"] == message.name
    assert record.sent_at == clock() and record.acknowledged_at is None


async def test_answer_of_the_program_can_acknowledge(desk: RunningDesk, receiver: Program) -> None:
    receiver.answers.append(answer(200, b'{"acknowledged": true, "external_ref": "FR-12\\n"}'))
    number = await solved(desk)
    await settled(desk)
    record, _ = await state(desk, number)
    assert record.acknowledged_at is not None and record.external_ref == "FR-12"


@pytest.mark.parametrize(
    "body", [b"ok", b"[]", b'{"acknowledged": "yes"}', b"\xff", b"[" * 5000, b'{"external_ref": 1}']
)
async def test_other_answer_is_an_acceptance_without_acknowledgment(
    desk: RunningDesk, receiver: Program, body: bytes
) -> None:
    receiver.answers.append(answer(200, body))
    number = await solved(desk)
    await settled(desk)
    record, message = await state(desk, number)
    assert message is not None and (message.state, record.acknowledged_at) == ("accepted", None)


async def test_message_is_tried_again_by_the_schedule_and_then_fails_visibly(
    desk: RunningDesk, receiver: Program, clock: SettableClock
) -> None:
    """Each attempt has the same id and body, and a signature of its own time."""
    receiver.answers += [answer(500)] * ATTEMPTS
    number = await solved(desk)
    await settled(desk)
    for tried, pause in enumerate(PAUSES_MS, 1):
        _, message = await state(desk, number)
        assert message is not None and (message.state, message.attempts) == ("waiting", tried)
        assert message.due_at == clock() + pause and message.error == "The receiver answered 500."
        clock.forward(pause / 1000)
        await settled(desk)
    _, message = await state(desk, number)
    assert message is not None and message.state == "failed"
    sent = receiver.messages()
    assert len(sent) == ATTEMPTS and len({(headers["webhook-id"], body) for headers, body in sent}) == 1
    assert len({headers["webhook-signature"] for headers, _ in sent}) == ATTEMPTS


async def test_failed_message_can_be_sent_again(desk: RunningDesk, receiver: Program, clock: SettableClock) -> None:
    receiver.answers += [answer(302, more=f"Location: {receiver.url}\r\n"), answer(500)]
    number = await solved(desk)
    await settled(desk)
    _, message = await state(desk, number)
    assert message is not None and message.error is not None and "redirect" in message.error
    await desk.desk.storage.write(lambda tx: desk.desk.webhooks.service.send_again(tx, message.id, clock()))
    await settled(desk)
    clock.forward(PAUSES_MS[0] / 1000)
    await settled(desk)
    _, again = await state(desk, number)
    assert again is not None and (again.state, again.name, len(receiver.heard)) == ("accepted", message.name, 3)


async def test_pause_that_the_receiver_asks_for_is_kept(
    desk: RunningDesk, receiver: Program, clock: SettableClock
) -> None:
    receiver.answers.append(answer(429, more="Retry-After: 900\r\n"))
    number = await solved(desk)
    await settled(desk)
    _, message = await state(desk, number)
    assert message is not None and message.due_at == clock() + 900_000


async def test_receiver_that_is_gone_gets_no_more_messages_until_it_is_enabled(
    desk: RunningDesk, receiver: Program
) -> None:
    receiver.answers.append(answer(410))
    number = await solved(desk)
    await settled(desk)
    _, message = await state(desk, number)
    assert message is not None and (message.state, message.error) == ("failed", GONE)
    await desk.desk.storage.write(lambda tx: desk.desk.webhooks.service.enable(tx, TEAM))
    await desk.desk.storage.write(lambda tx: desk.desk.webhooks.service.send_again(tx, message.id, desk.desk.clock()))
    await settled(desk)
    assert len(receiver.heard) == 2


async def test_message_carries_both_signatures_for_a_day_after_a_rotation(
    desk: RunningDesk, receiver: Program, clock: SettableClock
) -> None:
    live = desk.desk
    receiver.answers.append(answer(500))
    new = await live.storage.write(lambda tx: live.webhooks.service.rotate(tx, TEAM, clock()))
    await solved(desk)
    await settled(desk)
    headers, body = receiver.messages()[-1]
    assert len(headers["webhook-signature"].split()) == 2
    for secret in (new, receiver.secret):
        Webhook(secret).verify(body, headers)
    clock.forward(24 * 3600)
    await settled(desk)
    headers, body = receiver.messages()[-1]
    assert len(headers["webhook-signature"].split()) == 1


async def test_private_address_is_refused_and_the_message_fails_at_once(tmp_path: Path, clock: SettableClock) -> None:
    async with program() as inner, running(tmp_path / "other", clock) as desk:
        live = desk.desk
        await live.storage.write(lambda tx: live.webhooks.service.add(tx, TEAM, inner.url, clock()))
        number = await solved(desk)
        await settled(desk)
        _, message = await state(desk, number)
        assert message is not None and message.state == "failed" and "private" in (message.error or "")
        assert inner.heard == []


async def test_secret_that_cannot_be_opened_fails_visibly(desk: RunningDesk, receiver: Program) -> None:
    """SECRET was changed after the webhook was added."""
    other, live = webhooks_of(b"another secret of the desk, long enough"), desk.desk

    def replaced(tx: Tx) -> None:
        other.remove(tx, TEAM, live.clock())
        other.add(tx, TEAM, receiver.url, live.clock())

    await live.storage.write(replaced)
    number = await solved(desk)
    await settled(desk)
    _, message = await state(desk, number)
    assert message is not None and message.state == "failed" and "SECRET" in (message.error or "")


async def test_handover_without_a_webhook_queues_no_message(desk: RunningDesk) -> None:
    _, message = await state(desk, await solved(desk))
    assert message is None


async def test_database_keeps_no_secret_in_the_clear(desk: RunningDesk, receiver: Program) -> None:
    (kept,) = await desk.desk.storage.read(desk.desk.webhooks.service.receivers)
    assert receiver.secret not in kept.secrets[0] and receiver.secret.removeprefix("whsec_") not in kept.secrets[0]


async def test_staff_see_the_handover_send_it_again_and_acknowledge_it(
    desk: RunningDesk, receiver: Program, clock: SettableClock
) -> None:
    receiver.answers.append(answer(500))
    number = await solved(desk)
    await settled(desk)
    _, session = await enrol(desk.desk.storage, "noor@desk.example", "Noor")
    path = f"/api/tickets/{number}/handovers"
    async with desk.http(session) as noor:
        (shown,) = (await noor.get(path)).json()["handovers"]
        assert (shown["account_team"], shown["webhook"]["state"], shown["webhook"]["attempts"]) == (TEAM, "waiting", 1)
        assert shown["webhook"]["error"] == "The receiver answered 500." and shown["acknowledged_at"] is None
        sent = await noor.post(f"{path}/{shown['id']}/send", json={})
        assert sent.status_code == 200
        await settled(desk)
        assert (await noor.post(f"{path}/{shown['id']}/send", json={})).json()["code"] == "conflict"
        taken = await noor.post(f"{path}/{shown['id']}/acknowledge", json={"external_ref": "FR-12"})
        assert (taken.json()["external_ref"], taken.json()["acknowledged_at"]) == ("FR-12", rfc3339(clock()))
        assert (await noor.post(f"{path}/{shown['id'] + 1}/acknowledge", json={})).status_code == 404
        assert (await noor.post(f"{path}/{shown['id'] + 1}/send", json={})).status_code == 404


async def test_message_of_the_second_handover_leaves_the_first_unsent(
    desk: RunningDesk, receiver: Program, clock: SettableClock
) -> None:
    """The letter and the message of each hand-over tell of that one alone."""
    live = desk.desk
    receiver.answers.append(answer(500))
    number = await solved(desk)
    await settled(desk)

    def first_is_unsent(tx: Tx) -> None:
        (record,) = handed_over.of_ticket(tx, number)
        tx.session.get_one(HandoverRow, record.id).sent_at = None

    await live.delivery.idle()
    await live.storage.write(first_is_unsent)

    def solved_again(tx: Tx) -> None:
        (maya,) = live.people.staff_of(tx, "media")
        for wanted in (Wanted(status="open"), ENHANCEMENT):
            live.tickets.patch(tx, maya, number, wanted, None, clock())

    await live.storage.write(solved_again)
    await live.delivery.idle()
    await settled(desk)
    first, second = await live.storage.read(lambda tx: handed_over.of_ticket(tx, number))
    assert (first.sent_at, second.sent_at) == (None, clock())
