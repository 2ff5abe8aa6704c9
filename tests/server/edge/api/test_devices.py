"""Where one is signed in, signing out there, and another password."""

from __future__ import annotations

import httpx2

from tests.running import SettableClock
from tests.server.edge.api.conftest import PASSWORD, Api

ANOTHER = "tr0ubador and staple"


async def browser_of(api: Api, agent: str, password: str = PASSWORD) -> httpx2.AsyncClient:
    browser = await api.client(Origin=api.desk.origin, **{"User-Agent": agent})
    assert (await api.sign_in(browser, password=password)).status_code == 200
    return browser


async def two_browsers(api: Api, clock: SettableClock) -> tuple[httpx2.AsyncClient, httpx2.AsyncClient]:
    await api.enrolled()
    office = await browser_of(api, "Office")
    clock.forward(60)
    return office, await browser_of(api, "Train")


async def sign_out(browser: httpx2.AsyncClient, session: str, password: str = PASSWORD) -> httpx2.Response:
    return await browser.request("DELETE", f"/api/me/sessions/{session}", json={"password": password})


async def test_session_list_marks_the_current_session(api: Api, clock: SettableClock) -> None:
    """The most recently used session is first. A network is shown as a /24, not as a single address."""
    office, train = await two_browsers(api, clock)
    await api.staff("ben")
    told = (await office.get("/api/me/sessions")).json()["sessions"]
    assert [(one["user_agent"], one["current"]) for one in told] == [("Train", False), ("Office", True)]
    assert all(one["created_at"] < one["expires_at"] and one["network"] == "127.0.0.0/24" for one in told)
    assert [one["current"] for one in (await train.get("/api/me/sessions")).json()["sessions"]] == [True, False]


async def test_signing_out_another_device_closes_its_session_and_socket(api: Api, clock: SettableClock) -> None:
    """The password is required. A session that has ended is not found."""
    office, train = await two_browsers(api, clock)
    (lost,) = [one["id"] for one in (await office.get("/api/me/sessions")).json()["sessions"] if not one["current"]]
    cookie = "; ".join(f"{name}={value}" for name, value in train.cookies.items())
    line = await api.desk.connect("staff", {"Cookie": cookie}, origin=api.desk.origin)
    await line.command("hello")
    unproven = await sign_out(office, lost, "not it at all")
    assert unproven.status_code == 401 and (await train.get("/api/me")).status_code == 200
    assert (await office.delete(f"/api/me/sessions/{lost}")).status_code == 415
    assert (await sign_out(office, lost)).status_code == 204
    assert await line.ended() == 4010
    assert (await train.get("/api/me")).status_code == 401
    assert (await office.get("/api/me")).status_code == 200
    assert (await sign_out(office, lost)).status_code == 404


async def test_password_change_signs_out_all_other_browsers(api: Api, clock: SettableClock) -> None:
    """It requires the old password and an acceptable new one."""
    office, train = await two_browsers(api, clock)
    wrong = await office.post("/api/me/password", json={"password": "not it at all", "new_password": ANOTHER})
    assert wrong.status_code == 401
    short = await office.post("/api/me/password", json={"password": PASSWORD, "new_password": "short"})
    assert short.status_code == 422 and list(short.json()["fields"]) == ["new_password"]
    assert (await train.get("/api/me")).status_code == 200
    done = await office.post("/api/me/password", json={"password": PASSWORD, "new_password": ANOTHER})
    assert done.status_code == 204
    assert (await office.get("/api/me")).status_code == 200
    clock.forward(5)
    assert (await train.get("/api/me")).status_code == 401
    assert (await api.sign_in(await api.client())).status_code == 401
    await browser_of(api, "New", ANOTHER)
