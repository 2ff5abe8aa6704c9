"""Lines that delay, throttle, break in the middle of a frame, or are dead and nobody says so."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from server.edge.deadlines import DEADLINES, Deadlines
from tests.faults.load import at_work
from tests.faults.proxy import Weather, proxy_to
from tests.faults.survivor import Survivor, Way
from tests.running import RunningDesk, SettableClock, eventually, running

pytestmark = [pytest.mark.faults]

CUTS, WRITTEN = 15, 120
PATIENCE_S = 10.0
"""`SILENCE_MS` and `PING_MS` of the browser's client."""
NOTICED_S = 25.0
"""So soon both ends of a line that died have noticed."""


@pytest.mark.parametrize("times", [pytest.param(1, id="short"), pytest.param(20, id="long", marks=pytest.mark.soak)])
@pytest.mark.parametrize("way", ["socket", "http"])
async def test_bad_connections_deliver_each_message_once_in_order(desk: RunningDesk, way: Way, times: int) -> None:
    """Frames arrive late and in small pieces, connections break in the middle of one, and clients resend over new
    connections."""
    async with (
        proxy_to(desk.port) as proxy,
        at_work(desk.desk.storage, proxy.port, repeats=0.3, hasty=True, way=way) as load,
    ):
        proxy.weather = Weather(delay_s=0.002, piece=300, cut=0.05)
        for one in load.everybody:
            await one.stop()
            one.start()
        await eventually(lambda: proxy.cuts >= times * CUTS, "lines break")
        proxy.weather = Weather()
        await load.written(times * WRITTEN)
        assert await load.end(desk.desk.storage) == []
    # A question that was cut off is asked again on the line that there is.
    assert load.connected > 2 * len(load.everybody) + (times * CUTS / 2 if way == "socket" else 0)
    assert load.refused == set()


@pytest.mark.parametrize(
    ("heartbeat_s", "patience_s"),
    [
        pytest.param(3, 1.5, id="short"),
        pytest.param(DEADLINES.heartbeat_s, PATIENCE_S, id="long", marks=pytest.mark.soak),
    ],
)
async def test_silently_dead_connection_is_noticed_by_both_sides(
    tmp_path: Path, heartbeat_s: int, patience_s: float
) -> None:
    """Nothing gets through, and no close is sent. The server drops the customer's connection and tells the agent. The
    customer reconnects and has missed nothing."""
    async with (
        running(tmp_path / "data", SettableClock(), deadlines=Deadlines(heartbeat_s=heartbeat_s)) as desk,
        proxy_to(desk.port) as proxy,
    ):
        agent = await desk.staff("Maya")
        await agent.command("presence.set", status="available")
        customer = Survivor(proxy.port, patience_s=patience_s)
        customer.start()
        try:
            await customer.commit("chat.start", team="media", text="Hello")
            chat = (await agent.event("chat.assigned"))["chat"]
            await eventually(lambda: customer.last.get(chat) == 3, "the customer is told")
            dead, proxy.weather = proxy.weather, Weather(swallow=True)
            dead.swallow = True
            gone = {"type": "chat.presence", "chat": chat, "connected": False}
            await asyncio.gather(
                eventually(lambda: not customer.live, "the customer notices", NOTICED_S),
                eventually(
                    lambda: any(gone.items() <= told.items() for told in agent.events), "the desk does", NOTICED_S
                ),
            )
            await agent.command("message.send", chat=chat, text="Are you there?")
            proxy.weather = Weather()
            await agent.event("chat.presence", chat=chat, connected=True)
            await eventually(lambda: customer.last[chat] == 4, "the customer has it")
        finally:
            await customer.stop()
    assert customer.connected >= 2
    assert [frame["seq"] for frames in customer.history.connections for frame in frames] == [1, 2, 3, 4]
