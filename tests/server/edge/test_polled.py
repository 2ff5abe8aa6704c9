"""PolledConnections over HTTP: what is kept until it has come, who is dropped, and how they end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import httpx2
import pytest

from chat.wire import REFUSED_UNITS
from identity.tokens import fingerprint
from refusals import Refused
from server.edge.deadlines import DEADLINES, Deadlines
from server.edge.inbound import BYTES_A_UNIT, SLICE_FRAMES
from server.edge.loop_budget import UNITS
from server.edge.polled import LINE, PolledConnection, PolledConnections
from server.edge.transport import UNSENT_MAX
from tests.running import RunningDesk, eventually, running
from tests.server.edge.flooding import Counting, counted_by_turn


class Heard(Counting):
    """The other end of a polled connection: keeps what comes, and closes it as the pump does."""

    def __init__(self, line: PolledConnection) -> None:
        super().__init__(line)
        self.polled = line
        self.room = 0
        line.receiver = self

    def writable(self) -> None:
        self.room += 1

    def shutting_down(self, retry_after_s: float) -> None:
        self.polled.send_text(b'{"type":"bye"}')


async def test_unconfirmed_frames_are_returned_again() -> None:
    """Until `after` confirms them. Then they are deleted and cannot be requested."""
    line = PolledConnection(None, DEADLINES)
    for frame in (b"1", b"2", b"3"):
        line.send_text(frame)
    assert await line.told(0) == ([b"1", b"2", b"3"], 3)
    assert await line.told(0) == ([b"1", b"2", b"3"], 3)
    assert await line.told(2) == ([b"3"], 3)
    for after in (0, 1, 4):
        with pytest.raises(Refused) as refused:
            await line.told(after)
        assert refused.value.code == "invalid"


async def test_frames_of_many_requests_are_handled_a_few_per_turn() -> None:
    heard = [Heard(PolledConnection(None, DEADLINES)) for _ in range(20)]
    frames = [b"%d" % number for number in range(100)]
    taking = [asyncio.ensure_future(one.polled.take(frames)) for one in heard]

    def taken() -> int:
        return sum(len(one.heard) for one in heard)

    rises = await counted_by_turn(taken, lambda: all(task.done() for task in taking))
    # Each request's first few come in the turn in which it begins: requests have turns of their own.
    assert max(rises[1:]) <= UNITS + SLICE_FRAMES
    assert all(one.heard == frames for one in heard)


@pytest.mark.parametrize(("size", "refused", "most"), [(20_000, 0, 4), (30, REFUSED_UNITS, 4), (30, 40, 1)])
async def test_large_and_refused_frames_are_handled_fewer_per_turn(size: int, refused: int, most: int) -> None:
    """A request gets a limited share of a turn, by bytes and by the cost of refusals. All are handled in order."""
    heard = [Heard(PolledConnection(None, DEADLINES)) for _ in range(20)]
    for one in heard:
        one.each = partial(one.polled.give_way, refused)
    frames = [b"%d" % number + b" " * size for number in range(100)]
    tasks = [asyncio.ensure_future(one.polled.take(frames)) for one in heard]
    each = 1 + (size + 3) // BYTES_A_UNIT + refused

    def taken() -> int:
        return sum(len(one.heard) for one in heard)

    rises = await counted_by_turn(taken, lambda: all(task.done() for task in tasks))
    pieces = UNITS // max(each, SLICE_FRAMES) + 2
    # Each request's first few come in the turn in which it begins: requests have turns of their own.
    assert rises[0] <= (len(heard) + pieces) * most and max(rises[1:]) <= pieces * most
    assert all(one.heard == frames for one in heard)


async def test_closed_connection_ignores_the_rest_of_a_request() -> None:
    heard = Heard(PolledConnection(None, DEADLINES))
    heard.each = partial(heard.close, 4101)
    await heard.polled.take([b"1", b"2", b"3"])
    assert heard.heard == [b"1"] and heard.polled.ended == (4101, "")


async def test_unconfirmed_frame_can_be_replaced() -> None:
    """It keeps its place, whether or not it was already returned. If it becomes short enough, there is room again."""
    line = PolledConnection(None, DEADLINES)
    heard = Heard(line)
    line.send_text(b"1")
    line.send_text(b"2" + b"x" * UNSENT_MAX)
    assert len((await line.told(0))[0]) == 2 and line.blocked
    line.replace(b"2x", lambda: b"2")
    assert not line.blocked and heard.room == 1
    assert await line.told(0) == ([b"1", b"2"], 2)
    assert await line.told(2 - 1) == ([b"2"], 2)


async def test_poll_waits_for_the_next_frames() -> None:
    """All frames of one turn of the loop are returned together. A second poll ends the first, closing ends it too, and
    after a while it returns nothing."""
    line = PolledConnection(None, DEADLINES)
    first = asyncio.create_task(line.told(0))
    await asyncio.sleep(0)
    second = asyncio.create_task(line.told(0))
    assert await first == ([], 0)
    line.send_text(b"1")
    line.send_text(b"2")
    assert await second == ([b"1", b"2"], 2)
    third = asyncio.create_task(line.told(2))
    await asyncio.sleep(0)
    line.close(4202, "shutting down")
    assert await third == ([], 2)
    assert line.ended == (4202, "shutting down")
    assert await PolledConnection(None, Deadlines(hold_s=0.01)).told(0) == ([], 0)


async def test_unread_frames_pause_commands_then_close_with_4201() -> None:
    line = PolledConnection(None, DEADLINES)
    heard = Heard(line)
    line.send_text(b"x" * UNSENT_MAX)
    assert line.blocked
    posting = asyncio.create_task(line.take([b"a", b"b"]))
    await asyncio.sleep(0)
    with pytest.raises(Refused) as refused:
        await line.take([b"c"])
    assert refused.value.code == "conflict" and heard.heard == []
    line.send_text(b"y")
    assert await line.told(1) == ([b"y"], 2)
    await posting
    assert heard.heard == [b"a", b"b"] and heard.room == 1
    line.send_text(b"x" * UNSENT_MAX)
    now = asyncio.get_running_loop().time()
    assert line.is_needed(now + DEADLINES.blocked_s - 1) and heard.closed is None
    assert line.is_needed(now + DEADLINES.blocked_s) and heard.closed == 4201


async def test_connection_without_polls_is_closed_with_4203() -> None:
    """Its end can be polled for a while, then it is forgotten."""
    line = PolledConnection(None, DEADLINES)
    heard = Heard(line)
    now = asyncio.get_running_loop().time()
    assert line.is_needed(now + DEADLINES.silence_s - 1) and heard.closed is None
    assert line.is_needed(now + DEADLINES.silence_s + 1) and heard.closed == 4203
    assert await line.told(0) == ([], 0)
    assert line.ended == (4203, "no question in time")
    assert not line.is_needed(now + 3 * DEADLINES.silence_s)


async def test_shutdown_returns_bye_and_pending_answers_in_one_poll() -> None:
    """The running command is finished first. Then the connection ends with 4202."""
    line = PolledConnection(None, DEADLINES)
    heard = Heard(line)
    heard.is_busy = True
    asked = asyncio.create_task(line.told(0))
    await asyncio.sleep(0)
    line.shutdown()
    line.send_text(b'{"type":"ok"}')
    await asyncio.sleep(0)
    heard.is_busy = False
    assert await asked == ([b'{"type":"bye"}', b'{"type":"ok"}'], 2)
    assert line.ended == (4202, "shutting down")


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[RunningDesk]:
    """A running desk whose clients have no sockets."""
    async with running(tmp_path / "data") as it:
        it.way = "http"
        yield it


async def test_polled_connection_is_found_by_id_and_credential() -> None:
    """A customer's by its id alone, a staff connection only with the session or token that opened it."""
    lines = PolledConnections(DEADLINES)
    try:
        anybodys, hers = lines.open(None), lines.open(fingerprint("her token"))
        assert lines.find(anybodys.id, None) is lines.find(anybodys.id, "a token") is anybodys
        assert lines.find(hers.id, "her token") is hers
        for id_, shown in ((hers.id, None), (hers.id, "his token"), (hers.id[:-1], "her token"), ("é", None)):
            assert lines.find(id_, shown) is None
    finally:
        lines.stop()


async def test_shutdown_closes_polled_connections_with_4202(desk: RunningDesk) -> None:
    """A waiting poll returns `bye`, and the server does not wait for the client."""
    customer = await desk.customer()
    await eventually(lambda: desk.web.polled.waiting, "it polls")
    desk.shut_down()
    assert await customer.ended() == 4202
    assert customer.heard[-1]["type"] == "bye"


async def test_poll_ends_when_its_client_disconnects(tmp_path: Path) -> None:
    async with running(tmp_path / "data", deadlines=Deadlines(hold_s=3_600, silence_s=3_600)) as desk:
        polled = desk.web.polled
        http = httpx2.AsyncClient(base_url=desk.url, trust_env=False, verify=False, timeout=None)
        polling = asyncio.create_task(http.get("/api/wire", headers={LINE: polled.open(None).id}))
        await eventually(lambda: polled.waiting == 1, "it polls")
        polling.cancel()
        await http.aclose()
        await eventually(lambda: polled.waiting == 0, "the poll is over")


async def test_dropped_connection_is_removed_everywhere(tmp_path: Path) -> None:
    async with running(tmp_path / "data", deadlines=Deadlines(silence_s=3)) as desk:
        desk.way = "http"
        customer = await desk.customer()
        visitor = customer.greeting["visitor"]
        assert desk.desk.hub.is_here(visitor)
        assert await customer.ended() == 4203
        assert not desk.desk.hub.is_here(visitor)
        await eventually(lambda: desk.web.polled.count == 0, "it is forgotten")
        polled = await desk.http().get("/api/wire", headers={"Switchboard-Line": "gone"})
        assert polled.status_code == 404
