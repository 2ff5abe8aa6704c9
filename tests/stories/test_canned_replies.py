"""Staff keep canned replies over HTTP."""

from __future__ import annotations

import httpx2

from tests.running import Frame, RunningDesk
from tests.stories.test_administration import token_of

HELLO = {"shortcut": "hello", "name": "Hello", "texts": {"en": "Hi {{customer.first_name}}", "fr": "Bonjour"}}


async def test_reply_is_added_changed_used_and_removed(desk: RunningDesk) -> None:
    async with desk.http(await token_of(desk, "Priya", "agent")) as priya:
        added = await priya.post("/api/replies", json=HELLO)
        one = added.json()
        assert (added.status_code, added.headers["ETag"], one["scope"], one["may_change"]) == (201, '"1"', "own", True)
        assert one["texts"] == {"en": "Hi {{customer.first_name}}", "fr": "Bonjour", "es": None}
        path = f"/api/replies/{one['id']}"
        assert (await priya.post(f"{path}/uses")).status_code == 204
        changed = await priya.patch(path, json={"name": "Greeting"}, headers={"If-Match": '"1"'})
        assert (changed.json()["name"], changed.json()["uses"], changed.json()["texts"]) == (
            "Greeting",
            1,
            one["texts"],
        )
        assert (await priya.patch(path, json={"name": "Hi"}, headers={"If-Match": '"1"'})).status_code == 412
        listed = (await priya.get("/api/replies")).json()
        assert listed["replies"] == [changed.json()] and "agent.name" in listed["variables"]
        assert (await priya.delete(path)).status_code == 204
        assert (await priya.get("/api/replies")).json()["replies"] == []


async def test_reply_moves_between_scopes_only_with_the_rights_for_both(desk: RunningDesk) -> None:
    async with desk.http(await token_of(desk, "Ines", "supervisor")) as ines:
        added = (await ines.post("/api/replies", json={**HELLO, "scope": "team", "team": "media"})).json()
        path = f"/api/replies/{added['id']}"
        assert (await ines.patch(path, json={"scope": "all"})).status_code == 403
        assert (await ines.patch(path, json={"scope": "own"})).json()["team"] is None
        moved = await ines.patch(path, json={"scope": "team", "team": "media"})
        assert (moved.json()["scope"], moved.json()["team"]) == ("team", "media")


async def test_changes_of_shared_replies_are_audited_without_texts(desk: RunningDesk) -> None:
    async with (
        desk.http(await token_of(desk, "Ines", "supervisor")) as ines,
        desk.http(await token_of(desk, "Ada", "admin", ())) as ada,
    ):
        await ines.post("/api/replies", json=HELLO)
        added = (await ines.post("/api/replies", json={**HELLO, "scope": "team", "team": "media"})).json()
        path = f"/api/replies/{added['id']}"
        await ines.patch(path, json={"texts": {"en": "Good day"}})
        await ines.delete(path)
        lines = (await ada.get("/api/admin/audit", params={"thing": "canned_reply"})).json()["lines"]
        assert [line["verb"] for line in lines] == ["remove", "change", "add"], "one's own are left out"
        assert lines[1]["detail"]["changed"] == ["texts"] and "Good day" not in str(lines)


async def test_unknown_field_and_unknown_variable_are_refused_by_name(desk: RunningDesk) -> None:
    async with desk.http(await token_of(desk, "Priya", "agent")) as priya:
        for body, field in (
            ({**HELLO, "owner": "u1"}, "owner"),
            ({**HELLO, "texts": {"en": "Hi", "de": "Hallo"}}, "texts.de"),
            ({**HELLO, "texts": {"en": "Hi {{order}}"}}, "texts"),
        ):
            refused = await priya.post("/api/replies", json=body)
            assert (refused.status_code, list(refused.json()["fields"])) == (422, [field])


async def test_page_adds_changes_and_removes_a_reply_and_keeps_what_was_typed(desk: RunningDesk) -> None:
    """Hostile texts are shown as texts."""
    hostile = "<b>{{agent.name}}</b>"
    fields = {
        "do": "add",
        "shortcut": "/hello",
        "name": hostile,
        "for": "own",
        "text.en": hostile,
        "text.fr": "Bonjour",
    }
    async with desk.http(await token_of(desk, "Priya", "agent"), Origin=desk.origin) as priya:
        refused = await priya.post("/canned-replies", data={**fields, "text.en": "Hi {{order}}"})
        assert refused.status_code == 422 and "Hi {{order}}</textarea>" in refused.text
        assert "There is no variable {{order}}" in refused.text
        added = await priya.post("/canned-replies", data=fields)
        assert (added.status_code, added.headers["Location"]) == (303, "/canned-replies?done=added")
        (one,) = (await priya.get("/api/replies")).json()["replies"]
        listed = (await priya.get("/canned-replies?done=added")).text
        assert "<b>{{" not in listed and "&lt;b&gt;{{agent.name}}&lt;/b&gt;" in listed and "/hello" in listed
        assert "Everybody" not in listed, "agents keep their own only"
        editing = (await priya.get("/canned-replies", params={"edit": one["id"]})).text
        assert 'value="hello"' in editing and "Bonjour</textarea>" in editing
        changed = {**fields, "do": "change", "id": one["id"], "shortcut": "hi"}
        assert (await priya.post("/canned-replies", data={**changed, "version": "1"})).status_code == 303
        assert (await priya.post("/canned-replies", data={**changed, "version": "1"})).status_code == 409
        assert (await priya.post("/canned-replies", data={"do": "remove", "id": one["id"]})).status_code == 303
        assert (await priya.get("/api/replies")).json()["replies"] == []
        assert (await priya.get("/canned-replies", params={"edit": one["id"]})).status_code == 404


async def uploaded(by: httpx2.AsyncClient, name: str) -> str:
    answer = await by.post("/api/files", files={"file": (name, b"Order,Gross\r\n", "text/csv")})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def test_files_of_a_reply_are_for_those_who_may_use_it_and_go_with_it(desk: RunningDesk) -> None:
    async with (
        desk.http(await token_of(desk, "Ines", "supervisor"), Origin=desk.origin) as ines,
        desk.http(await token_of(desk, "Priya", "agent")) as priya,
        desk.http(await token_of(desk, "Wei", "agent", ("finance",))) as wei,
        desk.http(await token_of(desk, "Uma", "auditor", ())) as uma,
    ):
        first, second = await uploaded(ines, "orders.csv"), await uploaded(ines, "lines.csv")
        body = {**HELLO, "scope": "team", "team": "media", "files": [first]}
        stolen = await priya.post("/api/replies", json={**HELLO, "files": [second]})
        assert (stolen.status_code, list(stolen.json()["fields"])) == (422, ["files"])
        assert (await ines.post("/api/replies", json={**body, "files": ["x"] * 6})).status_code == 413
        path = f"/api/replies/{(await ines.post('/api/replies', json=body)).json()['id']}"

        async def listed() -> list[Frame]:
            (reply,) = (await priya.get("/api/replies")).json()["replies"]
            files: list[Frame] = reply["files"]
            return files

        (file,) = await listed()
        assert (file["id"], file["name"], file["type"], file["size"]) == (first, "orders.csv", "text/csv", 13)
        statuses = [(await one.get(file["url"])).status_code for one in (ines, priya, wei, uma)]
        assert statuses == [302, 302, 404, 403]
        changed = (await ines.patch(path, json={"name": "Hi"})).json()
        assert (changed["version"], changed["files"]) == (2, [file]), "what is not named stays"
        both = (await ines.patch(path, json={"files": [first, second]})).json()
        assert (both["version"], [one["id"] for one in both["files"]]) == (3, [first, second])

        page = (await ines.get("/canned-replies", params={"edit": path.rpartition("/")[2]})).text
        assert f'name="file.{first}" value="orders.csv" checked' in page
        form = {"do": "change", "id": both["id"], "version": "3", "shortcut": "hello", "for": "team:media"}
        # A desk with many custom fields has as many more.
        many = {f"custom.{number}": "" for number in range(20)}
        sent = {**form, **many, "name": "Hi", "text.en": "Hello"}
        assert (await ines.post("/canned-replies", data=sent)).status_code == 303
        assert [one["id"] for one in await listed()] == [first, second], "the page of an earlier program has no files"
        sent |= {"version": "4", "files": "1", f"file.{second}": "lines.csv"}
        assert (await ines.post("/canned-replies", data=sent)).status_code == 303
        assert [one["id"] for one in await listed()] == [second]
        assert (await priya.get(file["url"])).status_code == 404
        assert (await ines.delete(path)).status_code == 204
        assert (await priya.get(f"/api/files/{second}")).status_code == 404


async def test_page_refuses_the_scopes_of_others(desk: RunningDesk) -> None:
    fields = {"do": "add", "shortcut": "hello", "name": "Hello", "text.en": "Hello"}
    async with (
        desk.http(await token_of(desk, "Priya", "agent"), Origin=desk.origin) as priya,
        desk.http(await token_of(desk, "Ada", "admin", ()), Origin=desk.origin) as ada,
    ):
        for place in ("all", "team:media", "team:none", "nobody"):
            refused = await priya.post("/canned-replies", data={**fields, "for": place})
            assert refused.status_code in (403, 422), place
        assert (await ada.post("/canned-replies", data={**fields, "for": "team:media"})).status_code == 303
        listed = (await priya.get("/canned-replies")).text
        assert "/hello" in listed and "?edit=" not in listed, "the team's replies are read, not changed"


async def test_macro_is_checked_when_saved_and_again_when_used(desk: RunningDesk) -> None:
    solves = {"status": "solved", "resolution": "configuration_request", "priority": "high", "add_tags": ["Set Up"]}
    async with (
        desk.http(await token_of(desk, "Ines", "supervisor")) as ines,
        desk.http(await token_of(desk, "Priya", "agent")) as priya,
    ):
        macro = {**HELLO, "actions": solves}
        added = (await ines.post("/api/replies", json={**macro, "scope": "team", "team": "media"})).json()
        assert added["actions"] == {**solves, "add_tags": ["set-up"]}
        for wrong, field in (
            ({"status": "solved"}, "resolution"),
            ({"resolution": "void"}, "resolution"),
            ({"status": "solved", "resolution": "duplicate"}, "resolution"),
            ({"status": "solved", "resolution": "auto_solved"}, "resolution"),
            ({"team": "nowhere"}, "team"),
            ({"add_tags": ["a,b"]}, "tags"),
        ):
            refused = await ines.post("/api/replies", json={**macro, "shortcut": "x", "actions": wrong})
            assert (refused.status_code, list(refused.json()["fields"])) == (422, [field]), wrong
        alone = {"shortcut": "mine", "name": "Mine", "actions": {"take": True}}
        assert (await priya.post("/api/replies", json=alone)).json()["texts"]["en"] == ""

        request = {"team": "media", "text": "Hello", "requester": {"email": "ana@northlake.example"}}
        path = (await priya.post("/api/tickets", json={**request, "product": "Spectra OX"})).headers["Location"]
        said = {"text": "Done", **solves}
        refused = await priya.post(f"{path}/replies", json=said)
        assert (refused.status_code, list(refused.json()["fields"])) == (422, ["resolution"])
        assert not [one for one in (await priya.get(path)).json()["transcript"] if one["text"] == "Done"]
        await priya.patch(path, json={"product": "Lumina"})
        ticket = (await priya.post(f"{path}/replies", json=said)).json()
        assert (ticket["status"], ticket["priority"], ticket["tags"]) == ("solved", "high", ["set-up"])
