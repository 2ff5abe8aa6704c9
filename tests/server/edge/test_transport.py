"""Frames as they are written, and connections that say nothing or take nothing."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing

import pytest
from websockets.frames import Frame, Opcode

from chat.adapters.socket import SocketPeer
from server.edge.framing import text_frame
from server.edge.heartbeat import HEARTBEAT_S
from server.edge.transport import BLOCKED_MAX_S, SwitchboardProtocol
from tests.running import Client, RunningDesk, eventually, running


@pytest.mark.parametrize("length", [0, 1, 125, 126, 127, 65_535, 65_536, 200_000])
def test_text_frame_equals_that_of_the_library(length: int) -> None:
    """Byte for byte, at each boundary of the length encoding."""
    payload = b"x" * length
    assert text_frame(payload) == Frame(Opcode.TEXT, payload).serialize(mask=False)


@pytest.fixture
async def desk(tmp_path_factory: pytest.TempPathFactory):  # type: ignore[no-untyped-def]
    """A running desk."""
    async with running(tmp_path_factory.mktemp("desk") / "data") as it:
        yield it


def connection_of(desk: RunningDesk, customer: Client) -> tuple[SocketPeer, SwitchboardProtocol]:
    """The server's end of a customer's connection."""
    (peer,) = desk.desk.hub.peers_of(customer.greeting["visitor"])
    assert isinstance(peer, SocketPeer)
    assert isinstance(peer._transport, SwitchboardProtocol)
    return peer, peer._transport


PING = b'{"type":"ping","id":"never heard"}'


def masked(payload: bytes, opcode: Opcode = Opcode.TEXT, *, fin: bool = True) -> bytes:
    """A frame as a client sends it."""
    return Frame(opcode, payload, fin).serialize(mask=True)


def ping(customer: Client, id_: str, size: int = 0) -> bytes:
    """A command of theirs that is answered, with white space in it to make it so long."""
    customer.sent[id_] = {"type": "ping", "id": id_}
    return f'{{"type":"ping","id":"{id_}"{" " * size}}}'.encode()


async def test_split_texts_are_answered_once_and_in_order(desk: RunningDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Several in one read, split anywhere, or in fragments with a ping between. The parser sees only the split ones."""
    customer = await desk.customer()
    _, line = connection_of(desk, customer)
    write = customer.line.transport.write
    await eventually(lambda: line._between_frames, "what was said before has been taken")
    parsed: list[bytes] = []
    receive_data = line.conn.receive_data

    def see(data: bytes) -> None:
        if data[0] & 0x0F != Opcode.PONG:
            parsed.append(data)
        receive_data(data)

    monkeypatch.setattr(line.conn, "receive_data", see)
    write(b"".join(masked(ping(customer, f"whole{size}", size)) for size in (0, 90, 91, 92, 93, 94, 95, 96, 97, 300)))
    await customer.answer("whole300")
    assert parsed == []
    for cut in (1, 2, 3, 7, 8, 9, 40):
        frame = masked(ping(customer, f"cut{cut}", 200))
        write(masked(ping(customer, f"before{cut}")) + frame[:cut])
        await customer.answer(f"before{cut}")
        await eventually(lambda: not line._between_frames, "the first piece has come")
        write(frame[cut:])
        await customer.answer(f"cut{cut}")
        assert line._between_frames
    text = ping(customer, "fragments", 70_000)
    write(masked(text[:5], fin=False) + masked(b"?", Opcode.PING) + masked(text[5:], Opcode.CONT))
    await customer.answer("fragments")
    parsed.clear()
    write(masked(ping(customer, "last")))
    await customer.answer("last")
    assert parsed == []
    answered = [frame["id"] for frame in customer.heard if frame["type"] == "ok"]
    assert answered == list(dict.fromkeys(answered))


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
async def test_protocol_violation_is_closed_with_its_code(desk: RunningDesk, sent: bytes, code: int) -> None:
    """Directly after texts that bypass the parser."""
    customer = await desk.customer()
    customer.line.transport.write(masked(ping(customer, "before")))
    await customer.answer("before")
    customer.line.transport.write(sent)
    assert await customer.ended() == code


FLOODS = {
    "pongs": masked(b"", Opcode.PONG),
    "pings": masked(b"", Opcode.PING),
    "empty parts": masked(b"", fin=False) + masked(b"", Opcode.CONT, fin=False) * 2_000,
    "texts of one character": masked(b"x"),
}


@pytest.mark.parametrize("flood", FLOODS.values(), ids=FLOODS)
async def test_flood_of_frames_is_closed_with_4101_and_delays_nobody(
    desk: RunningDesk, monkeypatch: pytest.MonkeyPatch, flood: bytes
) -> None:
    """Before and after `hello`. Another customer's message is answered while megabytes of the flood arrive."""
    monkeypatch.setattr("server.edge.transport.CLOSE_GRACE_S", 0.5)
    neighbour = await desk.customer()
    chat = (await neighbour.command("chat.start", team="media", text="Hello"))["chat"]
    for client in (await desk.connect("customer"), await desk.customer()):
        client.line.transport.write(flood * (2_000_000 // len(flood)))
        await neighbour.command("message.send", chat=chat, text="Undisturbed")
        assert await client.ended() == 4101


async def test_connection_without_hello_is_closed_with_4203(desk: RunningDesk) -> None:
    """After five seconds."""
    client = await desk.connect("customer")
    assert await client.ended() == 4203


async def test_peer_that_reads_nothing_is_disconnected(desk: RunningDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its place is freed."""
    monkeypatch.setattr("server.edge.transport.BLOCKED_MAX_S", 1)
    deaf = await desk.connect("customer", deaf=True, max_queue=1)
    await deaf.raw({"type": "hello", "id": "h"})
    await eventually(lambda: desk.desk.hub.connections == 1, "it is greeted")
    (peer,) = [peer for peers in desk.desk.hub._people.values() for peer in peers]
    deaf.line.transport.pause_reading()
    payload = b'{"type":"typing"}' * 4_000
    for _ in range(200):
        if not peer.has_room:
            break
        peer.send(payload)
        await asyncio.sleep(0)
    await eventually(lambda: desk.desk.hub.connections == 0, "it is dropped")
    assert peer.closed


async def test_blocked_peer_is_closed_after_ten_full_seconds(desk: RunningDesk) -> None:
    """The rest of the second in which it was blocked does not count."""
    peer, line = connection_of(desk, await desk.customer())
    line.pause_writing()
    for _ in range(BLOCKED_MAX_S):
        line.look_at_blocked()
    assert not peer.closed
    line.look_at_blocked()
    assert peer.closed


async def test_peer_that_answers_no_ping_is_disconnected(desk: RunningDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    """At the next ping, less than 25 s after the last sign of life."""
    assert 2 * HEARTBEAT_S < 25
    customer = await desk.customer()
    customer.line.transport.pause_reading()
    peer, line = connection_of(desk, customer)
    line.beat()
    assert not peer.closed
    line.beat()
    assert peer.closed
    assert not desk.desk.hub.is_here(customer.greeting["visitor"])


async def test_shutdown_finishes_running_commands_and_starts_none(desk: RunningDesk) -> None:
    """`bye`, then the `ok` of the commands that are being stored, then 4202. Waiting commands, and those after `bye`,
    are neither stored nor answered."""
    customer = await desk.customer()
    chat = (await customer.command("chat.start", team="media", text="Hello"))["chat"]
    peer, line = connection_of(desk, customer)
    with closing(sqlite3.connect(desk.settings.data / "switchboard.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        under_way = await customer.send("message.send", chat=chat, text="Under way")
        await eventually(lambda: peer.is_busy, "it is being stored")
        behind = await customer.send("chat.end", chat=chat)
        waiting = await customer.send("message.send", chat=chat, text="Behind it")
        await eventually(lambda: len(peer._backlog) == 1, "another waits for its turn")
        line.shutdown()
        too_late = await customer.send("message.send", chat=chat, text="Too late")
        await customer.event("bye", reason="shutdown")
        other.execute("ROLLBACK")
    assert await customer.ended() == 4202
    assert customer.answers[under_way]["type"] == customer.answers[behind]["type"] == "ok"
    assert not customer.answers.keys() & {waiting, too_late}
    back = await desk.customer(customer.token)
    await back.command("chat.resume", chat=chat, after=0)
    assert [event.get("text") for event in back.durable(chat)] == [None, "Hello", "Under way", None]


async def test_shutdown_does_not_wait_forever_for_a_command(desk: RunningDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A command that is not stored in time stays unanswered, and the connection is closed with 4202."""
    monkeypatch.setattr("server.edge.transport.SETTLE_S", 0.3)
    customer = await desk.customer()
    chat = (await customer.command("chat.start", team="media", text="Hello"))["chat"]
    peer, line = connection_of(desk, customer)
    with closing(sqlite3.connect(desk.settings.data / "switchboard.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        under_way = await customer.send("message.send", chat=chat, text="Under way")
        await eventually(lambda: peer.is_busy, "it is being stored")
        line.shutdown()
        assert await customer.ended() == 4202
        other.execute("ROLLBACK")
    assert under_way not in customer.answers
