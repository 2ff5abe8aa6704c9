"""Traces of a desk, as a receiver over HTTP gets them."""

from __future__ import annotations

from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from egress import NotSent
from mail.ports import NotAccepted
from server.tracing.exporting import Exporting
from tests.faults.server import free_port
from tests.running import running
from tests.server.tracing.receiver import TraceReceiver, attributes, trace_receiver

TEXT = "My card is 4111 1111"


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Iterator[TraceReceiver]:
    with trace_receiver() as it:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", it.url)
        yield it


async def test_requests_commands_and_transactions_have_spans_without_texts(
    receiver: TraceReceiver, tmp_path: Path
) -> None:
    async with running(tmp_path / "data") as desk:
        agent = await desk.staff("Ada")
        await agent.command("presence.set", status="available")
        customer = await desk.customer()
        chat = (await customer.command("chat.start", team="media", text=TEXT))["chat"]
        await agent.event("chat.assigned", chat=chat)
        await customer.command("message.send", chat=chat, text=TEXT)
        await customer.refused("not_found", "chat.end", chat="0" * 32)
        http = desk.http(agent.token)
        assert (await http.post(f"/api/chats/{chat}/reassign", json={"team": "media"})).status_code == 403
        assert (await http.get("/nowhere")).status_code == 404
        assert (await http.get("/healthz")).status_code == 200
    (started,) = receiver.named("command chat.start")
    assert attributes(started) == {"switchboard.side": "customer"}
    stored = [span for span in receiver.named("database write") if span.parent_span_id == started.span_id]
    assert stored and all(attributes(span)["db.system.name"] == "sqlite" for span in stored)
    assert receiver.named("command message.send") and receiver.named("database messages")
    (refused,) = receiver.named("POST /api/chats/{id}/reassign")
    assert attributes(refused)["http.response.status_code"] == 403
    (unknown,) = receiver.named("GET")
    assert attributes(unknown) == {"http.request.method": "GET", "http.response.status_code": 404}
    assert set(receiver.services) == {"switchboard"}
    sent = b"".join(receiver.bodies)
    for secret in (TEXT, chat, agent.token or "?", customer.token or "?", "Ada", "desk.example", "/healthz"):
        assert secret.encode() not in sent, secret


class Refusing:
    """A mail server that refuses letters."""

    async def send(self, message: EmailMessage, sender: str, to: str) -> None:
        raise NotAccepted(f"{to} is unknown", for_good=True)

    async def close(self) -> None:
        pass


async def test_letters_and_calls_have_spans_without_addresses_of_people_and_paths(receiver: TraceReceiver) -> None:
    tracing = Exporting("1", "a")
    letters, egress = tracing.letters(Refusing()), tracing.egress(["127.0.0.1"])
    with pytest.raises(NotAccepted):
        await letters.send(EmailMessage(), "support@desk.example", "ravi@northlake.example")
    await egress.send("POST", f"{receiver.url}/v1/traces", {"webhook-id": "1"}, b"")
    with pytest.raises(NotSent):
        await egress.allowing("localhost").send("GET", f"http://127.0.0.1:{free_port()}/hooks/secret")
    egress.close()
    await letters.close()
    await tracing.close()
    (letter,), (webhook,), (call,) = (receiver.named(name) for name in ("letter", "webhook", "call"))
    assert attributes(letter) == {"switchboard.outcome": "refused_for_good", "error.type": "NotAccepted"}
    assert attributes(webhook) == {
        "http.request.method": "POST",
        "server.address": "127.0.0.1",
        "http.response.status_code": 200,
    }
    assert attributes(call)["error.type"] == "NoAnswer"
    sent = b"".join(receiver.bodies)
    assert b"northlake" not in sent and b"secret" not in sent


async def test_receiver_that_is_away_holds_nothing_up(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", f"http://127.0.0.1:{free_port()}")
    monkeypatch.setattr("server.tracing.exporting.CLOSE_S", 0.1)
    async with running(tmp_path / "data") as desk:
        assert (await desk.customer()).greeting["type"] == "ok"
