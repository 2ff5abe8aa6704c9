"""The comparison of what is said with what is published, which stories rest on, goes red where it must."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest

from tests.contract import Contract, Frame
from tests.running import RunningDesk, running

WHO: Frame = {"kind": "customer", "id": "v", "name": "Ana", "verified": False}
PLACE: Frame = {"chat": "c", "seq": 3, "prev": 2, "at": "2026-11-25T09:00:00.000Z", "from": WHO}
MESSAGE: Frame = {"type": "message", **PLACE, "text": "Hello", "files": []}


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[RunningDesk]:
    async with running(tmp_path / "data") as it:
        yield it


@pytest.fixture
def contract(desk: RunningDesk) -> Contract:
    return desk.contract


def test_published_frame_is_accepted(contract: Contract) -> None:
    """Without this, the refusals below would prove nothing."""
    assert contract.heard("customer", MESSAGE, None) == []
    assert contract.heard("customer", {"type": "ok", "id": "1", "at": MESSAGE["at"]}, "ping") == []
    assert contract.sent("customer", {"type": "ping", "id": "1"}) == []


@pytest.mark.parametrize(
    ("wrong", "at_fault"),
    [
        ({"colour": "red"}, "colour"),
        ({"text": 5}, "text"),
        ({"seq": 0}, "seq"),
        ({"seq": "3"}, "seq"),
        ({"from": {"kind": "robot", "id": None, "name": None}}, "from"),
        ({"from": {"kind": "staff", "id": "u", "name": "Maya", "email": "maya@desk.example"}}, "from"),
        ({"files": [{"id": "f"}]}, "files"),
        ({"prev": None}, "prev"),
    ],
)
def test_wrong_frame_is_a_fault(contract: Contract, wrong: Frame, at_fault: str) -> None:
    """An undescribed field, a wrong type or a wrong value, however deep."""
    assert at_fault in " ".join(contract.heard("customer", MESSAGE | wrong, None))


def test_missing_field_or_unknown_event_is_a_fault(contract: Contract) -> None:
    """A required field that is missing, and an event or answer not described for that side."""
    for name in MESSAGE:
        assert contract.heard("customer", {key: value for key, value in MESSAGE.items() if key != name}, None), name
    assert contract.heard("customer", {"type": "news"}, None)
    assert contract.heard("customer", {**MESSAGE, "type": "note"}, None) == [
        "event.note is not described for customers"
    ]
    assert contract.heard("customer", {"type": "ok", "id": "1"}, "note.add")
    assert contract.heard("customer", {"type": "ok", "id": "1"}, "ping")
    assert contract.heard("customer", {"type": "error", "id": "1", "code": "nonsense", "message": "x"}, "ping")
    assert contract.sent("customer", {"type": "ping", "id": "1", "more": 1})


def test_wrong_answer_is_a_fault(contract: Contract) -> None:
    """An undescribed status, media type, header, field or address is a fault. A described one is not."""

    def faults(
        status: int = 200, path: str = "/healthz", content: bytes = b'{"status":"ok"}', **headers: str
    ) -> object:
        said = {"content-type": "application/json", **{name.replace("_", "-"): text for name, text in headers.items()}}
        return contract.answered("GET", path, httpx2.Response(status, headers=said, content=content))

    assert not faults()
    assert faults(201)
    assert faults(content_type="text/plain")
    assert faults(content=b'{"status":"ok","more":1}')
    assert faults(content=b'{"status":"well"}')
    assert faults(path="/api/nothing")
    problem = b'{"type":"about:blank","title":"x","status":429,"detail":"x","code":"rate_limited"}'
    assert faults(429, content=problem, content_type="application/problem+json"), "without Retry-After"
    assert not faults(429, content=problem, content_type="application/problem+json", retry_after="1")


def test_wrong_transcript_is_a_fault(contract: Contract) -> None:
    """The events in a ticket are compared too, from chats and from the ticket itself."""
    schema = contract.openapi.document["components"]["schemas"]["TicketView"]["properties"]["transcript"]
    reply = {key: value for key, value in MESSAGE.items() if key != "chat"} | {"type": "reply", "ticket": 1}
    assert contract.openapi.faults(schema, [MESSAGE, reply]) == []
    for wrong in (MESSAGE | {"colour": "red"}, reply | {"says": "fine"}, reply | {"type": "speech"}):
        assert contract.openapi.faults(schema, [wrong])


async def test_story_with_an_unpublished_frame_or_answer_fails(tmp_path: Path) -> None:
    """A wrong frame fails the test when its desk closes, a wrong HTTP answer right at the request."""

    async def story() -> None:
        async with running(tmp_path) as desk:
            customer = await desk.customer()
            customer.faults.append("a fault")
            described = desk.contract.openapi.document["paths"]["/healthz"]["get"]["responses"]
            ok = described.pop("200")
            try:
                with pytest.raises(AssertionError, match="not as published"):
                    await desk.http().get("/healthz")
            finally:
                described["200"] = ok

    with pytest.raises(AssertionError, match="not as published"):
        await story()


async def test_every_connection_of_the_tests_is_compared(desk: RunningDesk) -> None:
    """Each answer, event and accepted command of a test client is compared with the contract."""
    customer, maya = await desk.customer(), await desk.staff("Maya")
    described = desk.contract.asyncapi.document["channels"]
    for client, side in ((customer, "customer"), (maya, "staff")):
        messages, kept = described[side]["messages"], dict(described[side]["messages"])
        for name in ("command.ping", "ok.ping"):
            del messages[name]
        try:
            await client.command("ping")
            assert [fault.rpartition(": ")[2] for fault in client.faults] == [
                f"ok.ping is not described for {side}s",
                f"command.ping is not described for {side}s",
            ]
        finally:
            messages.update(kept)
            client.faults.clear()
