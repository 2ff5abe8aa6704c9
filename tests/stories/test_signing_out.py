"""Customers sign out: their tokens open nothing any more, wherever they are copied to. And identities shown twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from identity.visitors import PROVEN_MS
from tests.running import RunningDesk, SettableClock, running
from tests.signing import DESK, HostSettings, Site
from tests.stories.test_identities import me

PLANNER = Site("the secret of the media planner that is long enough", "planner")


@pytest.fixture
def settings() -> HostSettings:
    return {"base_url": DESK, "identity_secret": f"planner:{PLANNER.secret}"}


async def sign_out(desk: RunningDesk, token: str) -> None:
    answer = await desk.http(token).delete("/api/session")
    assert answer.status_code == 204


async def test_token_of_a_signed_out_visitor_is_rejected(desk: RunningDesk, clock: SettableClock) -> None:
    """Over HTTP at once, and `hello` greets a new visitor. Every connection closes. What the visitor wrote stays."""
    visitor = await desk.customer(name="Vic")
    chat = (await visitor.command("chat.start", team="media", text="Hi"))["chat"]
    other = await desk.customer(visitor.token)
    made = await desk.http(visitor.token).post("/api/tickets", json={"team": "media", "text": "It fails"})
    assert made.status_code == 201
    clock.forward(1)
    await sign_out(desk, visitor.token)
    assert await visitor.ended() == 4010
    assert await other.ended() == 4010
    for path in ("/api/me", "/api/tickets", f"/api/tickets/{made.json()['number']}"):
        assert (await desk.http(visitor.token).get(path)).status_code == 401
    upload = await desk.http(visitor.token).post("/api/files", files={"file": ("a.txt", b"a")})
    assert upload.status_code == 401
    again = await desk.customer(visitor.token)
    assert again.greeting["visitor"] != visitor.greeting["visitor"] and again.greeting["chats"] == []
    await again.refused("not_found", "chat.resume", chat=chat, after=0)
    await sign_out(desk, visitor.token)
    assert (await me(desk, again.token))["kind"] == "customer"


async def test_sign_out_survives_a_restart(tmp_path: Path, clock: SettableClock) -> None:
    """The old token is still rejected after a restart."""
    data = tmp_path / "data"
    async with running(data, clock) as desk:
        visitor = await desk.customer(name="Vic")
        await visitor.command("chat.start", team="media", text="Hi")
        clock.forward(1)
        await sign_out(desk, visitor.token)
    async with running(data, clock) as desk:
        assert await me(desk, visitor.token) == 401
        assert (await desk.customer(visitor.token)).greeting["visitor"] != visitor.greeting["visitor"]


async def test_visitor_without_stored_actions_may_sign_out(desk: RunningDesk, clock: SettableClock) -> None:
    """Nothing but the sign-out is stored about the visitor."""
    visitor = await desk.customer()
    assert (await me(desk, visitor.token))["kind"] == "customer"
    clock.forward(1)
    await sign_out(desk, visitor.token)
    assert await me(desk, visitor.token) == 401
    assert (await desk.customer(visitor.token)).greeting["visitor"] != visitor.greeting["visitor"]


async def test_signed_out_account_is_closed_to_all_its_tokens(desk: RunningDesk, clock: SettableClock) -> None:
    """Not even another device's token opens it until the site signs a new identity. The chat continues there
    meanwhile."""
    here = await desk.customer(identity=PLANNER.sign("ana", clock()))
    there = await desk.customer(identity=PLANNER.sign("ana", clock()))
    chat = (await there.command("chat.start", team="media", text="Hi"))["chat"]
    clock.forward(PROVEN_MS / 2000)
    assert [(await me(desk, one.token))["email"] for one in (here, there)] == ["ana@northlake.example"] * 2
    await sign_out(desk, here.token)
    assert await here.ended() == 4010
    clock.forward(1)
    assert [await me(desk, one.token) for one in (here, there)] == [401, 401]
    await there.command("message.send", chat=chat, text="Still here")
    proven = await there.command("identify", identity=PLANNER.sign("ana", clock()))
    assert (await me(desk, proven["token"]))["email"] == "ana@northlake.example"
    assert [open["chat"] for open in proven["chats"]] == [chat]


async def test_token_with_an_expired_identity_signs_no_account_out(desk: RunningDesk, clock: SettableClock) -> None:
    """Otherwise anyone who finds an old token could sign the account out."""
    old = await desk.customer(identity=PLANNER.sign("ana", clock()))
    clock.forward(PROVEN_MS / 1000)
    now = await desk.customer(identity=PLANNER.sign("ana", clock()))
    await sign_out(desk, old.token)
    clock.forward(2)
    assert (await me(desk, now.token))["email"] == "ana@northlake.example"


@pytest.mark.parametrize("token", ["nonsense", "A" * 84, "Bearer"])
async def test_sign_out_with_an_invalid_token_does_nothing(desk: RunningDesk, token: str) -> None:
    """It is not an error, because nobody is signed in with it."""
    answer = await desk.http(Authorization=f"Bearer {token}").delete("/api/session")
    assert answer.status_code == 204


# -- identities that are shown twice ----------------------------------------------------------


async def test_identity_with_a_jti_works_only_in_its_first_browser(desk: RunningDesk, clock: SettableClock) -> None:
    """That browser may show it again. Another is refused, by `hello` and by `identify`, until it has expired."""
    jwt = PLANNER.sign("ana", clock(), jti="page 1")
    ana = await desk.customer(identity=jwt)
    back = await desk.customer(ana.token, identity=jwt)
    assert back.greeting["visitor"] == ana.greeting["visitor"]
    thief = await desk.connect("customer")
    refused = await thief.refused("unauthorized", "hello", identity=jwt)
    assert "another browser" in refused["message"]
    mallory = await desk.customer()
    await mallory.refused("unauthorized", "identify", identity=jwt)
    await mallory.command("identify", identity=PLANNER.sign("mal", clock(), jti="page 2"))
    clock.forward(300)
    await (await desk.connect("customer")).refused("unauthorized", "hello", identity=jwt)
