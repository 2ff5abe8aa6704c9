"""How sessions end, other than by signing out: replaced, unused, or by somebody else; and cookies of an older name."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import httpx2
import pytest
from sqlalchemy import update
from sqlmodel import col, select

from identity.adapters.tables import AuditRow, SessionRow
from identity.sessions import IDLE_MS, RENAMED_MS
from identity.tokens import fingerprint
from server.edge.cookies import SESSION
from tests.running import Client, SettableClock
from tests.server.edge.api.conftest import PASSWORD, Api
from tests.stories.test_from_chat_to_ticket import begin

Start = Callable[..., Awaitable[Api]]

HOST = f"__Host-{SESSION}"
HTTPS = "https://desk.example"
IDLE_S = IDLE_MS / 1000


async def enrolled(api: Api, name: str = "maya") -> httpx2.AsyncClient:
    """Somebody of staff who has a password; their client by token."""
    client: httpx2.AsyncClient = await api.staff(name)
    await api.give_password(f"{name}@desk.example")
    return client


async def sign_in(api: Api, browser: httpx2.AsyncClient, name: str = "maya") -> httpx2.Response:
    said = {"email": f"{name}@desk.example", "password": PASSWORD}
    answer = await browser.post("/api/session", json=said)
    assert answer.status_code == 200, answer.text
    return answer


async def browser_of(api: Api, name: str = "maya") -> httpx2.AsyncClient:
    browser = await api.client(
        Origin=api.desk.settings.base_url if api.desk.settings.base_url == HTTPS else api.desk.url
    )
    await sign_in(api, browser, name)
    return browser


def kept(browser: httpx2.AsyncClient) -> dict[str, str]:
    """The cookie that the browser has, as a header."""
    return {"Cookie": "; ".join(f"{name}={value}" for name, value in browser.cookies.items())}


async def socket_of(api: Api, browser: httpx2.AsyncClient) -> Client:
    line = await api.desk.connect("staff", {**kept(browser), "Origin": api.desk.origin})
    await line.command("hello")
    return line


# -- signed in anew -----------------------------------------------------------------------


async def test_signing_in_anew_ends_the_session_before(api: Api) -> None:
    """Whoever copied the old cookie has nothing any more, over HTTP or on a socket, whoever signs in."""
    await enrolled(api)
    await enrolled(api, "ben")
    browser = await browser_of(api)
    for name in ("maya", "ben"):
        copied, line = kept(browser), await socket_of(api, browser)
        await sign_in(api, browser, name)
        assert (await (await api.client(**copied)).get("/api/me")).status_code == 401
        assert await line.ended() == 4010
        assert (await browser.get("/api/me")).json()["email"] == f"{name}@desk.example"


async def test_a_sign_in_that_fails_ends_nothing(api: Api) -> None:
    """The session before goes on."""
    await enrolled(api)
    browser = await browser_of(api)
    wrong = await browser.post("/api/session", json={"email": "maya@desk.example", "password": "not it at all"})
    assert wrong.status_code == 401 and (await browser.get("/api/me")).status_code == 200


# -- unused ----------------------------------------------------------------------------------


async def test_an_unused_session_ends(api: Api, clock: SettableClock) -> None:
    """After twelve hours in which nothing was done, whatever its page asked for by itself meanwhile."""
    await enrolled(api)
    browser = await browser_of(api)
    for _ in range(12):
        assert (await browser.get("/api/me")).status_code == 200
        clock.forward(IDLE_S / 12)
    assert (await browser.get("/api/me")).status_code == 401


@pytest.mark.parametrize("way", ["a page", "a change", "a command"])
async def test_what_somebody_does_keeps_a_session(api: Api, clock: SettableClock, way: str) -> None:
    """A page that is opened, a change over HTTP, a command: twelve hours begin anew, and are remembered by the store
    once they are written down."""
    await enrolled(api)
    browser = await browser_of(api)
    clock.forward(IDLE_S - 60)
    match way:
        case "a page":
            assert (await browser.get("/account")).status_code == 200
        case "a change":
            assert (await browser.post("/api/tickets", json=_FOR_SOMEBODY)).status_code == 201
        case _:
            await (await socket_of(api, browser)).command("presence.set", status="away")
    clock.forward(IDLE_S - 60)
    await api.desk.desk.rights.end_idle_sessions()
    assert await seen_at(api) == clock() - int((IDLE_S - 60) * 1000)
    assert (await browser.get("/api/me")).status_code == 200
    clock.forward(60)
    assert (await browser.get("/api/me")).status_code == 401


_FOR_SOMEBODY = {"team": "media", "text": "It fails", "requester": {"name": "Zoe"}}


async def seen_at(api: Api) -> int:
    query = select(SessionRow.last_seen_at).order_by(col(SessionRow.created_at).desc())
    return await api.desk.desk.storage.read(lambda tx: tx.session.exec(query).first() or 0)


async def test_signs_of_life_keep_no_session(api: Api, clock: SettableClock) -> None:
    """A console that nobody sits at comes back, resumes, reads and pings: its socket is closed all the same."""
    customer, _, chat = await begin(api.desk)
    await enrolled(api, "tom")
    browser = await browser_of(api, "tom")
    line = await socket_of(api, browser)
    clock.forward(IDLE_S)
    again = await api.desk.connect("staff", {**kept(browser), "Origin": api.desk.origin})
    assert await again.ended() == 4001
    await line.command("ping")
    await line.command("chat.resume", chat=chat, after=0)
    await line.raw({"type": "read", "chat": chat, "upto": 1})
    await line.command("ping")
    await api.desk.desk.rights.end_idle_sessions()
    assert await line.ended() == 4010
    await customer.command("ping")


async def test_who_is_signed_out_for_doing_nothing_hands_their_chat_over(api: Api, clock: SettableClock) -> None:
    """Its customer waits again at once, and gets somebody who is there; it is a line of the audit."""
    await enrolled(api, "tom")
    browser = await browser_of(api, "tom")
    line = await socket_of(api, browser)
    await line.command("presence.set", status="available")
    customer = await api.desk.customer()
    chat = (await customer.command("chat.start", team="media", text="Hi"))["chat"]
    await customer.event("chat.assigned")
    await line.command("message.send", chat=chat, text="One moment")
    await api.desk.desk.people.use.save()
    # Nothing else that a clock ends is to come first.
    long_ago = update(SessionRow).values(last_seen_at=clock() - IDLE_MS)
    await api.desk.desk.storage.write(lambda tx: tx.session.execute(long_ago))
    await api.desk.desk.rights.end_idle_sessions()
    assert await line.ended() == 4010
    assert (await customer.event("chat.queued"))["reason"] == "agent_gone"
    rows = await api.desk.desk.storage.read(
        lambda tx: list(tx.session.exec(select(AuditRow).where(AuditRow.verb == "expire")))
    )
    assert [(row.actor_kind, row.thing, row.at) for row in rows] == [("system", "session", clock())]


def session_of(browser: httpx2.AsyncClient) -> str:
    return fingerprint(next(iter(browser.cookies.values())))


async def test_noting_what_was_done_costs_no_write(api: Api, clock: SettableClock) -> None:
    """A thousand commands are one row, written once."""
    await enrolled(api)
    browser = await browser_of(api)
    before = await seen_at(api)
    clock.forward(1)
    for _ in range(1_000):
        api.desk.desk.people.use.note(session_of(browser))
    assert await seen_at(api) == before
    await api.desk.desk.people.use.save()
    assert await seen_at(api) == before + 1_000


# -- by somebody else ------------------------------------------------------------------------


async def test_an_admin_signs_somebody_out_everywhere(api: Api) -> None:
    """Every session and its socket ends; a token goes on, unless it is to end too. They may sign in again."""
    program = await enrolled(api)
    id_ = (await program.get("/api/me")).json()["id"]
    ada = await api.staff("ada", "admin", ())
    browsers = [await browser_of(api), await browser_of(api)]
    line = await socket_of(api, browsers[0])
    told = await ada.post(f"/api/staff/{id_}/sign-out", json={})
    assert (told.status_code, told.json()) == (200, {"sessions": 2})
    assert [(await browser.get("/api/me")).status_code for browser in browsers] == [401, 401]
    assert await line.ended() == 4010
    assert (await program.get("/api/me")).status_code == 200
    assert (await ada.post(f"/api/staff/{id_}/sign-out", json={"tokens": True})).json() == {"sessions": 0}
    assert (await program.get("/api/me")).status_code == 401
    await browser_of(api)
    query = select(AuditRow).where(AuditRow.verb == "sign_out").order_by(col(AuditRow.id))
    rows = await api.desk.desk.storage.read(lambda tx: list(tx.session.exec(query)))
    assert [(row.thing, row.thing_id, row.detail) for row in rows] == [
        ("user", id_, '{"sessions":2}'),
        ("user", id_, '{"sessions":0,"tokens":1}'),
    ]


# -- the cookie's name -----------------------------------------------------------------------


async def test_over_https_the_cookie_is_of_this_host_alone(start: Start) -> None:
    """`__Host-` with what a browser asks of it; one of the plain name is deleted with it, and by signing out both."""
    api = await start(base_url=HTTPS)
    await enrolled(api)
    browser = await api.client(Origin=HTTPS)
    set_cookies = [one for one in (await sign_in(api, browser)).headers.get_list("set-cookie") if SESSION in one]
    assert [one.partition("=")[0] for one in set_cookies] == [HOST, SESSION]
    given, deleted = set_cookies
    assert {"Secure", "Path=/", "HttpOnly"} <= set(given.split("; ")) and "domain" not in given.lower()
    assert "Max-Age=0" in deleted
    cookie = given.partition(";")[0]
    assert (await (await api.client(Cookie=cookie)).get("/api/me")).status_code == 200
    out = await (await api.client(Cookie=cookie, Origin=HTTPS)).delete("/api/session")
    assert [one.partition("=")[0] for one in out.headers.get_list("set-cookie")] == [HOST, SESSION]
    assert (await (await api.client(Cookie=cookie)).get("/api/me")).status_code == 401


async def test_an_old_cookie_is_exchanged_once(start: Start, clock: SettableClock) -> None:
    """Of a session from before: any answer gives it its new name. A minute later the old name opens nothing."""
    api = await start()
    await enrolled(api)
    value = (await sign_in(api, await api.client())).cookies[SESSION]
    api = await start(base_url=HTTPS)
    old = await api.client(Cookie=f"{SESSION}={value}")
    sheet = await old.get("/brand.css?color=0a6e8a")
    assert sheet.status_code == 200 and "set-cookie" not in sheet.headers, "caches keep it"
    answer = await old.get("/api/me")
    given, deleted = answer.headers.get_list("set-cookie")
    assert answer.status_code == 200 and given.startswith(f"{HOST}={value}; ") and "Secure" in given
    assert deleted.startswith(f"{SESSION}=") and "Max-Age=0" in deleted
    clock.forward(RENAMED_MS / 1000 - 1)
    assert (await old.get("/account")).status_code == 200
    clock.forward(1)
    refused = await old.get("/api/me")
    assert refused.status_code == 401 and "set-cookie" not in refused.headers
    new = await api.client(Cookie=f"{HOST}={value}; {SESSION}=planted")
    answer = await new.get("/api/me")
    assert answer.status_code == 200 and "set-cookie" not in answer.headers


async def test_a_handshake_exchanges_no_cookie(start: Start, clock: SettableClock) -> None:
    """Its answer cannot give the new one: a console that is open goes on until its page is asked for."""
    api = await start()
    await enrolled(api)
    value = (await sign_in(api, await api.client())).cookies[SESSION]
    api = await start(base_url=HTTPS)
    for _ in range(2):
        line = await api.desk.connect("staff", {"Cookie": f"{SESSION}={value}", "Origin": HTTPS})
        await line.command("hello")
        clock.forward(RENAMED_MS / 1000 + 1)


async def test_a_new_session_is_not_taken_by_the_old_name(start: Start) -> None:
    """Another host of the domain may plant that one: somebody would work in another's session without knowing."""
    api = await start(base_url=HTTPS)
    await enrolled(api)
    value = (
        (await sign_in(api, await api.client(Origin=HTTPS))).headers["set-cookie"].partition("=")[2].partition(";")[0]
    )
    assert (await (await api.client(Cookie=f"{HOST}={value}")).get("/api/me")).status_code == 200
    planted = await (await api.client(Cookie=f"{SESSION}={value}")).get("/api/me")
    assert planted.status_code == 401 and "set-cookie" not in planted.headers
