"""What one connection, or many of one address, may take of the loop: frames and requests are counted, turn by turn."""

from __future__ import annotations

import asyncio
import gc
import weakref
from functools import partial

import pytest
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send
from websockets.frames import Opcode

from chat.wire import REFUSED_UNITS
from server.edge.deadlines import Deadlines
from server.edge.framing import AFTER_CLOSE_MAX, CONTROL_BURST, PARTS_BURST, PARTS_MAX
from server.edge.http_transport import PIECE, REQUEST_UNITS
from server.edge.inbound import SLICE_FRAMES, TURN_FRAMES
from server.edge.loop_budget import UNITS
from server.edge.transport import SwitchboardProtocol
from tests.server.edge.flooding import HANDSHAKE, Counting, Network, counted_by_turn, masked, requested, taken_over

MANY = 20_000
MOST_A_TURN = UNITS + SLICE_FRAMES
"""The last piece of work of a turn may overdraw it."""


PING, PONG, TEXT = masked(b"", Opcode.PING), masked(b"", Opcode.PONG), masked(b"x")
FIRST_PART, EMPTY_PART = masked(b"", fin=False), masked(b"", Opcode.CONT, fin=False)


# -- WebSockets --------------------------------------------------------------------------


async def test_flood_of_texts_is_handled_over_several_turns() -> None:
    """Thousands in one read: a limited number per turn, all in order. Nothing more is read meanwhile."""
    network = Network()
    _, receiver = await taken_over(network)
    network.deliver(b"".join(masked(b"%d" % number) for number in range(MANY)))
    assert len(receiver.heard) <= TURN_FRAMES and not network.reading
    rises = await counted_by_turn(lambda: len(receiver.heard), lambda: len(receiver.heard) == MANY)
    assert max(rises) <= TURN_FRAMES + MOST_A_TURN
    assert receiver.heard == [b"%d" % number for number in range(MANY)]
    await counted_by_turn(lambda: 0, lambda: network.reading)


async def test_texts_mixed_with_fragments_and_pings_keep_their_order() -> None:
    network = Network()
    _, receiver = await taken_over(network)
    sent, said = b"", list[bytes]()
    for number in range(600):
        word = b"%d" % number
        said.append(word)
        if number % 20 == 7:
            sent += masked(word[:1], fin=False) + masked(word[1:], Opcode.CONT)
        else:
            sent += masked(word) + (PING if number % 50 == 0 else b"")
    for at in range(0, len(sent), 1_000):
        network.deliver(sent[at : at + 1_000])
        if at % 3_000 == 0:
            await asyncio.sleep(0)
    await counted_by_turn(lambda: 0, lambda: len(receiver.heard) == len(said))
    assert receiver.heard == said and receiver.closed is None


async def test_many_connections_of_one_address_share_a_turn() -> None:
    """Together they get no more per turn than one of them would. Another address gets its turn immediately."""
    networks = [Network() for _ in range(20)]
    floods = [(await taken_over(network))[1] for network in networks]
    other_network = Network("192.0.2.2")
    _, other = await taken_over(other_network)
    for network in networks:
        network.deliver(TEXT * 2_000)

    def heard() -> int:
        return sum(len(receiver.heard) for receiver in floods)

    other_network.deliver(masked(b"", fin=False) + masked(b"a person", Opcode.CONT))
    rises = await counted_by_turn(heard, lambda: bool(other.heard))
    assert len(rises) <= 2 and max(rises) <= MOST_A_TURN
    rises = await counted_by_turn(heard, lambda: heard() == 20 * 2_000)
    assert max(rises) <= MOST_A_TURN


async def test_refused_texts_are_limited_per_turn() -> None:
    """A refusal uses up more of a turn, so only a few are handled in each, on however many connections."""
    networks = [Network(f"192.0.2.{number}") for number in range(200)]
    receivers = list[Counting]()
    for network in networks:
        line, receiver = await taken_over(network)
        receivers.append(receiver)
        receiver.each = partial(line.give_way, REFUSED_UNITS)
    for network in networks:
        network.deliver(TEXT * 10)

    def heard() -> int:
        return sum(len(receiver.heard) for receiver in receivers)

    most = UNITS // REFUSED_UNITS + 1
    assert heard() <= most
    rises = await counted_by_turn(heard, lambda: heard() == 200 * 10)
    assert max(rises) <= most


@pytest.mark.parametrize(
    ("flood", "fits"),
    [
        (PING * MANY, CONTROL_BURST),
        (PONG * MANY, CONTROL_BURST),
        (FIRST_PART + EMPTY_PART * MANY, PARTS_MAX),
        ((FIRST_PART + masked(b"", Opcode.CONT)) * MANY, PARTS_BURST),
    ],
    ids=["pings", "pongs", "empty parts of one message", "parts of many messages"],
)
async def test_flood_of_non_text_frames_is_closed_with_4101(flood: bytes, fits: float) -> None:
    """Few frames beyond the budget are parsed. Then nothing more is read, and the connection is aborted."""
    network = Network()
    line, receiver = await taken_over(network, Deadlines(close_grace_s=0.01))
    network.deliver(flood)
    rises = await counted_by_turn(lambda: line.parsed, lambda: receiver.closed is not None)
    assert receiver.closed == 4101
    most = fits + SLICE_FRAMES + AFTER_CLOSE_MAX
    assert max(rises) <= MOST_A_TURN and line.parsed <= most
    assert network.written.count(b"\x8a\x00") <= fits + SLICE_FRAMES
    while not network.aborted:
        network.deliver(flood)
        await asyncio.sleep(0.001)
    assert line.parsed <= most


async def test_flood_before_the_handshake_answer_is_cut_off() -> None:
    """There is no WebSocket yet that could be closed with a code."""
    waiting = asyncio.Event()

    async def slow(scope: Scope, receive: Receive, send: Send) -> None:
        await waiting.wait()

    network = Network()
    requested(network, slow)
    network.deliver(HANDSHAKE.format(path="/").encode())
    await counted_by_turn(lambda: 0, lambda: isinstance(network.get_protocol(), SwitchboardProtocol))
    network.deliver(PONG * 1_000)
    await counted_by_turn(lambda: 0, lambda: network.aborted)
    waiting.set()


async def test_expected_pongs_do_not_count_as_a_flood() -> None:
    """A pong alone in a read is not even parsed. A repeated pong counts."""
    network = Network()
    line, receiver = await taken_over(network)

    def beat() -> bytes:
        network.written = b""
        line.beat()
        assert network.written[:2] == b"\x89\x04"
        return masked(network.written[2:], Opcode.PONG)

    network.deliver(PING)
    for _ in range(500):
        network.deliver(beat())
    assert line.parsed == 1
    for _ in range(500):
        network.deliver(beat() + TEXT)
        await asyncio.sleep(0)
    assert receiver.closed is None
    network.deliver(beat() * 100)
    await counted_by_turn(lambda: 0, lambda: receiver.closed is not None)


async def test_frames_after_a_close_are_skipped_until_the_peer_closes() -> None:
    """A few frames under way are skipped to find it. A flood is not read."""
    network = Network()
    line, receiver = await taken_over(network)
    receiver.close(4204, "other rights")
    network.deliver(TEXT * 100 + PING + masked(b"\x10\x6c", Opcode.CLOSE))
    await counted_by_turn(lambda: 0, network.is_closing)
    assert not network.aborted and receiver.heard == []
    network = Network()
    line, receiver = await taken_over(network)
    receiver.close(4101, "too many commands")
    network.deliver(TEXT * MANY)
    await counted_by_turn(lambda: 0, lambda: line.parsed >= AFTER_CLOSE_MAX)
    assert receiver.heard == []
    network.deliver(TEXT * MANY)
    network.deliver(TEXT * MANY)
    assert network.unread >= 2 * MANY * len(TEXT) and line.parsed == AFTER_CLOSE_MAX
    line.transport.abort()


# -- HTTP --------------------------------------------------------------------------------


class Answering:
    """An application that counts the requests that began."""

    def __init__(self) -> None:
        self.begun = 0
        self.bodies: list[int] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.begun += 1
        size, more = 0, True
        while more:
            message = await receive()
            if message["type"] != "http.request":
                return
            size += len(message["body"])
            more = message["more_body"]
        self.bodies.append(size)
        await PlainTextResponse(str(size))(scope, receive, send)


GET = b"GET / HTTP/1.1\r\nHost: desk\r\n\r\n"
CHUNKED = b"POST / HTTP/1.1\r\nHost: desk\r\nTransfer-Encoding: chunked\r\n\r\n"


async def test_requests_of_many_connections_start_a_few_per_turn() -> None:
    """All are answered, and a request of another address does not wait for them."""
    app = Answering()
    for _ in range(200):
        network = Network()
        requested(network, app)
        network.deliver(GET * 5)
    other_app, network = Answering(), Network("192.0.2.2")
    requested(network, other_app)
    network.deliver(GET)
    rises = await counted_by_turn(lambda: app.begun, lambda: other_app.begun == 1)
    assert len(rises) <= 3
    rises = await counted_by_turn(lambda: app.begun, lambda: len(app.bodies) == 1_000)
    assert max(rises) <= UNITS // REQUEST_UNITS + 1


async def test_small_chunks_are_parsed_over_several_turns() -> None:
    """Tens of thousands of one byte in one read: a limited part per turn, and nothing more is read meanwhile."""
    app, network = Answering(), Network()
    line = requested(network, app)
    network.deliver(CHUNKED + b"1\r\nx\r\n" * 40_000 + b"0\r\n\r\n")
    assert not network.reading
    rises = await counted_by_turn(lambda: line.body_bytes, lambda: app.bodies == [40_000])
    pieces = UNITS // (PIECE // 1024) + 1
    assert max(rises) <= pieces * PIECE // 6
    await counted_by_turn(lambda: 0, lambda: network.reading)


async def test_pipeline_over_the_limit_is_not_parsed_to_its_end() -> None:
    """Thousands of requests in one read cost no more than the few that may wait."""
    app, network = Answering(), Network()
    line = requested(network, app)
    network.deliver(GET * 5_000)
    await counted_by_turn(lambda: 0, lambda: network.aborted)
    assert line.requests <= 20 and app.begun <= 1


async def test_closed_connections_leave_no_cyclic_garbage() -> None:
    """Otherwise a flood of connections would keep the garbage collector busy and block the loop."""
    app, network = Answering(), Network()
    line = requested(network, app)
    network.deliver(GET * 10)
    socket_network = Network()
    socket, receiver = await taken_over(socket_network)
    socket_network.deliver(TEXT * 10 + PING)
    ends: list[weakref.ref[object]] = [weakref.ref(line), weakref.ref(socket), weakref.ref(socket.conn)]
    network.abort()
    socket_network.abort()
    del line, socket, receiver
    gc.disable()
    try:
        await counted_by_turn(lambda: 0, lambda: not any(end() for end in ends), turns=100)
    finally:
        gc.enable()
