"""`/api/admin/settings`: what admins change is in force at once, and a variable of the operator wins."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

from tests.running import SettableClock, enrol, running
from tests.server.edge.api.conftest import Api

PATH = "/api/admin/settings"


async def test_changed_settings_are_in_force_at_once(api: Api) -> None:
    """On the pages, in the loader, and for the pages of other sites."""
    admin = await api.staff("ada", "admin", ())
    wanted = {"brand_name": "Northlake", "brand_color": "#FFCC00", "widget_origins": ["https://Planner.example/"]}
    changed = await admin.patch(PATH, json=wanted)
    assert changed.json() == {
        "version": 1,
        "brand_name": "Northlake",
        "brand_color": "#ffcc00",
        "widget_origins": ["https://planner.example"],
        "fixed": {},
    }
    frame = await admin.get("/widget")
    assert "Northlake" in frame.text
    assert "frame-ancestors 'self' https://planner.example" in frame.headers["content-security-policy"]
    assert "#ffcc00" in (await admin.get("/widget.js")).text
    back = await admin.patch(PATH, json={"brand_name": None, "brand_color": None, "widget_origins": None})
    assert (back.json()["brand_name"], back.json()["brand_color"]) == ("Mediaocean", None)
    assert "Northlake" not in (await admin.get("/widget")).text


async def test_theme_of_the_preview_is_not_the_theme_of_the_page(api: Api) -> None:
    await api.staff("ada", "admin", ())
    await api.give_password("ada@desk.example")
    page = (await (await api.browser("ada")).get("/admin/widget")).text
    assert "<title>Widget" in page and "theme=light" in page and " data-theme=" not in page.partition("<head>")[0]


async def test_setting_of_the_operator_wins_and_names_its_variable(start: Callable[..., Awaitable[Api]]) -> None:
    api = await start(brand_name="Harbour")
    admin = await api.staff("ada", "admin", ())
    assert (await admin.get(PATH)).json()["fixed"]["brand_name"] == "SWITCHBOARD_BRAND_NAME"
    refused = await admin.patch(PATH, json={"brand_name": "Northlake"})
    assert refused.status_code == 409 and "SWITCHBOARD_BRAND_NAME" in refused.json()["fields"]["brand_name"]
    assert (await admin.patch(PATH, json={"brand_color": "#0a6e8a"})).status_code == 200
    assert (await admin.get(PATH)).json()["brand_name"] == "Harbour"


async def test_second_of_two_editors_learns_who_was_first(api: Api) -> None:
    admin, other = await api.staff("ada", "admin", ()), await api.staff("tobias", "admin", ())
    read = (await admin.get(PATH)).headers["etag"]
    assert (await admin.patch(PATH, json={"brand_name": "One"}, headers={"If-Match": read})).status_code == 200
    late = await other.patch(PATH, json={"brand_name": "Two"}, headers={"If-Match": read})
    name = (await admin.get("/api/me")).json()["name"]
    assert late.status_code == 412 and late.json()["detail"].startswith(f"{name} changed")
    assert (await admin.get(PATH)).json()["brand_name"] == "One"


async def test_wrong_values_are_refused_at_their_fields(api: Api) -> None:
    admin = await api.staff("ada", "admin", ())
    for wrong in ({"brand_color": "blue"}, {"widget_origins": ["*", "https://a.example"]}, {"brand_name": "\u0007"}):
        refused = await admin.patch(PATH, json=wrong)
        assert refused.status_code == 422 and set(refused.json()["fields"]) == set(wrong), wrong
    assert (await admin.get(PATH)).json()["version"] == 0


async def test_change_of_nothing_keeps_the_settings_readable(tmp_path: Path) -> None:
    """Also after a restart."""
    data, clock = tmp_path / "data", SettableClock()
    async with running(data, clock) as desk:
        _, token = await enrol(desk.desk.storage, "ada@desk.example", "Ada", "admin", ())
        async with desk.http(token) as admin:
            assert (await admin.patch(PATH, json={})).status_code == 200
            assert (await admin.get(PATH)).json()["version"] == 0
    async with running(data, clock) as desk, desk.http(token) as admin:
        assert (await admin.get(PATH)).json()["version"] == 0


async def test_stored_settings_are_in_force_after_a_restart(tmp_path: Path) -> None:
    data, clock = tmp_path / "data", SettableClock()
    async with running(data, clock) as desk:
        _, token = await enrol(desk.desk.storage, "ada@desk.example", "Ada", "admin", ())
        async with desk.http(token) as admin:
            assert (await admin.patch(PATH, json={"brand_name": "Northlake"})).status_code == 200
    async with running(data, clock) as desk, desk.http(token) as admin:
        assert "Northlake" in (await admin.get("/widget")).text
        assert (await admin.get(PATH)).json()["version"] == 1
