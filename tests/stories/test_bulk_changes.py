"""Staff change many tickets in one call."""

from __future__ import annotations

from tests.running import RunningDesk
from tests.stories.test_administration import token_of

TICKET = {"text": "Hello", "requester": {"email": "ana@northlake.example"}}
SOLVED = {"status": "solved", "resolution": "configuration_request"}


async def test_bulk_change_follows_the_rules_of_each_ticket_and_can_be_repeated(desk: RunningDesk) -> None:
    async with (
        desk.http(await token_of(desk, "Priya", "agent")) as priya,
        desk.http(await token_of(desk, "Wei", "agent", ("finance",))) as wei,
        desk.http(await token_of(desk, "Ada", "admin", ())) as ada,
    ):
        hidden = (await wei.post("/api/tickets", json={**TICKET, "team": "finance"})).json()["number"]
        products = ("Lumina", "Spectra OX", "Lumina")
        mine = [
            (await priya.post("/api/tickets", json={**TICKET, "team": "media", "product": product})).json()["number"]
            for product in products
        ]
        assert (await priya.get("/api/tickets/numbers", params={"status": "open"})).json() == {
            "numbers": mine[::-1],
            "more": False,
        }
        body = {"numbers": [*mine, hidden, 4711], "change": {**SOLVED, "add_tags": ["Month End"]}}
        preview = (await priya.post("/api/tickets/bulk", json={**body, "preview": True})).json()
        assert (await priya.get(f"/api/tickets/{mine[0]}")).json()["status"] == "open"
        said = (await priya.post("/api/tickets/bulk", json=body)).json()
        assert said == preview
        assert (said["done"], said["letters"]) == ([mine[0], mine[2]], 2)
        assert said["fields"]["status"] == said["fields"]["tags"] == 2
        assert [(one["number"], one["code"]) for one in said["refused"]] == [
            (mine[1], "invalid"),
            (hidden, "not_found"),
            (4711, "not_found"),
        ]
        assert list(said["refused"][0]["fields"]) == ["resolution"]
        assert said["refused"][1]["message"] == said["refused"][2]["message"]

        again = (await priya.post("/api/tickets/bulk", json=body)).json()
        assert (again["done"], again["unchanged"], again["letters"]) == ([], said["done"], 0)
        ticket = (await priya.get(f"/api/tickets/{mine[0]}")).json()
        assert [line["to"] for line in ticket["history"] if line["field"] == "resolution"] == [SOLVED["resolution"]]
        assert (await wei.get(f"/api/tickets/{hidden}")).json()["status"] == "open"
        handed = {"numbers": [mine[1]], "change": {"status": "solved", "resolution": "enhancement_required"}}
        preview = (await priya.post("/api/tickets/bulk", json={**handed, "preview": True})).json()
        assert (preview["done"], preview["letters"]) == ([mine[1]], 1), "the letter about a hand-over is one too"
        lines = (await ada.get("/api/admin/audit", params={"thing": "tickets"})).json()["lines"]
        assert [line["detail"]["count"] for line in lines] == [5, 5]


async def test_bulk_change_of_nothing_or_with_an_unknown_field_is_refused(desk: RunningDesk) -> None:
    async with desk.http(await token_of(desk, "Priya", "agent")) as priya:
        for change in ({}, {"tags": ["x"]}, {"requester": {"name": "Ana"}}):
            refused = await priya.post("/api/tickets/bulk", json={"numbers": [1], "change": change})
            assert refused.status_code == 422
        empty = await priya.post("/api/tickets/bulk", json={"numbers": [], "change": {"priority": "low"}})
        assert empty.status_code == 422
