"""Limits of the socket, as somebody meets who goes beyond them; and neighbours, who notice nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from chat.frames.fields import FRAME_MAX
from clock import system_clock
from server.edge.allowances import Allowances
from tests.running import Client, RunningDesk, SettableClock, enrol, eventually, running
from tests.signing import DESK, Site
from tests.stories.test_from_chat_to_ticket import begin


async def test_endless_resumes_are_rate_limited_by_bytes(tmp_path: Path, database_url: str | None) -> None:
    """History is sent within a byte budget. Beyond it the answer is `rate_limited`, while everything else works, also
    for others."""
    allowances = Allowances(replay_bytes=20_000, replay_bytes_per_s=0.001)
    async with running(
        tmp_path / "data", SettableClock(), database_url, rate_limits="commands=1000/10s", allowances=allowances
    ) as desk:
        customer, agent, chat = await begin(desk)
        await customer.command("message.send", chat=chat, text="x" * 4_000)
        answers = [await customer.ask("chat.resume", chat=chat, after=0) for _ in range(20)]
        outcomes = [answer.get("code", "ok") for answer in answers]
        allowed = outcomes.count("ok")
        assert 3 <= allowed <= 5
        assert outcomes == ["ok"] * allowed + ["rate_limited"] * (20 - allowed)
        assert answers[-1]["retry_after_s"] > 0
        other = await desk.customer(customer.token)
        assert (await other.ask("chat.resume", chat=chat, after=0))["code"] == "rate_limited"
        newest = answers[0]["seq"]
        assert (await other.ask("chat.resume", chat=chat, after=newest))["code"] == "rate_limited"
        await customer.command("message.send", chat=chat, text="Still here")
        await agent.event("message", text="Still here")
        assert (await agent.command("chat.resume", chat=chat, after=0))["seq"] == newest + 1


async def test_frame_over_128_kib_closes_the_connection(desk: RunningDesk) -> None:
    """Whole or in pieces, a frame within the limit is answered. One more byte closes with 1009."""
    whole = await desk.customer()
    await whole.raw(_padded(FRAME_MAX))
    assert (await whole.answer("pad"))["type"] in ("ok", "error")
    await whole.raw(_padded(FRAME_MAX + 1))
    assert await whole.ended() == 1009
    pieces = await desk.customer()
    text = _padded(FRAME_MAX + 1)
    await pieces.line.send([text[: FRAME_MAX // 2], text[FRAME_MAX // 2 :]])
    assert await pieces.ended() == 1009


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_connections_over_the_limit_are_refused(tmp_path: Path, database_url: str | None) -> None:
    """Per person and per address, the next connection closes with 4102. Closing one makes space for another."""
    async with running(tmp_path / "data", rate_limits="connections=1") as desk:
        first = await desk.customer()
        again = await desk.connect("customer")
        await again.send("hello", token=first.token)
        assert await again.ended() == 4102
        strangers: list[Client] = [await desk.customer() for _ in range(19)]
        one_more = await desk.connect("customer")
        assert await one_more.ended() == 4102
        await strangers[0].close()
        await eventually(lambda: desk.web.limits.has_room_at("127.0.0.1"), "a place is free")
        await desk.customer()
        _, token = await enrol(desk.desk.storage, "ada@desk.example", "Ada")
        assert (await desk.staff_again(token)).greeting["type"] == "ok"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_account_connections_count_as_one_person(tmp_path: Path, database_url: str | None) -> None:
    """However many browsers use its identity, at `hello` or by `identify`. Staff have the same limit."""
    site = Site("the secret of the media planner that is long enough", "planner")
    secret, limits = f"planner:{site.secret}", "connections=2"
    async with running(tmp_path / "data", base_url=DESK, identity_secret=secret, rate_limits=limits) as desk:
        ana = site.sign("ana", system_clock())
        first, second = await desk.customer(identity=ana), await desk.customer()
        await second.command("identify", identity=ana)
        await second.command("identify", identity=ana)
        at_the_door = await desk.connect("customer")
        await at_the_door.send("hello", identity=ana)
        assert await at_the_door.ended() == 4102
        late = await desk.customer()
        await late.send("identify", identity=ana)
        assert await late.ended() == 4102
        await first.close()
        await eventually(lambda: not desk.desk.hub.is_here(first.greeting["visitor"]), "a place is free")
        await desk.customer(identity=ana)
        _, token = await enrol(desk.desk.storage, "ada@desk.example", "Ada")
        for _ in range(2):
            await desk.staff_again(token)
        third = await desk.connect("staff", {"Authorization": f"Bearer {token}"})
        await third.send("hello")
        assert await third.ended() == 4102


def _padded(size: int) -> str:
    """A ping of exactly so many bytes."""
    start, end = '{"type":"ping","id":"pad"', "}"
    return start + " " * (size - len(start) - len(end)) + end
