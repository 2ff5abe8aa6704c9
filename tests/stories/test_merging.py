"""Staff merge tickets over HTTP."""

from __future__ import annotations

from tests.running import RunningDesk, SettableClock
from tests.stories.test_administration import token_of
from ticketing.adapters.policy_store import SqlPolicies
from ticketing.targets import Policy

ANA, BEN = "ana@northlake.example", "ben@northlake.example"
POLICY = Policy(id="all", name="All", first_reply=60)


async def test_merged_ticket_leads_to_its_target_and_can_be_undone(desk: RunningDesk) -> None:
    async with (
        desk.http(await token_of(desk, "Priya", "agent")) as priya,
        desk.http(await token_of(desk, "Ada", "admin", ())) as ada,
    ):

        async def opened(email: str, **more: object) -> int:
            body = {"team": "media", "text": "Hello", "requester": {"email": email}, **more}
            return int((await priya.post("/api/tickets", json=body)).json()["number"])

        target, source = await opened(ANA), await opened(ANA, participants=[BEN])
        stranger = await opened("carl@elsewhere.example")
        path = f"/api/tickets/{source}/merge"

        async def refused(of: int, into: int) -> str:
            answer = await priya.post(f"/api/tickets/{of}/merge", json={"into": into})
            assert answer.status_code == 422
            return str(answer.json()["fields"]["into"])

        assert "itself" in await refused(source, source)
        assert "doesn't exist" in await refused(source, 4711)
        assert (await priya.get(path)).json() == {"merge": None}

        merge = (await priya.post(path, json={"into": target})).json()["merge"]
        assert (merge["into"], merge["moved"]) == (target, 1) and merge["undo_until"]
        merged = (await priya.get(f"/api/tickets/{source}")).json()
        assert [merged[name] for name in ("status", "resolution", "duplicate_of")] == ["solved", "duplicate", target]
        kept = (await priya.get(f"/api/tickets/{target}")).json()
        assert [one["email"] for one in kept["participants"]] == [BEN] and kept["duplicates"] == [source]
        assert f"#{source} was merged" in kept["transcript"][-1]["text"]
        assert (await priya.post(path, json={"into": stranger})).status_code == 409
        assert "duplicate" in await refused(stranger, source)
        assert "duplicate" in await refused(target, source)

        assert (await priya.delete(path)).status_code == 204
        again = (await priya.get(f"/api/tickets/{source}")).json()
        assert (again["status"], again["duplicate_of"]) == ("open", None)
        assert (await priya.get(f"/api/tickets/{target}")).json()["participants"] == []
        assert (await priya.delete(path)).status_code == 409
        lines = (await ada.get("/api/admin/audit", params={"thing": "ticket"})).json()["lines"]
        assert [line["verb"] for line in lines] == ["unmerge", "merge"]

        nobody = (await priya.post(f"/api/tickets/{stranger}/merge", json={"into": target})).json()["merge"]
        assert nobody["moved"] == 0, "people of another requester don't join"

        for name in ("Northlake", "Elsewhere"):
            assert (await ada.post("/api/admin/clients", json={"name": name})).status_code == 201
        theirs, others = await opened(ANA, client="Northlake"), await opened(ANA, client="Elsewhere")
        assert "of another client" in await refused(theirs, others)
        assert (await priya.get(f"/api/tickets/{theirs}")).json()["status"] == "open"


async def test_undone_merge_gives_back_what_stood_and_leaves_what_another_merge_needs(
    desk: RunningDesk, clock: SettableClock
) -> None:
    """Also values that were empty, for a day only, and after the clock was set back. A target that can no longer be
    reopened is refused before a job closes it."""
    async with desk.http(await token_of(desk, "Priya", "agent")) as priya:

        async def opened(**more: object) -> int:
            body = {"team": "media", "text": "Hello", "requester": {"email": ANA}, **more}
            return int((await priya.post("/api/tickets", json=body)).json()["number"])

        async def there(number: int) -> list[str]:
            kept = (await priya.get(f"/api/tickets/{number}")).json()
            return [one["email"] for one in kept["participants"]]

        target, first, second = await opened(), await opened(participants=[BEN]), await opened(participants=[BEN])
        pending = await opened(status="fixed_pending_rca", workaround="Reload the page")
        await desk.desk.storage.write(lambda tx: SqlPolicies().put_policy(tx, POLICY))
        before = (await priya.get(f"/api/tickets/{pending}")).json()
        asked = (await priya.get(f"/api/tickets/{first}")).json()["waiting_since"]
        clock.forward(300)
        for source in (first, second, pending):
            assert (await priya.post(f"/api/tickets/{source}/merge", json={"into": target})).status_code == 200
        assert (await priya.delete(f"/api/tickets/{pending}/merge")).status_code == 204
        after = (await priya.get(f"/api/tickets/{pending}")).json()
        names = ("status", "resolution", "with", "workaround", "finding", "duplicate_of")
        assert [after[name] for name in names] == [before[name] for name in names]
        assert before["finding"] is None

        assert (await priya.delete(f"/api/tickets/{first}/merge")).status_code == 204
        assert await there(target) == [BEN]
        back = (await priya.get(f"/api/tickets/{first}")).json()
        assert [(one["metric"], one["met_at"]) for one in back["sla"]] == [("first_reply", None)], "nobody has answered"
        assert back["waiting_since"] == asked
        notes = [one["text"] for one in back["transcript"] if one["type"] == "note"]
        assert notes == [f"Merged into ticket #{target}.", f"The merge into ticket #{target} was undone."]
        clock.jump(-60)
        said = await priya.post(f"/api/tickets/{second}/replies", json={"text": "We answer on the other one."})
        assert said.status_code == 200, said.text
        clock.forward(1)
        assert (await priya.delete(f"/api/tickets/{second}/merge")).status_code == 204
        assert await there(target) == []
        back = (await priya.get(f"/api/tickets/{second}")).json()
        assert all(one["met_at"] for one in back["sla"]), "staff answered after the merge"
        answered = next(
            one["at"] for one in back["transcript"] if one["type"] == "reply" and "We answer" in one["text"]
        )
        assert back["waiting_since"] == answered

        late = await opened()
        assert (await priya.post(f"/api/tickets/{late}/merge", json={"into": target})).status_code == 200
        clock.forward(86_401)
        refused = await priya.delete(f"/api/tickets/{late}/merge")
        assert (refused.status_code, "24 hours" in refused.json()["detail"]) == (409, True), refused.text
        assert (await priya.get(f"/api/tickets/{late}/merge")).json()["merge"]["undo_until"] is None

        solved = {"status": "solved", "resolution": "set_up"}
        assert (await priya.patch(f"/api/tickets/{target}", json=solved)).status_code == 200
        # With the day before, less than the 30 days after which her session ends.
        clock.forward(28.9 * 86_400)
        refused = await priya.post(f"/api/tickets/{first}/merge", json={"into": target})
        assert refused.status_code == 422, refused.text
        assert "closed for good" in refused.json()["fields"]["into"]
