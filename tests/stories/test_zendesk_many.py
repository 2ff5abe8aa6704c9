"""Many tickets in one call of a program that was written for Zendesk, and the tags of a ticket."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import httpx2
import pytest
from starlette.requests import Request

from identity.actor import SYSTEM, Actor
from server.edge.zendesk.desk import Read, ZendeskDesk
from server.edge.zendesk.tickets import ZendeskTicketsApi
from storage.ports import CommitUnknown, StorageUnavailable, Tx
from tests.running import RunningDesk, SettableClock
from tests.stories.test_administration import token_of
from ticketing.views import TicketView
from ticketing.wanted import Wanted
from zendesk.adapters.store import SqlNumbers
from zendesk.bodies import TicketWanted
from zendesk.numbers import Key

DAY_S = 86_400


@pytest.fixture
async def token(desk: RunningDesk) -> str:
    return await token_of(desk, "Ines", "supervisor", ())


async def open_tickets(http: httpx2.AsyncClient, count: int) -> None:
    for place in range(count):
        body = {"team": "media", "text": f"Text {place}", "requester": {"email": "ana@northlake.example"}}
        assert (await http.post("/api/tickets", json=body)).status_code == 201


@pytest.mark.parametrize("error", [StorageUnavailable("disk full"), CommitUnknown("no answer")])
async def test_update_of_many_says_which_tickets_changed_before_the_database_failed(
    desk: RunningDesk, token: str, monkeypatch: pytest.MonkeyPatch, error: StorageUnavailable
) -> None:
    written, changed = ZendeskTicketsApi.written, list[int]()

    async def failing(self: ZendeskTicketsApi, request: Request, actor: Actor, number: int, asked: TicketWanted) -> int:
        if number == 3:
            raise error
        changed.append(number)
        return await written(self, request, actor, number, asked)

    monkeypatch.setattr(ZendeskTicketsApi, "written", failing)
    async with desk.http(token) as http:
        await open_tickets(http, 4)
        note = {"ticket": {"comment": {"body": "Once", "public": False}}}
        answer = await http.put("/api/v2/tickets/update_many?ids=1,2,3,4", json=note)
    job = answer.json()["job_status"]
    told = [(one["index"], one["id"], one["success"], one.get("error")) for one in job["results"]]
    away = [(place, place + 1, False, "ServiceUnavailable") for place in (2, 3)]
    assert told == [(0, 1, True, None), (1, 2, True, None), *away]
    assert (answer.status_code, changed, job["message"]) == (200, [1, 2], "2 of 4 tickets changed.")
    failed, untried = (one["details"] for one in job["results"][2:])
    assert "Nothing was changed" in untried
    assert ("Nothing was changed" in failed) is not isinstance(error, CommitUnknown)


async def test_ticket_closed_for_good_takes_no_tags_and_its_comment_goes_to_the_named_follow_up(
    desk: RunningDesk, token: str, clock: SettableClock
) -> None:
    tags = "/api/v2/tickets/1/tags"
    async with desk.http(token) as http:
        await open_tickets(http, 1)
        solved = {"status": "solved", "resolution": "support_question"}
        assert (await http.patch("/api/tickets/1", json=solved)).status_code == 200
        clock.forward(29 * DAY_S)
        for method in ("POST", "PUT", "DELETE"):
            refused = await http.request(method, tags, json={"tags": ["late"]})
            assert (refused.status_code, refused.json()["error"]) == (409, "UpdateConflict")
        written = {"ticket": {"comment": {"body": "Again"}}}
        job = (await http.put("/api/v2/tickets/update_many?ids=1", json=written)).json()["job_status"]
        (result,) = job["results"]
        assert (result["id"], result["details"]) == (1, "It was written to #2, the follow-up.")
        assert (await http.get("/api/tickets/2")).json()["follow_up_of"] == 1


async def test_answer_to_added_tags_comes_after_a_rule_has_moved_the_ticket_away(
    desk: RunningDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = ZendeskTicketsApi.written

    async def moved(self: ZendeskTicketsApi, request: Request, actor: Actor, number: int, asked: TicketWanted) -> int:
        found = await written(self, request, actor, number, asked)
        tickets, now = desk.desk.tickets, desk.desk.clock()
        await desk.desk.storage.write(lambda tx: tickets.amend(tx, SYSTEM, number, Wanted(team="tech"), None, now))
        return found

    async with desk.http(await token_of(desk, "Max", "agent", ("media",))) as http:
        await open_tickets(http, 1)
        monkeypatch.setattr(ZendeskTicketsApi, "written", moved)
        added = await http.put("/api/v2/tickets/1/tags", json={"tags": ["export"]})
        assert (added.status_code, added.json()["tags"]) == (200, ["export"])
        assert (await http.get("/api/v2/tickets/1/tags")).status_code == 404


async def test_answer_that_fails_after_a_change_says_that_the_change_was_saved(
    desk: RunningDesk, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(self: SqlNumbers, tx: Tx, keys: Collection[Key]) -> dict[Key, int]:
        raise StorageUnavailable("disk full")

    async with desk.http(token) as http:
        await open_tickets(http, 1)
        monkeypatch.setattr(SqlNumbers, "give", failing)
        note = {"ticket": {"comment": {"body": "Once", "public": False}}}
        written = await http.put("/api/v2/tickets/1", json=note)
        assert (written.status_code, "was saved" in written.json()["detail"]) == (503, True)


async def test_read_that_fails_says_nothing_of_a_change(
    desk: RunningDesk, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(self: ZendeskDesk, tx: Tx, views: Sequence[TicketView]) -> Read:
        raise StorageUnavailable("disk full")

    async with desk.http(token) as http:
        await open_tickets(http, 1)
        monkeypatch.setattr(ZendeskDesk, "described", failing)
        read = await http.get("/api/v2/tickets/1")
        assert (read.status_code, "saved" in read.text) == (503, False)
