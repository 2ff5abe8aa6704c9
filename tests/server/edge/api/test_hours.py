"""`GET /api/hours`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from clock import rfc3339
from tests.running import SettableClock
from tests.server.edge.api.conftest import Api


async def test_anyone_can_read_the_hours(api: Api, clock: SettableClock) -> None:
    answer = await (await api.client()).get("/api/hours")
    told = answer.json()
    assert answer.status_code == 200 and list(told) == ["now", "timezone", "teams"]
    assert (told["now"], told["timezone"]) == (rfc3339(clock()), "America/New_York")
    assert [team["team"] for team in told["teams"]] == ["media", "prod", "tech", "finance", "canadian-spot"]
    assert (await (await api.client()).get("/api/hours?team=media")).status_code == 422


async def test_widget_origins_may_read_the_hours(start: Callable[..., Any]) -> None:
    """CORS allows pages of WIDGET_ORIGINS and no others."""
    api = await start(widget_origins="https://planner.example")
    for origin, allowed in (("https://planner.example", "https://planner.example"), ("https://evil.example", None)):
        answer = await (await api.client(Origin=origin)).get("/api/hours")
        assert answer.headers.get("access-control-allow-origin") == allowed and "Origin" in answer.headers["vary"]
