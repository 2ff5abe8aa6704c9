"""Staff save views of the list of tickets over HTTP."""

from __future__ import annotations

import pytest

from tests.running import RunningDesk, SettableClock
from tests.stories.test_administration import token_of
from ticketing import saved_views
from ticketing.adapters import labels

URGENT = {"name": " Urgent ", "query": "view=all&priority=urgent", "filters": "status=open&priority=urgent&assignee=me"}
TICKET = {"team": "media", "text": "Hello", "requester": {"email": "ana@northlake.example"}, "priority": "urgent"}


async def test_own_view_is_counted_for_its_reader_and_hidden_from_others(desk: RunningDesk) -> None:
    async with (
        desk.http(await token_of(desk, "Priya", "agent")) as priya,
        desk.http(await token_of(desk, "Ines", "supervisor")) as ines,
    ):
        me = (await priya.get("/api/me")).json()["id"]
        assert (await priya.post("/api/tickets", json={**TICKET, "assignee": me})).status_code == 201
        added = await priya.post("/api/views", json=URGENT)
        view = added.json()
        assert (added.status_code, view["name"], view["scope"], view["may_change"]) == (201, "Urgent", "own", True)
        assert (await priya.post("/api/views", json={**URGENT, "filters": "q=hello"})).status_code == 201
        counts = (await priya.get("/api/views/counts")).json()["counts"]
        assert (counts.pop(view["id"]), list(counts.values())) == (1, [None])
        path = f"/api/views/{view['id']}"
        assert (await priya.patch(path, json={"name": "Now"})).json() == {**view, "name": "Now"}
        assert (await ines.get("/api/views")).json() == {"views": []}
        assert [
            (await ines.request(verb, path, json=body)).status_code for verb, body in (("PATCH", {}), ("DELETE", None))
        ] == [404, 404]
        assert (await priya.delete(path)).status_code == 204
        assert [one["filters"] for one in (await priya.get("/api/views")).json()["views"]] == ["q=hello"]


_COUNTED = ("resolution=set_up", "tag=spots", "tag=many", "client=nobody", "status=open", "product=Lumina")


async def test_view_with_solved_tickets_is_counted_and_says_if_there_may_be_more(
    desk: RunningDesk, clock: SettableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A view that no index finds is counted among the tickets that changed last: here two, and the one before them."""
    monkeypatch.setattr(saved_views, "LOOKED_AT_MAX", 2)
    monkeypatch.setattr(saved_views, "COUNTED_MAX", 2)
    monkeypatch.setattr(labels, "FEW", 1)
    async with desk.http(await token_of(desk, "Priya", "agent")) as priya:
        solved = {"status": "solved", "resolution": "set_up"}
        for change in ({**solved, "tags": ["many"]}, {"product": "Lumina", "tags": ["many"]}, {"tags": ["spots"]}, {}):
            assert (await priya.post("/api/tickets", json={**TICKET, **change})).status_code == 201
            clock.forward(1)
        ids = {
            filters: (await priya.post("/api/views", json={**URGENT, "filters": filters})).json()["id"]
            for filters in _COUNTED
        }
        found = (await priya.get("/api/views/counts")).json()
        names = {id_: filters for filters, id_ in ids.items()}
        assert {names[id_]: count for id_, count in found["counts"].items()} == {
            "resolution=set_up": 0,
            "tag=spots": 1,
            "tag=many": 1,
            "client=nobody": 0,
            "status=open": 2,
            "product=Lumina": 1,
        }
        # One ticket has the tag `spots`, so it is found at once.
        assert {names[id_] for id_ in found["more"]} == {*_COUNTED} - {"tag=spots"}


async def test_supervisor_shares_views_with_their_teams_and_the_audit_log_has_no_names(desk: RunningDesk) -> None:
    async with (
        desk.http(await token_of(desk, "Priya", "agent")) as priya,
        desk.http(await token_of(desk, "Wei", "agent", ("finance",))) as wei,
        desk.http(await token_of(desk, "Ines", "supervisor")) as ines,
        desk.http(await token_of(desk, "Ada", "admin", ())) as ada,
    ):
        shared = {**URGENT, "team": "media"}
        assert (await priya.post("/api/views", json=shared)).status_code == 403
        assert (await ines.post("/api/views", json={**URGENT, "team": "finance"})).status_code == 422
        view = (await ines.post("/api/views", json=shared)).json()
        assert (await priya.get("/api/views")).json()["views"] == [{**view, "may_change": False}]
        assert (await wei.get("/api/views")).json() == {"views": []}
        path = f"/api/views/{view['id']}"
        assert [(await one.delete(path)).status_code for one in (wei, priya, ines)] == [404, 403, 204]
        lines = (await ada.get("/api/admin/audit", params={"thing": "ticket_view"})).json()["lines"]
        assert [line["verb"] for line in lines] == ["remove", "add"] and "Urgent" not in str(lines)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"filters": "status=closed"}, "filters"), ({"filters": "owner=me"}, "filters"), ({"name": " "}, "name")],
)
async def test_view_that_cannot_be_counted_or_named_is_refused(
    desk: RunningDesk, wrong: dict[str, str], field: str
) -> None:
    async with desk.http(await token_of(desk, "Priya", "agent")) as priya:
        refused = await priya.post("/api/views", json={**URGENT, **wrong})
        assert (refused.status_code, list(refused.json()["fields"])) == (422, [field])
