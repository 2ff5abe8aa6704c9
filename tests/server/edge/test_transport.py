"""Frames as they are written, and connections that say nothing or take nothing."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from websockets.frames import Frame, Opcode

from chat.adapters.socket import SocketPeer
from server.edge.deadlines import DEADLINES, Deadlines
from server.edge.framing import text_frame
from server.edge.transport import SwitchboardProtocol
from tests.running import DEADLINE_S, Client, RunningDesk, eventually, running
from tests.server.edge.flooding import Counting, Network, counted_by_turn, masked, taken_over


@pytest.mark.parametrize("length", [0, 1, 125, 126, 127, 65_535, 65_536, 200_000])
def test_text_frame_equals_that_of_the_library(length: int) -> None:
    """Byte for byte, at each boundary of the length encoding."""
    payload = b"x" * length
    assert text_frame(payload) == Frame(Opcode.TEXT, payload).serialize(mask=False)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[RunningDesk]:
    deadlines = Deadlines(close_grace_s=0.5, blocked_s=1, settle_s=DEADLINE_S)
    async with running(tmp_path / "data", deadlines=deadlines) as it:
        yield it


PING = b'{"type":"ping","id":"never heard"}'


async def heard(receiver: Counting, texts: list[bytes]) -> None:
    """Wait until these were heard, and nothing else."""
    await counted_by_turn(lambda: 0, lambda: len(receiver.heard) >= len(texts))
    assert receiver.heard == texts
    receiver.heard.clear()


async def test_split_texts_are_heard_once_and_in_order() -> None:
    """Several in one read, split anywhere, or in fragments with a ping between. The parser sees only the split ones."""
    network = Network()
    line, receiver = await taken_over(network)
    whole = [b"x" * size for size in (1, 124, 125, 126, 127, 128, 300)]
    network.deliver(b"".join(map(masked, whole)))
    await heard(receiver, whole)
    assert line.parsed == 0
    text = b"y" * 200
    for count, cut in enumerate((1, 2, 3, 7, 8, 9, 40), 1):
        frame = masked(text)
        network.deliver(masked(b"before") + frame[:cut])
        await heard(receiver, [b"before"])
        network.deliver(frame[cut:])
        await heard(receiver, [text])
        assert line.parsed == count
    text = b"z" * 70_000
    network.deliver(masked(text[:5], fin=False) + masked(b"?", Opcode.PING) + masked(text[5:], Opcode.CONT))
    await heard(receiver, [text])
    parsed = line.parsed
    network.deliver(masked(b"last"))
    await heard(receiver, [b"last"])
    assert line.parsed == parsed


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        (masked(b'{"type"', fin=False) + masked(PING), 1002),
        (Frame(Opcode.TEXT, PING).serialize(mask=False), 1002),
        (b"\xc1" + masked(PING)[1:], 1002),
        (masked(b'{"type":"ping","id":"\xff"}'), 1007),
        (masked(b"", Opcode.CONT), 1002),
        (b"\x81\xff" + (1 << 40).to_bytes(8, "big"), 1009),
    ],
    ids=["text in a text", "no mask", "reserved bit", "not UTF-8", "a continuation of nothing", "too long"],
)
async def test_protocol_violation_is_closed_with_its_code(sent: bytes, code: int) -> None:
    network = Network()
    _, receiver = await taken_over(network)
    network.deliver(masked(b"before"))
    await heard(receiver, [b"before"])
    network.written = b""
    network.deliver(sent)
    await counted_by_turn(lambda: 0, lambda: bool(network.written))
    assert network.written[:1] == b"\x88" and int.from_bytes(network.written[2:4], "big") == code
    assert receiver.heard == []


FLOODS = (
    masked(b"", Opcode.PONG),
    masked(b"", Opcode.PING),
    masked(b"", fin=False) + masked(b"", Opcode.CONT, fin=False) * 2_000,
    masked(b"x"),
)


async def test_flood_of_frames_is_closed_with_4101_and_delays_nobody(desk: RunningDesk) -> None:
    """Before and after `hello`. Another customer's message is answered while megabytes of the flood arrive."""
    neighbour = await desk.customer()
    chat = (await neighbour.command("chat.start", team="media", text="Hello"))["chat"]
    for flood in FLOODS:
        for client in (await desk.connect("customer"), await desk.customer()):
            client.line.transport.write(flood * (2_000_000 // len(flood)))
            await neighbour.command("message.send", chat=chat, text="Undisturbed")
            assert await client.ended() == 4101


async def test_connection_without_hello_is_closed_with_4203(tmp_path: Path) -> None:
    assert DEADLINES.hello_s == 5
    async with running(tmp_path / "data", deadlines=Deadlines(hello_s=0.1)) as desk:
        client = await desk.connect("customer")
        assert await client.ended() == 4203


async def test_peer_that_reads_nothing_is_disconnected(desk: RunningDesk) -> None:
    """Its place is freed."""
    customer = await desk.customer()
    deaf = await desk.connect("customer", deaf=True, max_queue=1)
    await deaf.raw({"type": "hello", "id": "h", "token": customer.token})
    visitor = customer.greeting["visitor"]
    await eventually(lambda: len(desk.desk.hub.peers_of(visitor)) == 2, "it is greeted")
    await customer.close()
    await eventually(lambda: len(desk.desk.hub.peers_of(visitor)) == 1, "it is the only one")
    peer, _ = connection_of(desk, customer)
    deaf.line.transport.pause_reading()
    payload = b'{"type":"typing"}' * 4_000
    for _ in range(200):
        if not peer.has_room:
            break
        peer.send(payload)
        await asyncio.sleep(0)
    await eventually(lambda: desk.desk.hub.connections == 0, "it is dropped")
    assert peer.closed


async def test_blocked_peer_is_closed_after_ten_full_seconds() -> None:
    """The rest of the second in which it was blocked does not count."""
    line, receiver = await taken_over(Network())
    line.pause_writing()
    for _ in range(10):
        line.look_at_blocked()
    assert receiver.closed is None
    line.look_at_blocked()
    assert receiver.closed == 4201


async def test_peer_that_answers_no_ping_is_disconnected() -> None:
    """At the next ping, less than 25 s after the last sign of life."""
    assert 2 * DEADLINES.heartbeat_s < 25
    line, receiver = await taken_over(Network())
    line.beat()
    assert receiver.closed is None
    line.beat()
    assert receiver.closed == 4203


@contextmanager
def locked(desk: RunningDesk) -> Iterator[None]:
    """Commands cannot be stored meanwhile."""
    with closing(sqlite3.connect(desk.settings.data / "switchboard.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield


def connection_of(desk: RunningDesk, customer: Client) -> tuple[SocketPeer, SwitchboardProtocol]:
    """The server's end of a customer's connection."""
    (peer,) = desk.desk.hub.peers_of(customer.greeting["visitor"])
    assert isinstance(peer, SocketPeer) and isinstance(peer.transport, SwitchboardProtocol)
    return peer, peer.transport


async def test_shutdown_finishes_running_commands_and_starts_none(desk: RunningDesk) -> None:
    """`bye`, then the `ok` of the commands that are being stored, then 4202. Waiting commands, and those after `bye`,
    are neither stored nor answered."""
    customer = await desk.customer()
    chat = (await customer.command("chat.start", team="media", text="Hello"))["chat"]
    peer, line = connection_of(desk, customer)
    with locked(desk):
        under_way = await customer.send("message.send", chat=chat, text="Under way")
        await eventually(lambda: peer.is_busy, "it is being stored")
        behind = await customer.send("chat.end", chat=chat)
        waiting = await customer.send("message.send", chat=chat, text="Behind it")
        # Answered at once: so what was sent before it waits for its turn.
        await customer.command("ping")
        line.shutdown()
        too_late = await customer.send("message.send", chat=chat, text="Too late")
        await customer.event("bye", reason="shutdown")
    assert await customer.ended() == 4202
    assert customer.answers[under_way]["type"] == customer.answers[behind]["type"] == "ok"
    assert not customer.answers.keys() & {waiting, too_late}
    back = await desk.customer(customer.token)
    await back.command("chat.resume", chat=chat, after=0)
    assert [event.get("text") for event in back.durable(chat)] == [None, "Hello", "Under way", None]


async def test_shutdown_does_not_wait_forever_for_a_command(tmp_path: Path) -> None:
    """A command that is not stored in time stays unanswered, and the connection is closed with 4202."""
    async with running(tmp_path / "data", deadlines=Deadlines(settle_s=0.3)) as desk:
        customer = await desk.customer()
        chat = (await customer.command("chat.start", team="media", text="Hello"))["chat"]
        peer, line = connection_of(desk, customer)
        with locked(desk):
            under_way = await customer.send("message.send", chat=chat, text="Under way")
            await eventually(lambda: peer.is_busy, "it is being stored")
            line.shutdown()
            assert await customer.ended() == 4202
        assert under_way not in customer.answers
