"""Admins find a change in the audit log by words, and undo it there."""

from __future__ import annotations

from pathlib import Path

import httpx2
import pytest

from identity.audit import AuditLine
from identity.ports import Client
from server.live.administration.undoing import client_before, undoing
from tests.server.edge.api.conftest import Api, clock, start
from tests.server.edge.api.test_admin_teams import HOURS, desk, path

__all__ = ["clock", "desk", "path", "start"]


async def undo(desk: Api, admin: httpx2.AsyncClient, thing: str, verb: str = "change") -> str:
    """Undo the newest change of such a thing on the page. Returns the page."""
    await desk.give_password("ada@desk.example")
    browser = await desk.browser("ada")
    newest, *_ = (await admin.get("/api/admin/audit", params={"verb": verb, "thing": thing})).json()["lines"]
    return (await browser.post(f"/admin/audit/{newest['id']}/undo", follow_redirects=True)).text


async def test_changed_team_and_hours_are_undone_in_the_file(desk: Api, path: Path) -> None:
    admin = await desk.staff("ada", "admin", ())
    assert (await admin.patch("/api/admin/teams/media", json={"name": "Press"})).status_code == 200
    assert "Undone" in await undo(desk, admin, "team")
    assert path.read_text() == HOURS
    day = str(desk.desk.desk.hours_editing.today().replace(month=12, day=24))
    closed = {"do": "days", "schedule": "always", "first": day, "last": day, "spans": [], "name": "Eve"}
    changed = await admin.put("/api/admin/hours", json={"changes": [closed]})
    assert changed.status_code == 200, changed.text
    assert day in path.read_text() and "Undone" in await undo(desk, admin, "hours")
    assert day not in path.read_text()


async def test_added_team_is_removed_and_comes_back(desk: Api, path: Path) -> None:
    """An undone line is undone once. The undoing can be undone too."""
    admin = await desk.staff("ada", "admin", ())
    print_ = {"team": "print", "name": "Print", "schedule": "always", "products": ["Aura"]}
    assert (await admin.post("/api/admin/teams", json=print_)).status_code == 201
    assert "Undone" in await undo(desk, admin, "team", "add")
    assert path.read_text() == HOURS
    page = await undo(desk, admin, "team", "add")
    assert "This change is already undone." in page and "undid: added the team print" in page
    assert "Undone" in await undo(desk, admin, "team", "remove")
    assert desk.desk.desk.teams.by_key["print"].products == ("Aura",)


async def test_schedule_that_a_team_got_for_itself_is_removed_again(desk: Api, path: Path) -> None:
    """Unless another team uses it by then."""
    admin = await desk.staff("ada", "admin", ())
    assert (await admin.patch("/api/admin/teams/media", json={"own_hours": True})).status_code == 200
    assert "Undone" in await undo(desk, admin, "team")
    assert path.read_text() == HOURS
    print_ = {"team": "print", "name": "Print", "schedule": "always", "own_hours": True}
    assert (await admin.post("/api/admin/teams", json=print_)).status_code == 201
    assert (await admin.patch("/api/admin/teams/media", json={"schedule": "print"})).status_code == 200
    assert "Undone" in await undo(desk, admin, "team", "add")
    assert set(desk.desk.desk.teams.desk.schedules) == {"always", "print"}


async def test_change_that_somebody_has_changed_since_is_refused_and_names_them(desk: Api, path: Path) -> None:
    """Until the newer change is undone. Other values of the same team are no newer change."""
    admin, bob = await desk.staff("ada", "admin", ()), await desk.staff("bob", "admin", ())
    assert (await admin.patch("/api/admin/teams/media", json={"name": "Press"})).status_code == 200
    (first, *_) = (await admin.get("/api/admin/audit", params={"thing": "team"})).json()["lines"]
    assert (await bob.patch("/api/admin/teams/media", json={"name": "Paper"})).status_code == 200
    assert (await bob.patch("/api/admin/teams/media", json={"wait_target_s": 60})).status_code == 200
    _, newer, *_ = (await admin.get("/api/admin/audit", params={"thing": "team"})).json()["lines"]
    await desk.give_password("ada@desk.example")
    browser = await desk.browser("ada")
    refused = await browser.post(f"/admin/audit/{first['id']}/undo", follow_redirects=True)
    assert (refused.url.path, refused.status_code) == ("/admin/audit", 200)
    assert "Bob has changed this since, so nothing was undone." in refused.text and "name: Paper" in path.read_text()
    assert "Bob has changed this" not in (await browser.get("/admin/audit?refused=1")).text
    for line in (newer, first):
        page = await browser.post(f"/admin/audit/{line['id']}/undo", follow_redirects=True)
        assert "Undone" in page.text
    assert "name: Media" in path.read_text()


async def test_undo_that_closes_a_team_asks_about_the_people_in_its_queue(desk: Api) -> None:
    admin = await desk.staff("ada", "admin", ())
    today = str(desk.desk.desk.hours_editing.today())
    for spans in ([], ["00:00-24:00"]):
        change = {"do": "days", "schedule": "always", "first": today, "last": today, "spans": spans}
        assert (await admin.put("/api/admin/hours", json={"changes": [change]})).status_code == 200
    customer = await desk.desk.customer(name="Danielle")
    await customer.command("chat.start", team="media", text="SO-448210 takes no dates")
    asked = await undo(desk, admin, "hours")
    assert "Media would close at once, and 1 person waits in its queue." in asked and "Nothing is undone yet." in asked
    assert desk.desk.desk.teams.desk.hours_of("media").is_open(desk.desk.desk.clock())
    newest, *_ = (await admin.get("/api/admin/audit", params={"thing": "hours"})).json()["lines"]
    browser = await desk.browser("ada")
    sure = await browser.post(f"/admin/audit/{newest['id']}/undo", data={"sure": "1"}, follow_redirects=True)
    assert "Undone" in sure.text
    assert not desk.desk.desk.teams.desk.hours_of("media").is_open(desk.desk.desk.clock())


async def test_added_team_with_people_is_not_removed(desk: Api) -> None:
    admin = await desk.staff("ada", "admin", ())
    await admin.post("/api/admin/teams", json={"team": "print", "name": "Print", "schedule": "always"})
    wanted = {"addresses": ["leilani@desk.example"], "roles": ["agent"], "teams": ["print"]}
    await admin.post("/api/admin/users", json=wanted)
    assert "Print has 1 person, so it can&#39;t be removed." in await undo(desk, admin, "team", "add")


async def test_invitation_is_revoked(desk: Api) -> None:
    admin = await desk.staff("ada", "admin", ())
    wanted = {"addresses": ["leilani@desk.example"], "roles": ["agent"], "teams": ["media"]}
    assert (await admin.post("/api/admin/users", json=wanted)).status_code == 200
    assert "Undone" in await undo(desk, admin, "user", "invite")
    lines = (await admin.get("/api/admin/audit", params={"verb": "withdraw", "thing": "user"})).json()["lines"]
    assert len(lines) == 1


async def test_changed_widget_is_undone(desk: Api) -> None:
    admin = await desk.staff("ada", "admin", ())
    assert (await admin.patch("/api/admin/settings", json={"brand_color": "#0a6e8a"})).status_code == 200
    assert "Undone" in await undo(desk, admin, "widget_settings")
    assert (await admin.get("/api/admin/settings")).json()["brand_color"] is None


async def test_default_that_is_sent_is_no_change(desk: Api) -> None:
    """The page sends all its fields."""
    admin = await desk.staff("ada", "admin", ())
    sent = {"brand_name": "Mediaocean", "brand_color": "#0a6e8a", "widget_origins": []}
    assert (await admin.patch("/api/admin/settings", json=sent)).status_code == 200
    newest, *_ = (await admin.get("/api/admin/audit", params={"thing": "widget_settings"})).json()["lines"]
    assert newest["detail"].keys() == {"brand_color", "was_brand_color"}


async def test_undo_that_disables_asks_first_and_is_not_offered_to_oneself(desk: Api) -> None:
    await desk.staff("ada", "admin", ())
    await desk.staff("maya", "agent")
    await desk.give_password("ada@desk.example")
    browser = await desk.browser("ada")
    page = (await browser.get("/admin/audit", params={"q": "add user"})).text
    assert page.count("<details") == 1 and page.count("Undoing it would disable you.") == 1
    me = (await browser.get("/api/me")).json()["id"]
    assert "You can’t disable yourself. Ask another admin." in (await browser.get(f"/admin/people/{me}")).text


async def test_search_finds_lines_by_every_word(desk: Api) -> None:
    """In the detail, and in the names of people and clients. A percent sign is only a sign."""
    admin = await desk.staff("ada", "admin", ())
    await admin.post("/api/admin/clients", json={"name": "Acme 50%", "domains": ["acme.example"]})
    await admin.patch("/api/admin/settings", json={"brand_name": "Harbour"})

    async def found(words: str) -> list[str]:
        lines = (await admin.get("/api/admin/audit", params={"q": words})).json()["lines"]
        return [line["thing"] for line in lines if line["thing"] != "user"]

    assert await found("harbour") == ["widget_settings"]
    assert await found("ACME add") == ["client"] and await found("50%") == ["client"]
    assert await found("harbour acme") == [] and await found("5_%") == []


@pytest.mark.parametrize(("verb", "thing"), [("sign_in", "session"), ("export", "tickets"), ("change", "user")])
def test_line_without_an_earlier_state_has_no_undoing(verb: str, thing: str) -> None:
    line = AuditLine(at=0, actor_kind="staff", actor="a", verb=verb, thing=thing, thing_id="b", detail={})
    assert undoing(line) is None


def test_client_keeps_what_the_undone_change_left_alone() -> None:
    present = Client(id="c", name="Acme", domains=frozenset({"acme.example"}), account_team=None, vip=True)
    detail = {"vip": True, "was_vip": False}
    line = AuditLine(at=0, actor_kind="staff", actor="a", verb="change", thing="client", thing_id="c", detail=detail)
    before = client_before(line, present)
    assert (before.name, list(before.domains), before.vip) == ("Acme", ["acme.example"], False)
