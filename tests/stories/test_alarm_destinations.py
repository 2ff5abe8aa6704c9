"""Admins choose where alarms are sent, over HTTP and on the page."""

from __future__ import annotations

from collections.abc import AsyncIterator
from html import unescape
from pathlib import Path

import httpx2
import pytest_asyncio

from tests.running import RunningDesk, SettableClock, running
from tests.server.live.webhooks.test_delivery import Program, answer, program

SECRET = "kanarie7f3a"
MAIL = {"name": "Lead", "service": "mail", "address": "floor@support.example", "kinds": ["queue"]}


@pytest_asyncio.fixture
async def desk(database_url: str | None, tmp_path: Path) -> AsyncIterator[RunningDesk]:
    async with running(tmp_path / "data", SettableClock(), database_url, egress_allow="127.0.0.1") as it:
        yield it


@pytest_asyncio.fixture
async def receiver() -> AsyncIterator[Program]:
    async with program() as it:
        it.url += f"/{SECRET}"
        yield it


async def test_destination_is_added_tested_and_removed_and_its_address_never_comes_back(
    admin: httpx2.AsyncClient, receiver: Program
) -> None:
    said = {"name": "#floor", "service": "slack", "address": receiver.url, "team": "media", "kinds": ["queue"]}
    added = await admin.post("/api/admin/alarms", json=said)
    assert added.status_code == 201
    found = added.json()
    assert (found["ending"], found["team"], found["kinds"], found["failing"]) == (
        SECRET[-4:],
        "media",
        ["queue"],
        False,
    )
    assert (await admin.post(f"/api/admin/alarms/{found['id']}/test")).json() == {"error": None}
    assert len(receiver.heard) == 1
    assert (await admin.delete(f"/api/admin/alarms/{found['id']}")).status_code == 204
    assert (await admin.get("/api/admin/alarms")).json() == []
    assert (await admin.delete(f"/api/admin/alarms/{found['id']}")).status_code == 404

    lines = (await admin.get("/api/admin/audit", params={"thing": "alarm_destination"})).json()["lines"]
    assert sorted(line["verb"] for line in lines) == ["add", "remove", "test"]
    removal = next(line for line in lines if line["verb"] == "remove")
    undone = await admin.post(f"/admin/audit/{removal['id']}/undo")
    assert undone.status_code in (200, 303), undone.text
    (restored,) = (await admin.get("/api/admin/alarms")).json()
    assert restored["id"] == found["id"] and restored["sent_at"] is not None
    for path in ("/api/admin/alarms", "/api/admin/audit", "/admin/alarms", "/admin/audit"):
        assert SECRET not in (await admin.get(path)).text, path


async def test_bad_destination_is_refused_at_its_field(admin: httpx2.AsyncClient) -> None:
    for field, value in (
        ("address", "https://evil.example/hooks"),
        ("address", "http://10.0.0.1/"),
        ("team", "nobody"),
        ("name", "\u200b"),
        ("kinds", ["storm"]),
        ("kinds", []),
        ("service", "irc"),
    ):
        service = "slack" if field == "address" else "mail"
        refused = await admin.post("/api/admin/alarms", json={**MAIL, "service": service, field: value})
        assert refused.status_code == 422, (field, refused.text)
        (at_fault,) = refused.json()["fields"]
        assert at_fault.partition("[")[0] == field, refused.text
    assert (await admin.get("/api/admin/alarms")).json() == []


async def test_page_adds_tests_removes_and_undoes(admin: httpx2.AsyncClient, receiver: Program) -> None:
    """The address is shown once, after it was added."""

    async def sent(**fields: str) -> str:
        answered = await admin.post("/admin/alarms", data=fields)
        return unescape(answered.text)

    new = {"do": "add", "name": "#floor", "service": "teams", "address": receiver.url, "kind.queue": "1"}
    shown = await sent(**new)
    assert receiver.url in shown and "All teams: long wait in the queue" in shown
    (one,) = (await admin.get("/api/admin/alarms")).json()
    assert "Sent. Look in Microsoft Teams." in await sent(do="test", id=one["id"])
    assert "already" in await sent(**new)
    again = await sent(**(new | {"name": "<b>", "address": "http://10.0.0.1/"}))
    assert 'value="<b>"' in again and "10.0.0.1" not in again and "incoming webhook" in again
    form = (await admin.get("/admin/alarms", params={"change": one["id"]})).text
    assert "Change" in form and 'value="#floor"' in form and SECRET not in form
    change = {"do": "change", "id": one["id"], "name": "#night", "team": "media", "kind.unstaffed": "1"}
    assert "Choose at least one." in await sent(**{**change, "kind.unstaffed": ""})
    assert "Changed #night." in await sent(**change) and "Media: nobody is available" in await sent()
    lines = (await admin.get("/api/admin/audit", params={"thing": "alarm_destination"})).json()["lines"]
    (changed,) = [line for line in lines if line["verb"] == "change"]
    await admin.post(f"/admin/audit/{changed['id']}/undo")
    patched = await admin.patch(f"/api/admin/alarms/{one['id']}", json={"team": "tech"})
    assert [patched.json()[name] for name in ("name", "team", "kinds")] == ["#floor", "tech", ["queue"]]
    assert "Undo" in await sent(do="remove", id=one["id"])
    assert (await admin.get("/api/admin/alarms")).json() == []
    assert "Alarms are sent to #floor again." in await sent(do="restore", id=one["id"])


async def test_page_says_why_a_test_was_not_delivered(
    admin: httpx2.AsyncClient, receiver: Program, desk: RunningDesk
) -> None:
    receiver.answers.append(answer(410))
    await admin.post("/api/admin/alarms", json={**MAIL, "service": "slack", "address": receiver.url})
    (one,) = (await admin.get("/api/admin/alarms")).json()
    shown = unescape((await admin.post("/admin/alarms", data={"do": "test", "id": one["id"]})).text)
    assert "The test was not delivered. Slack answered 410." in shown and "Failing" in shown


async def test_name_of_a_destination_never_becomes_markup(admin: httpx2.AsyncClient) -> None:
    name = '"><script>alert(1)</script>'
    assert (await admin.post("/api/admin/alarms", json={**MAIL, "name": name})).status_code == 201
    (one,) = (await admin.get("/api/admin/alarms")).json()
    pages = [(await admin.get(path)).text for path in ("/admin/alarms", "/admin/audit")]
    pages.append((await admin.post("/admin/alarms", data={"do": "remove", "id": one["id"]})).text)
    assert one["name"] == name and not any("<script>alert" in page for page in pages)
