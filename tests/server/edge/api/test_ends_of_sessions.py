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
from tests.server.edge.api.conftest import Api
from tests.stories.test_from_chat_to_ticket import begin

Start = Callable[..., Awaitable[Api]]

HOST = f"__Host-{SESSION}"
HTTPS = "https://desk.example"
IDLE_S = IDLE_MS / 1000


def kept(browser: httpx2.AsyncClient) -> dict[str, str]:
    """The cookie that the browser has, as a header."""
    return {"Cookie": "; ".join(f"{name}={value}" for name, value in browser.cookies.items())}


async def socket_of(api: Api, browser: httpx2.AsyncClient) -> Client:
    line = await api.desk.connect("staff", {**kept(browser), "Origin": api.desk.origin})
    await line.command("hello")
    return line


# -- signed in anew -----------------------------------------------------------------------


async def test_new_sign_in_revokes_the_previous_session(api: Api) -> None:
    """A copied cookie no longer works, over HTTP or on a socket, even if another person signs in. A failed sign-in
    ends nothing."""
    await api.enrolled()
    await api.enrolled("ben")
    browser = await api.browser()
    for name in ("maya", "ben"):
        copied, line = kept(browser), await socket_of(api, browser)
        assert (await api.sign_in(browser, name, password="not it at all")).status_code == 401
        assert (await browser.get("/api/me")).status_code == 200
        await api.sign_in(browser, name)
        assert (await (await api.client(**copied)).get("/api/me")).status_code == 401
        assert await line.ended() == 4010
        assert (await browser.get("/api/me")).json()["email"] == f"{name}@desk.example"


# -- unused ----------------------------------------------------------------------------------


async def test_idle_session_ends_after_twelve_hours(api: Api, clock: SettableClock) -> None:
    """Requests that a page makes by itself are no activity."""
    await api.enrolled()
    browser = await api.browser()
    for _ in range(12):
        assert (await browser.get("/api/me")).status_code == 200
        clock.forward(IDLE_S / 12)
    assert (await browser.get("/api/me")).status_code == 401


@pytest.mark.parametrize("way", ["a page", "a change", "a command"])
async def test_activity_extends_the_session(api: Api, clock: SettableClock, way: str) -> None:
    """Opening a page, a change over HTTP and a command each restart the twelve hours. The time is stored."""
    await api.enrolled()
    browser = await api.browser()
    clock.forward(IDLE_S - 60)
    match way:
        case "a page":
            assert (await browser.get("/account")).status_code == 200
        case "a change":
            assert (await browser.post("/api/tickets", json=_FOR_SOMEBODY)).status_code == 201
        case _:
            await (await socket_of(api, browser)).command("presence.set", status="away")
    clock.forward(IDLE_S - 60)
    await api.desk.desk.revoked_access.end_idle_sessions()
    assert await seen_at(api) == clock() - int((IDLE_S - 60) * 1000)
    assert (await browser.get("/api/me")).status_code == 200
    clock.forward(60)
    assert (await browser.get("/api/me")).status_code == 401


_FOR_SOMEBODY = {"team": "media", "text": "It fails", "requester": {"name": "Zoe"}}


async def seen_at(api: Api) -> int:
    query = select(SessionRow.last_seen_at).order_by(col(SessionRow.created_at).desc())
    return await api.desk.desk.storage.read(lambda tx: tx.session.exec(query).first() or 0)


async def test_automatic_requests_do_not_extend_the_session(api: Api, clock: SettableClock) -> None:
    """An unattended console reconnects, resumes, reads and pings. Its socket is still closed."""
    customer, _, chat = await begin(api.desk)
    await api.enrolled("tom")
    browser = await api.browser("tom")
    line = await socket_of(api, browser)
    clock.forward(IDLE_S)
    again = await api.desk.connect("staff", {**kept(browser), "Origin": api.desk.origin})
    assert await again.ended() == 4001
    await line.command("ping")
    await line.command("chat.resume", chat=chat, after=0)
    await line.raw({"type": "read", "chat": chat, "upto": 1})
    await line.command("ping")
    await api.desk.desk.revoked_access.end_idle_sessions()
    assert await line.ended() == 4010
    await customer.command("ping")


async def test_chat_of_an_agent_signed_out_for_idleness_is_requeued(api: Api, clock: SettableClock) -> None:
    """At once. The end of the session has an audit line."""
    await api.enrolled("tom")
    browser = await api.browser("tom")
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
    await api.desk.desk.revoked_access.end_idle_sessions()
    assert await line.ended() == 4010
    assert (await customer.event("chat.queued"))["reason"] == "agent_gone"
    rows = await api.desk.desk.storage.read(
        lambda tx: list(tx.session.exec(select(AuditRow).where(AuditRow.verb == "expire")))
    )
    assert [(row.actor_kind, row.thing, row.at) for row in rows] == [("system", "session", clock())]


def session_of(browser: httpx2.AsyncClient) -> str:
    return fingerprint(next(iter(browser.cookies.values())))


async def test_activity_is_not_written_until_it_is_saved(api: Api, clock: SettableClock) -> None:
    await api.enrolled()
    browser = await api.browser()
    before = await seen_at(api)
    clock.forward(1)
    for _ in range(1_000):
        api.desk.desk.people.use.note(session_of(browser))
    assert await seen_at(api) == before
    await api.desk.desk.people.use.save()
    assert await seen_at(api) == before + 1_000


# -- by somebody else ------------------------------------------------------------------------


async def test_admin_can_end_all_sessions_of_a_person(api: Api) -> None:
    """Their sockets close, and tokens end only on request. The person may sign in again. The sign-in page says who
    signed them out, in their own browser alone."""
    program = await api.enrolled()
    id_ = (await program.get("/api/me")).json()["id"]
    ada = await api.staff("ada", "admin", ())
    browsers = [await api.browser(), await api.browser()]
    line = await socket_of(api, browsers[0])
    told = await ada.post(f"/api/staff/{id_}/sign-out", json={})
    assert (told.status_code, told.json()) == (200, {"sessions": 2})
    assert [(await browser.get("/api/me")).status_code for browser in browsers] == [401, 401]
    assert await line.ended() == 4010
    pages = [(await browser.get("/sign-in")).text for browser in (browsers[0], ada)]
    assert ["signed you out" in page for page in pages] == [True, False]
    assert (await program.get("/api/me")).status_code == 200
    assert (await ada.post(f"/api/staff/{id_}/sign-out", json={"tokens": True})).json() == {"sessions": 0}
    assert (await program.get("/api/me")).status_code == 401
    await api.browser()
    query = select(AuditRow).where(AuditRow.verb == "sign_out").order_by(col(AuditRow.id))
    rows = await api.desk.desk.storage.read(lambda tx: list(tx.session.exec(query)))
    assert [(row.thing, row.thing_id, row.detail) for row in rows] == [
        ("user", id_, '{"sessions":2}'),
        ("user", id_, '{"sessions":0,"tokens":1}'),
    ]


# -- the cookie's name -----------------------------------------------------------------------


async def test_session_cookie_over_https_has_the_host_prefix(start: Start) -> None:
    """`__Host-` and the attributes it requires. Sign-in deletes a cookie without it, sign-out both."""
    api = await start(base_url=HTTPS)
    await api.enrolled()
    browser = await api.client(Origin=HTTPS)
    set_cookies = [one for one in (await api.sign_in(browser)).headers.get_list("set-cookie") if SESSION in one]
    assert [one.partition("=")[0] for one in set_cookies] == [HOST, SESSION]
    given, deleted = set_cookies
    assert {"Secure", "Path=/", "HttpOnly"} <= set(given.split("; ")) and "domain" not in given.lower()
    assert "Max-Age=0" in deleted
    cookie = given.partition(";")[0]
    assert (await (await api.client(Cookie=cookie)).get("/api/me")).status_code == 200
    out = await (await api.client(Cookie=cookie, Origin=HTTPS)).delete("/api/session")
    deleted_names = [one.partition("=")[0] for one in out.headers.get_list("set-cookie") if SESSION in one]
    assert deleted_names == [HOST, SESSION]
    assert (await (await api.client(Cookie=cookie)).get("/api/me")).status_code == 401


async def test_old_session_cookie_is_exchanged_for_the_new_name(start: Start, clock: SettableClock) -> None:
    """By any answer that is not cached. A minute later the old name is invalid."""
    api = await start()
    await api.enrolled()
    value = (await api.sign_in(await api.client())).cookies[SESSION]
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


async def test_websocket_handshake_exchanges_no_cookie(start: Start, clock: SettableClock) -> None:
    """An open console can reconnect with the old cookie until its page is loaded again."""
    api = await start()
    await api.enrolled()
    value = (await api.sign_in(await api.client())).cookies[SESSION]
    api = await start(base_url=HTTPS)
    for _ in range(2):
        line = await api.desk.connect("staff", {"Cookie": f"{SESSION}={value}", "Origin": HTTPS})
        await line.command("hello")
        clock.forward(RENAMED_MS / 1000 + 1)


async def test_new_session_is_refused_under_the_old_cookie_name(start: Start) -> None:
    """Another host of the domain could plant such a cookie and sign people in to a foreign session."""
    api = await start(base_url=HTTPS)
    await api.enrolled()
    value = (
        (await api.sign_in(await api.client(Origin=HTTPS))).headers["set-cookie"].partition("=")[2].partition(";")[0]
    )
    assert (await (await api.client(Cookie=f"{HOST}={value}")).get("/api/me")).status_code == 200
    planted = await (await api.client(Cookie=f"{SESSION}={value}")).get("/api/me")
    assert planted.status_code == 401 and "set-cookie" not in planted.headers
