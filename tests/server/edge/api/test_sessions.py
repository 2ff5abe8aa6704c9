"""Sign-in, sign-out, and from where."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from websockets.exceptions import InvalidStatus

from identity.adapters.attempts import PAIR_LIMIT
from server.edge.cookies import SESSION
from tests.server.edge.api.conftest import MAYA_SIGNS_IN as MAYA
from tests.server.edge.api.conftest import Api


async def test_session_cookie_is_valid_until_sign_out(api: Api) -> None:
    """It is HttpOnly, SameSite=Lax and for the whole site. Without it the answer is 401."""
    await api.enrolled()
    browser = await api.client(Origin=api.desk.origin)
    assert (await browser.get("/api/me")).status_code == 401
    answer = await browser.post("/api/session", json=MAYA)
    assert answer.status_code == 200
    set_cookie = answer.headers["set-cookie"]
    assert set_cookie.startswith(f"{SESSION}=")
    assert all(part in set_cookie for part in ("HttpOnly", "SameSite=lax", "Path=/", "Max-Age=")) and (
        "Secure" not in set_cookie
    )
    me = (await browser.get("/api/me")).json()
    assert me == answer.json() and me["email"] == "maya@desk.example"
    assert (me["kind"], me["role"], me["teams"]) == ("staff", "agent", ["media"])
    cookie = browser.cookies[SESSION]
    assert (await browser.delete("/api/session")).status_code == 204
    assert SESSION not in browser.cookies
    kept = await api.client(Cookie=f"{SESSION}={cookie}")
    assert (await kept.get("/api/me")).status_code == 401


@pytest.mark.parametrize("wrong", [{"password": "wrong"}, {"email": "nobody@desk.example"}, {"email": "maya"}])
async def test_wrong_password_and_unknown_email_get_the_same_answer(api: Api, wrong: dict[str, str]) -> None:
    await api.enrolled()
    answer = await (await api.client()).post("/api/session", json={**MAYA, **wrong})
    assert answer.status_code == 401 and "set-cookie" not in answer.headers
    assert answer.json()["detail"] == "Wrong email or password."


async def test_repeated_wrong_sign_ins_are_rate_limited(api: Api) -> None:
    """Even the right password then gets 429 with `Retry-After`."""
    await api.enrolled()
    nobody = await api.client()
    for _ in range(PAIR_LIMIT):
        assert (await nobody.post("/api/session", json={**MAYA, "password": "wrong"})).status_code == 401
    answer = await nobody.post("/api/session", json=MAYA)
    assert answer.status_code == 429 and int(answer.headers["retry-after"]) > 0
    assert answer.json()["code"] == "rate_limited"


FOREIGN = """
http://support.example.com http://support.example.com:443 https://support.example.com:443
https://support.example.com#x https://:p@support.example.com https://support.example.com/
https://support.example.com. https://SUPPORT.example.com https://support.example.com? null http://evil.test
"""
"""To https://support.example.com."""


async def test_origin_must_match_base_url_exactly(start: Callable[..., Awaitable[Api]]) -> None:
    """Another scheme, an explicit port and any spelling that no browser sends are foreign, over HTTP and on the staff
    socket, whatever the `Host`. Without an `Origin` the socket is closed as not authenticated."""
    desk = "https://support.example.com"
    api = await start(base_url=desk, allowed_hosts="127.0.0.1, evil.test")
    await api.enrolled()
    signed_in = await (await api.client(Origin=desk)).post("/api/session", json=MAYA)
    cookie = signed_in.headers["set-cookie"].partition(";")[0]
    browser = await api.client(Cookie=cookie)
    for origin in (*FOREIGN.split(), "https://support.example.com https://support.example.com", api.desk.url):
        named = {"Origin": origin, "Host": "evil.test" if "evil" in origin else "127.0.0.1"}
        answer = await browser.post("/api/me/password", json={}, headers=named)
        assert (answer.status_code, answer.json()["code"]) == (403, "forbidden"), origin
        assert (await browser.post("/api/session", json=MAYA, headers=named)).status_code == 403, origin
        with pytest.raises(InvalidStatus):
            await api.desk.connect("staff", {"Cookie": cookie, "Origin": origin})
    assert await (await api.desk.connect("staff", {"Cookie": cookie})).ended() == 4001
    good = await api.desk.connect("staff", {"Cookie": cookie, "Origin": desk})
    assert (await good.command("hello"))["name"] == "Maya"


@pytest.mark.parametrize("site", ["cross-site", "same-site", "same-origin, cross-site", "something new"])
async def test_change_with_a_foreign_fetch_site_is_refused(api: Api, site: str) -> None:
    """Whatever its `Origin`: a request of another page can neither write with the cookie nor sign in."""
    await api.enrolled()
    browser = await api.client(Origin=api.desk.origin)
    foreign = {"Sec-Fetch-Site": site}
    assert (await browser.post("/api/session", json=MAYA, headers=foreign)).status_code == 403
    await browser.post("/api/session", json=MAYA, headers={"Sec-Fetch-Site": "same-origin"})
    assert (await browser.get("/api/me", headers=foreign)).status_code == 200
    assert (await browser.request("DELETE", "/api/session", headers=foreign)).status_code == 403
    own = await browser.request("DELETE", "/api/session", headers={"Sec-Fetch-Site": "same-origin"})
    assert own.status_code == 204


async def test_token_needs_no_origin_and_overrides_the_cookie(api: Api) -> None:
    await api.enrolled()
    browser = await api.client()
    await api.sign_in(browser)
    bad = {"Authorization": "Bearer nonsense"}
    assert (await browser.get("/api/me", headers=bad)).status_code == 401
    visitor = await api.visitor()
    assert (await visitor.get("/api/me")).json()["kind"] == "customer"
