"""Where one is signed in, signing out there, and another password."""

from __future__ import annotations

import httpx2

from tests.running import SettableClock
from tests.server.edge.api.conftest import PASSWORD, Api

MAYA = {"email": "maya@desk.example", "password": PASSWORD}
ANOTHER = "tr0ubador and staple"


async def browser_of(api: Api, agent: str, password: str = PASSWORD) -> httpx2.AsyncClient:
    """A browser of that name, where Maya is signed in."""
    browser = await api.client(Origin=api.desk.origin, **{"User-Agent": agent})
    assert (await browser.post("/api/session", json={**MAYA, "password": password})).status_code == 200
    return browser


async def two_browsers(api: Api, clock: SettableClock) -> tuple[httpx2.AsyncClient, httpx2.AsyncClient]:
    await api.staff("maya")
    await api.give_password("maya@desk.example")
    office = await browser_of(api, "Office")
    clock.forward(60)
    return office, await browser_of(api, "Train")


async def sign_out(browser: httpx2.AsyncClient, session: str, password: str = PASSWORD) -> httpx2.Response:
    return await browser.request("DELETE", f"/api/me/sessions/{session}", json={"password": password})


async def test_one_sees_where_one_is_signed_in(api: Api, clock: SettableClock) -> None:
    """The last used first, this one marked; nobody else's."""
    office, train = await two_browsers(api, clock)
    await api.staff("ben")
    told = (await office.get("/api/me/sessions")).json()["sessions"]
    assert [(one["user_agent"], one["current"]) for one in told] == [("Train", False), ("Office", True)]
    assert all(one["created_at"] < one["expires_at"] for one in told)
    assert [one["current"] for one in (await train.get("/api/me/sessions")).json()["sessions"]] == [True, False]


async def test_signed_out_on_another_device(api: Api, clock: SettableClock) -> None:
    """That browser is nobody from then on, its socket is closed; what is not one's own is not found."""
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
    await api.staff("ben")
    await api.give_password("ben@desk.example")
    ben = await api.client(Origin=api.desk.origin)
    await ben.post("/api/session", json={"email": "ben@desk.example", "password": PASSWORD})
    (own,) = [one["id"] for one in (await office.get("/api/me/sessions")).json()["sessions"]]
    assert (await sign_out(ben, own)).status_code == 404
    assert (await office.get("/api/me")).status_code == 200


async def test_another_password(api: Api, clock: SettableClock) -> None:
    """It needs the old one and must be good; then the old one opens nothing, and every other browser is signed out."""
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
    assert (await (await api.client()).post("/api/session", json=MAYA)).status_code == 401
    await browser_of(api, "New", ANOTHER)


async def test_a_token_is_no_device(api: Api) -> None:
    """Programs neither see nor change where people are signed in."""
    program = await api.staff("maya")
    for answer in (
        await program.get("/api/me/sessions"),
        await program.delete("/api/me/sessions/any"),
        await program.post("/api/me/password", json={"password": PASSWORD, "new_password": ANOTHER}),
    ):
        assert answer.status_code == 403
