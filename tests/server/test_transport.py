"""Frames as they are written, and connections that say nothing or take nothing."""

from __future__ import annotations

import asyncio

import pytest
from websockets.frames import Frame, Opcode

from server.transport import text_frame
from tests.running import RunningDesk, eventually, running


@pytest.mark.parametrize("length", [0, 1, 125, 126, 127, 65_535, 65_536, 200_000])
def test_a_text_frame_is_what_the_library_would_write(length: int) -> None:
    """Byte for byte, at every border of the length's encoding."""
    payload = b"x" * length
    assert text_frame(payload) == Frame(Opcode.TEXT, payload).serialize(mask=False)


@pytest.fixture
async def desk(tmp_path_factory: pytest.TempPathFactory):  # type: ignore[no-untyped-def]
    """A running desk."""
    async with running(tmp_path_factory.mktemp("desk") / "data") as it:
        yield it


async def test_who_says_no_hello_is_closed(desk: RunningDesk) -> None:
    """4203 after five seconds."""
    client = await desk.connect("customer")
    assert await client.ended() == 4203


async def test_a_peer_that_takes_nothing_is_closed_with_4201(
    desk: RunningDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its place is freed, and who reads goes on."""
    monkeypatch.setattr("server.transport.BLOCKED_MAX_S", 1)
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
    assert peer.closed  # type: ignore[attr-defined]


async def test_a_dead_line_is_noticed(desk: RunningDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who answers no ping is dropped at the next."""
    customer = await desk.customer()
    customer.line.transport.pause_reading()
    (peer,) = desk.desk.hub.peers_of(customer.greeting["visitor"])
    transport = peer._transport  # type: ignore[attr-defined]
    transport.beat()
    assert not peer.closed  # type: ignore[attr-defined]
    transport.beat()
    assert peer.closed  # type: ignore[attr-defined]
    assert not desk.desk.hub.is_here(customer.greeting["visitor"])
