"""Identity providers manage staff by SCIM: scim2-tester, unmodified, and the requests of Okta and Entra."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from unittest.mock import patch

import httpx2
import pytest
from scim2_client.engines.httpx2 import SyncSCIMClient
from scim2_tester import Status, check_server
from sqlmodel import col, select

from identity.adapters.store import SqlStore
from mail.adapters.tables import LetterRow
from server.live.administration import provisioning
from server.live.administration.staff_admin import StaffAdmin
from storage.ports import Tx
from tests.contract import Frame
from tests.running import RunningDesk, enrol, eventually
from tests.stories.test_from_chat_to_ticket import begin

ACCEPT = {"Content-Type": "application/scim+json"}
PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"


async def token_of(desk: RunningDesk, name: str = "Ada", role: str = "admin") -> str:
    email = f"{name.lower()}@desk.example"
    await enrol(desk.desk.storage, email, name, role, ())
    return await desk.desk.storage.write(
        lambda tx: desk.desk.people.identity.create_token(tx, email, desk.desk.clock(), scopes=["scim"])
    )


@pytest.fixture
async def idp(desk: RunningDesk) -> AsyncIterator[httpx2.AsyncClient]:
    async with desk.http(await token_of(desk), **ACCEPT) as http:
        yield http


def wanted(called: str = "Maya Okoye", **further: object) -> Frame:
    user = f"{called.partition(' ')[0].lower()}@northlake.example"
    return {"userName": user, "displayName": called, "emails": [{"value": user}], **further}


def body(*operations: Frame) -> Frame:
    return {"schemas": [PATCH], "Operations": list(operations)}


async def added(idp: httpx2.AsyncClient, said: Frame) -> Frame:
    answer = await idp.post("/scim/v2/Users", json=said)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def changed(idp: httpx2.AsyncClient, place: str, *operations: Frame) -> Frame:
    answer = await idp.patch(f"/scim/v2/{place}", json=body(*operations))
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def test_scim2_tester_finds_no_fault(desk: RunningDesk) -> None:
    """Groups are teams, which providers do not make: the checker reads what is said of them, and tries users."""
    token = await token_of(desk)

    def check() -> list[str]:
        headers = {"Authorization": f"Bearer {token}"}
        with httpx2.Client(base_url=f"http://127.0.0.1:{desk.port}/scim/v2", headers=headers, timeout=30) as http:
            results = check_server(SyncSCIMClient(http), resource_types=["User"])
        assert sum(result.status == Status.SUCCESS for result in results) > 30
        bad = (Status.ERROR, Status.CRITICAL)
        return [f"{result.title}: {result.reason}" for result in results if result.status in bad]

    assert await asyncio.to_thread(check) == []


async def test_person_is_added_found_changed_and_removed(desk: RunningDesk, idp: httpx2.AsyncClient) -> None:
    maya = await added(idp, wanted(externalId="e7", name={"givenName": "Maya"}))
    assert (maya["active"], "roles" in maya, maya["groups"]) == (True, False, [])
    for filter in ('userName eq "MAYA@northlake.example"', 'externalId eq "e7"', f'id eq "{maya["id"]}"'):
        found = (await idp.get("/scim/v2/Users", params={"filter": filter})).json()
        assert [one["id"] for one in found["Resources"]] == [maya["id"]], filter
    taken = await idp.post("/scim/v2/Users", json=wanted())
    assert (taken.status_code, taken.json()["scimType"]) == (409, "uniqueness")
    fields = {"displayName": "Maya O", "emails": [{"value": "maya.o@northlake.example", "primary": True}]}
    renamed = await changed(idp, f"Users/{maya['id']}", {"op": "Replace", "value": fields})
    assert (renamed["displayName"], renamed["userName"]) == ("Maya O", "maya@northlake.example")
    assert (await idp.delete(f"/scim/v2/Users/{maya['id']}")).status_code == 204
    assert (await idp.get(f"/scim/v2/Users/{maya['id']}")).status_code == 404
    again = await added(idp, {**wanted(), "emails": fields["emails"]})
    assert (again["id"], again["active"], again["displayName"]) == (maya["id"], True, "Maya Okoye")
    place = f"Users/{maya['id']}"
    await changed(idp, place, {"op": "replace", "path": "active", "value": False})
    # Who sends no `active` enables nobody.
    for said in (wanted(), wanted(active=None)):
        assert (await idp.put(f"/scim/v2/{place}", json=said)).json()["active"] is False
    assert (await idp.put(f"/scim/v2/{place}", json=wanted(externalId="a\0b"))).status_code == 400
    page = (await idp.get("/scim/v2/Users", params={"startIndex": "2", "count": "1"})).json()
    assert (page["totalResults"], page["startIndex"], page["itemsPerPage"]) == (2, 2, 1)


async def test_invitation_follows_the_person_and_each_change_is_audited(
    desk: RunningDesk, idp: httpx2.AsyncClient
) -> None:
    def read(tx: Tx) -> list[tuple[str, str]]:
        query = select(LetterRow).where(col(LetterRow.address).like("%@northlake.example")).order_by(col(LetterRow.id))
        return [(row.kind, row.address) for row in tx.session.exec(query)]

    async def letters() -> list[tuple[str, str]]:
        return await desk.desk.storage.read(read)

    maya = (await added(idp, wanted(active=False)))["id"]
    place = f"Users/{maya}"
    assert await letters() == []
    await changed(idp, place, {"op": "replace", "path": "active", "value": True})
    changed_letter, invited = "access_changed", "staff_invitation"
    assert await letters() == [(changed_letter, "maya@northlake.example"), (invited, "maya@northlake.example")]
    # Whoever reads the former mailbox cannot join.
    corrected = {"op": "replace", "path": "emails", "value": [{"value": "m.okoye@northlake.example"}]}
    await changed(idp, place, corrected)
    to = (await letters())[2:]
    assert to == [(changed_letter, "maya@northlake.example"), (invited, "m.okoye@northlake.example")]
    await changed(idp, place, {"op": "replace", "path": "externalId", "value": "e8"})
    await changed(idp, place, {"op": "replace", "path": "active", "value": False})
    assert (await idp.delete(f"/scim/v2/{place}")).status_code == 204
    lines = await desk.desk.storage.read(lambda tx: SqlStore().audit(tx, since=0, person=maya, limit=50))
    verbs = [line.verb for line in lines]
    assert verbs == ["add", "disable", "enable", "invite", "rename", "invite", "provision", "disable", "remove"]
    owner = next(one for one in (await idp.get("/scim/v2/Users")).json()["Resources"] if one["displayName"] == "Ada")
    own = {"op": "replace", "path": "emails", "value": [{"value": "other@northlake.example"}]}
    assert (await idp.patch(f"/scim/v2/Users/{owner['id']}", json=body(own))).status_code == 403


async def test_teams_get_and_lose_people(idp: httpx2.AsyncClient) -> None:
    maya = (await added(idp, wanted(roles=[{"value": "supervisor"}])))["id"]
    found = (await idp.get("/scim/v2/Groups", params={"filter": 'displayName eq "media"'})).json()["Resources"]
    group = f"Groups/{found[0]['id']}"
    joined = await changed(idp, group, {"op": "add", "path": "members", "value": [{"value": maya}]})
    assert [one["value"] for one in joined["members"]] == [maya]
    assert (await idp.get(f"/scim/v2/Users/{maya}")).json()["groups"][0]["display"] == "Media"
    left = await changed(idp, group, {"op": "remove", "path": f'members[value eq "{maya}"]'})
    person = (await idp.get(f"/scim/v2/Users/{maya}")).json()
    # A supervisor without a team would supervise all teams.
    assert (left["members"], "roles" in person, person["groups"]) == ([], False, [])
    for said in ({"displayName": "Media"}, {"displayName": "Nobody"}):
        assert (await idp.post("/scim/v2/Groups", json=said)).status_code in (400, 409)
    renamed = await idp.put(f"/scim/v2/{group}", json={"displayName": "Other", "members": []})
    unknown = await idp.put(f"/scim/v2/{group}", json={"members": [{"value": "nobody"}]})
    assert (renamed.status_code, unknown.status_code) == (400, 404)


async def test_team_moves_few_people_in_a_transaction_and_checks_all_before(idp: httpx2.AsyncClient) -> None:
    """Messages wait for each transaction."""
    people = [(await added(idp, wanted(name)))["id"] for name in ("Maya", "Noor", "Otis")]
    found = (await idp.get("/scim/v2/Groups", params={"filter": 'displayName eq "media"'})).json()["Resources"]
    place = f"/scim/v2/Groups/{found[0]['id']}"
    before = [one["value"] for one in found[0].get("members", [])]
    several, before_all = [{"value": id_} for id_ in people], [{"value": id_} for id_ in before]
    with (
        patch.object(provisioning, "MOVED_AT_ONCE", 2),
        patch.object(StaffAdmin, "apply", autospec=True, side_effect=StaffAdmin.apply) as moved,
    ):
        unknown = await idp.put(place, json={"members": [*several, {"value": "zzz"}]})
        assert (unknown.status_code, moved.call_count) == (404, 0)
        joined = await idp.put(place, json={"members": [*before_all, *several]})
    assert {one["value"] for one in joined.json()["members"]} == {*before, *people}
    assert (moved.call_count, len({id(call.args[1]) for call in moved.call_args_list})) == (3, 2)


async def test_deactivated_person_is_signed_out_and_their_chats_go_back(
    desk: RunningDesk, idp: httpx2.AsyncClient
) -> None:
    customer, agent, chat = await begin(desk)
    listed = (await idp.get("/scim/v2/Users")).json()["Resources"]
    id_ = next(one["id"] for one in listed if one["groups"])
    gone = await changed(idp, f"Users/{id_}", {"op": "Replace", "path": "active", "value": "False"})
    assert gone["active"] is False
    await eventually(lambda: agent.closed is not None, "the agent is signed out")
    await customer.event("chat.queued", chat=chat)
    async with desk.http(agent.token) as http:
        assert (await http.get("/api/me")).status_code == 401
    assert chat and customer.closed is None


async def test_last_admin_and_owner_of_the_token_stay(desk: RunningDesk, idp: httpx2.AsyncClient) -> None:
    (ada,) = (await idp.get("/scim/v2/Users")).json()["Resources"]
    place = f"/scim/v2/Users/{ada['id']}"
    off = body({"op": "replace", "path": "active", "value": False})
    assert (await idp.patch(place, json=off)).status_code == 403
    assert (await idp.delete(place)).status_code == 403
    assert (await idp.patch(place, json=body({"op": "remove", "path": "roles"}))).status_code == 403
    assert (await idp.get(place)).json()["active"] is True
    async with desk.http(await token_of(desk, "Bo"), **ACCEPT) as other:
        assert (await other.delete(place)).status_code == 204
    assert (await idp.get("/scim/v2/Users")).status_code == 401


async def test_token_of_scim_opens_nothing_else(desk: RunningDesk, idp: httpx2.AsyncClient) -> None:
    for path in ("/api/admin/users", "/api/tickets", "/api/admin/audit"):
        assert (await idp.get(path)).status_code == 403, path
    async with desk.http(await token_of(desk, "Max", "supervisor"), **ACCEPT) as http:
        refused = await http.get("/scim/v2/Users")
    assert (refused.status_code, refused.json()["schemas"]) == (403, ["urn:ietf:params:scim:api:messages:2.0:Error"])
    assert (await idp.get("/scim/v2/Nothing")).json()["status"] == "404"
    bad = (await idp.get("/scim/v2/Users", params={"filter": 'userName co "a"'})).json()
    assert (bad["status"], bad["scimType"]) == ("400", "invalidFilter")
