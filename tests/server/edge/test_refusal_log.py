"""What is refused, in the log."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, MutableMapping
from pathlib import Path

import pytest
from structlog.testing import capture_logs
from websockets.exceptions import InvalidStatus

from server.edge.refusal_log import RefusalLog
from tests.running import RunningDesk, SettableClock, enrol, running
from tests.signing import DESK, Site


@pytest.fixture
def lines() -> Iterator[list[MutableMapping[str, object]]]:
    with capture_logs() as it:
        yield it


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[RunningDesk]:
    async with running(tmp_path / "data", rate_limits="chats=10/h,commands=2/10s,connections=20") as it:
        yield it


def of(lines: list[MutableMapping[str, object]]) -> list[tuple[object, object, object]]:
    return [(line["kind"], line["network"], line.get("left_out")) for line in lines if line["event"] == "refused"]


async def test_flood_of_one_kind_is_logged_in_two_lines(lines: list[MutableMapping[str, object]]) -> None:
    clock = SettableClock(1_764_000_000_000)
    refusals = RefusalLog(clock)
    for _ in range(1_000):
        refusals.note("origin", "203.0.113.77")
    refusals.note("rate", "2001:db8:1:2:3:4:5:6")
    await refusals.keep()
    clock.forward(60)
    await refusals.keep()
    assert of(lines) == [
        ("origin", "203.0.113.0/24", None),
        ("rate", "2001:db8:1:2::/64", None),
        ("origin", "203.0.113.0/24", 999),
    ]


async def test_refusals_are_logged_by_kind_and_network(
    desk: RunningDesk, lines: list[MutableMapping[str, object]]
) -> None:
    """Foreign origins, missing scopes and roles, and floods, over HTTP and on sockets."""
    here = "127.0.0.0/24"
    _, token = await enrol(desk.desk.storage, "maya@desk.example", "Maya")
    reader = await desk.desk.storage.write(
        lambda tx: desk.desk.people.identity.create_token(tx, "maya@desk.example", desk.clock(), scopes=["read"])
    )
    foreign = {"Origin": "https://evil.example"}
    said = {"email": "maya@desk.example", "password": "wrong wrong wrong"}
    assert (await desk.http(**foreign).post("/api/session", json=said)).status_code == 403
    assert of(lines) == [("origin", here, None)]
    with pytest.raises(InvalidStatus):
        await desk.connect("customer", origin="https://evil.example")
    assert of(lines) == [("origin", here, None)]
    assert (await desk.http(reader).post("/api/tickets", json={})).status_code == 403
    assert (await desk.http(token).get("/api/tickets/export")).status_code == 403
    assert of(lines)[1:] == [("scope", here, None), ("role", here, None)]
    customer = await desk.customer()
    while "rate" not in {kind for kind, _, _ in of(lines)}:
        await customer.ask("chat.end", chat="0190a5b0-0000-7000-8000-000000000001")
    assert of(lines)[3:] == [("rate", here, None)]


async def test_refused_identity_is_logged_with_its_fault_and_without_the_jwt(
    tmp_path: Path, lines: list[MutableMapping[str, object]]
) -> None:
    """Once a minute for each kind of fault, however often a browser tries again."""
    secret = "0123456789abcdef" * 3
    async with running(tmp_path / "host", base_url=DESK, identity_secret=secret) as desk:
        foreign = Site(secret, audience="https://planner.example").sign("u-17", desk.clock())
        late = Site(secret).sign("u-17", desk.clock() - 3_600_000)
        for jwt in (foreign, foreign, late, "nonsense"):
            with pytest.raises(Exception, match="The signed identity is not valid"):
                await desk.customer(identity=jwt)
    refused = [line for line in lines if line["event"] == "refused"]
    assert [(line["kind"], line["fault"]) for line in refused] == [
        ("identity", "audience"),
        ("identity", "expired"),
        ("identity", "form"),
    ]
    assert DESK in str(refused[0]["why"]) and "https://planner.example" in str(refused[0]["why"])
    assert not any(part in str(lines) for jwt in (foreign, late) for part in jwt.split("."))
