"""Customers whom a host site knows: the proof at the door, on every device, and what it opens."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from identity.adapters.tables import VisitorRow
from identity.visitors import PROVEN_MS
from tests.running import Client, RunningDesk, SettableClock, running
from tests.signing import DESK, HostSettings, Site, unsigned
from tests.stories.nine_people import add_client
from tests.stories.people_in_memory import always_open

PLANNER = Site("the secret of the media planner that is long enough", "planner")
BUYER = Site("the secret of the site of buyers that is long enough", "buyer")
SECRETS = f"planner:{PLANNER.secret},buyer:{BUYER.secret}"


@pytest.fixture
def settings() -> HostSettings:
    return {"base_url": DESK, "identity_secret": SECRETS}


@pytest.fixture
def ana(clock: SettableClock) -> Callable[[], str]:
    """A fresh identity of Ana, signed by the media planner."""
    return lambda: PLANNER.sign("ana", clock())


async def opens(client: Client, chat: str) -> bool:
    """May this customer see the chat? Where they may not, it is as if it were not there."""
    answer = await client.ask("chat.resume", chat=chat, after=0)
    if answer["type"] == "error":
        missing = await client.ask("chat.resume", chat="no-such-chat", after=0)
        assert {**answer, "id": None} == {**missing, "id": None}
    return bool(answer["type"] == "ok")


async def me(desk: RunningDesk, token: str) -> Any:
    """What HTTP says of who holds this token: the answer's status, or who it is."""
    answer = await desk.http(token).get("/api/me")
    return answer.json() if answer.status_code == 200 else answer.status_code


async def test_proven_address_is_not_replaced_by_a_claim(desk: RunningDesk, ana: Callable[[], str]) -> None:
    customer = await desk.customer(identity=ana())
    chat = (await customer.command("chat.start", team="media", text="It fails"))["chat"]
    await customer.refused("conflict", "chat.address", chat=chat, email="x@northlake.example")


@pytest.mark.parametrize(
    ("claims", "address", "verified"),
    [({}, "ana@northlake.example", True), ({"email": None, "name": None}, "m@evil.example", False)],
    ids=["with an address", "without one"],
)
async def test_verified_address_comes_from_the_site(
    desk: RunningDesk, clock: SettableClock, claims: dict[str, None], address: str, verified: bool
) -> None:
    """What the customer claims instead is ignored. Where the site names no address, the claim stays one."""
    agent = await desk.staff("Maya")
    customer = await desk.customer(identity=PLANNER.sign("ana", clock(), **claims), email="m@evil.example")
    chat = (await customer.command("chat.start", team="media", text="Hi", email="m@evil.example"))["chat"]
    await agent.ask("chat.resume", chat=chat, after=0)
    started = await agent.event("chat.started")
    assert (started["email"], started["verified"], started["from"]["verified"]) == (address, verified, verified)
    assert started["from"]["id"] != customer.greeting["visitor"]


async def test_visitor_is_stored_from_the_first_stored_action(desk: RunningDesk) -> None:
    """A visitor who only looks leaves no row. One who writes is stored with the name and address they gave."""

    async def kept() -> list[tuple[str, str | None]]:
        rows = await desk.desk.storage.read(lambda tx: list(tx.session.exec(select(VisitorRow))))
        return [(row.id, row.email) for row in rows]

    customer = await desk.customer(name="Ana", email="ana@northlake.example")
    assert (await desk.http(customer.token).get("/api/tickets")).json()["tickets"] == []
    await customer.command("ping")
    assert await kept() == []
    await customer.command("chat.start", team="media", text="Hello")
    assert await kept() == [(customer.greeting["visitor"], "ana@northlake.example")]


async def test_account_shares_its_open_chat_across_devices(desk: RunningDesk, ana: Callable[[], str]) -> None:
    """The greeting lists the open chat. Its events come only after `chat.resume`, and no second chat may start."""
    laptop = await desk.customer(identity=ana())
    chat = (await laptop.command("chat.start", team="media", text="Hi"))["chat"]
    phone = await desk.customer(identity=ana())
    assert phone.greeting["visitor"] != laptop.greeting["visitor"]
    assert phone.greeting["chats"] == [{"chat": chat, "state": "queued", "team": "media", "seq": 2}]
    await laptop.command("message.send", chat=chat, text="Not for the phone yet")
    assert (await phone.refused("already_chatting", "chat.start", team="media", text="Hi"))["chat"] == chat
    assert phone.durable(chat) == []
    await phone.command("chat.resume", chat=chat, after=0)
    assert [event["seq"] for event in phone.durable(chat)] == [1, 2, 3]
    await phone.command("message.send", chat=chat, text="From the phone")
    assert (await laptop.event("message", text="From the phone"))["seq"] == 4


async def test_same_address_at_two_sites_is_two_accounts(desk: RunningDesk, clock: SettableClock) -> None:
    """The account is the site's secret and the subject, never the address."""
    at_planner = await desk.customer(identity=PLANNER.sign("ana", clock()))
    chat = (await at_planner.command("chat.start", team="media", text="Hi"))["chat"]
    at_buyer = await desk.customer(identity=BUYER.sign("ana", clock()))
    other_sub = await desk.customer(identity=PLANNER.sign("ana2", clock(), email="ana@northlake.example"))
    for client in (at_buyer, other_sub):
        assert client.greeting["chats"] == [] and not await opens(client, chat)


@pytest.mark.parametrize("next_user", [None, "ben"])
async def test_token_opens_nothing_without_its_identity(
    desk: RunningDesk, ana: Callable[[], str], clock: SettableClock, next_user: str | None
) -> None:
    """Signed out, or with the next user of the browser, its customer is a new visitor. With the identity the visitor is
    the same again."""
    customer = await desk.customer(identity=ana())
    chat = (await customer.command("chat.start", team="media", text="Hi"))["chat"]
    other = await desk.customer(customer.token, **({"identity": PLANNER.sign(next_user, clock())} if next_user else {}))
    assert other.greeting["visitor"] != customer.greeting["visitor"]
    assert other.greeting["chats"] == [] and not await opens(other, chat)
    back = await desk.customer(customer.token, identity=ana())
    assert back.greeting["visitor"] == customer.greeting["visitor"] and await opens(back, chat)


async def test_visitor_who_signs_in_keeps_the_open_chat(desk: RunningDesk, ana: Callable[[], str]) -> None:
    """An anonymous visitor who signs in stays the same visitor and keeps the chat. The browser's older token no longer
    opens it."""
    agent = await desk.staff("Maya", capacity=0)
    customer = await desk.customer()
    chat = (await customer.command("chat.start", team="media", text="Hi"))["chat"]
    proven = await customer.command("identify", identity=ana())
    assert proven["visitor"] == customer.greeting["visitor"]
    assert proven["chats"] == [{"chat": chat, "state": "queued", "team": "media", "seq": 2}]
    await agent.command("chat.resume", chat=chat, after=0)
    await agent.command("note.add", chat=chat, text="A note")
    await customer.command("message.send", chat=chat, text="Still here")
    assert (await agent.event("message", text="Still here"))["from"]["verified"] is True
    with_the_old_token = await desk.customer(customer.token)
    assert with_the_old_token.greeting["visitor"] != customer.greeting["visitor"]
    assert not await opens(with_the_old_token, chat)
    with_proof = await desk.customer(customer.token, identity=ana())
    assert with_proof.greeting["visitor"] == customer.greeting["visitor"] and await opens(with_proof, chat)


async def test_renewed_identity_changes_only_the_token(
    desk: RunningDesk, ana: Callable[[], str], clock: SettableClock
) -> None:
    """The same account stays the same visitor and keeps following its chats. Only the token is newer."""
    customer = await desk.customer(identity=ana())
    chat = (await customer.command("chat.start", team="media", text="Hi"))["chat"]
    clock.forward(9 * 60)
    renewed = await customer.command("identify", identity=ana())
    assert renewed["visitor"] == customer.greeting["visitor"] and renewed["token"] != customer.token
    assert set(renewed) == {"type", "id", "visitor", "token", "chats", "tickets"}
    await customer.command("message.send", chat=chat, text="On and on")


async def test_other_identity_on_an_open_connection_is_a_new_visitor(
    desk: RunningDesk, ana: Callable[[], str], clock: SettableClock
) -> None:
    """Nothing of the previous visitor is sent or accepted any longer. Their chat leaves the queue when its clock runs
    out."""
    agent = await desk.staff("Maya", capacity=0)
    customer = await desk.customer(identity=ana())
    chat = (await customer.command("chat.start", team="media", text="Hi"))["chat"]
    other = await customer.command("identify", identity=PLANNER.sign("ben", clock()))
    assert other["visitor"] != customer.greeting["visitor"] and other["chats"] == []
    await customer.refused("not_found", "message.send", chat=chat, text="Mine?")
    assert not await opens(customer, chat)
    await agent.command("chat.resume", chat=chat, after=0)
    before = len(customer.heard)
    elsewhere = await desk.customer(identity=ana())
    await elsewhere.command("chat.resume", chat=chat, after=0)
    await elsewhere.command("message.send", chat=chat, text="Secret of Ana")
    own = await customer.command("chat.start", team="media", text="Of Ben")
    assert own["chat"] != chat and "Secret of Ana" not in str(customer.heard[before:])
    await agent.command("chat.resume", chat=own["chat"], after=0)
    assert (await agent.event("chat.started", chat=own["chat"]))["email"] == "ben@northlake.example"


VICTIM = "victim@northlake.example"


async def test_ticket_for_an_address_opens_only_to_its_site(
    tmp_path: Path, clock: SettableClock, database_url: str | None
) -> None:
    """Staff open one ticket for an address and add it as a participant to another. Only the site with that domain opens
    both. The address at another site, or unverified at the same site, finds neither: it is shown as unverified, belongs
    to no client and is not taken for the requester."""
    domains = "planner:northlake.example,buyer:kestrel.example"
    async with running(
        tmp_path / "data", clock, database_url, base_url=DESK, identity_secret=SECRETS, identity_domains=domains
    ) as desk:
        await add_client(desk, "northlake.example")
        maya = await desk.staff("Maya")
        staff = desk.http(maya.token)
        wanted = {"team": "media", "text": "Dates", "requester": {"name": "V", "email": VICTIM}}
        evil = await desk.customer(identity=BUYER.sign("evil", clock(), email=VICTIM))
        unproven = await desk.customer(identity=PLANNER.sign("new", clock(), email=VICTIM, email_verified=False))
        paths = [(await staff.post("/api/tickets", json=wanted)).headers["location"]]
        other = {**wanted, "requester": {"name": "Zoe", "email": "zoe@elsewhere.example"}, "participants": [VICTIM]}
        paths.append((await staff.post("/api/tickets", json=other)).headers["location"])
        for stranger in (evil, unproven):
            theirs = desk.http(stranger.token)
            missing = await theirs.get("/api/tickets/4711")
            for path in paths:
                assert (await theirs.get(path)).content == missing.content
                assert (await theirs.post(f"{path}/replies", json={"text": "Hm"})).status_code == 404
            assert (await theirs.get("/api/tickets")).json()["tickets"] == []
            chat = (await stranger.command("chat.start", team="media", text="Hi"))["chat"]
            resumed = await maya.command("chat.resume", chat=chat, after=0)
            assert (await maya.event("chat.started", chat=chat))["verified"] is False
            assert resumed["about"]["customer"]["client"] is None
        victim = desk.http((await desk.customer(identity=PLANNER.sign("victim", clock(), email_verified=None))).token)
        assert [(await victim.get(path)).status_code for path in paths] == [200, 200]


async def test_address_no_longer_verified_by_its_site_opens_nothing(
    tmp_path: Path, clock: SettableClock, database_url: str | None
) -> None:
    """Access follows the account's latest identity."""
    async with running(tmp_path / "data", clock, database_url, base_url=DESK, identity_secret=SECRETS) as desk:
        staff = desk.http((await desk.staff("Maya")).token)
        wanted = {"team": "media", "text": "Dates", "requester": {"name": "V", "email": VICTIM}}
        path = (await staff.post("/api/tickets", json=wanted)).headers["location"]
        before = await desk.customer(identity=BUYER.sign("victim", clock()))
        assert (await desk.http(before.token).get(path)).status_code == 200
        after = await desk.customer(identity=BUYER.sign("victim", clock(), email_verified=None))
        assert (await desk.http(after.token).get(path)).status_code == 404


# -- hostile ------------------------------------------------------------------------------


def forged(now: int) -> dict[str, str]:
    """Identities that prove nothing. tests/identity/test_signed_identities.py has every other way to forge one."""
    return {
        "unsigned": unsigned({"alg": "none", "kid": "planner"}, PLANNER.claims("ana", now)),
        "another site's kid": Site(BUYER.secret, "planner").sign("ana", now),
        "expired": PLANNER.sign("ana", now, iat=now // 1000 - 300, exp=now // 1000 - 1),
        "nothing": "",
    }


async def test_invalid_identity_is_unauthorized_whatever_the_token(desk: RunningDesk, clock: SettableClock) -> None:
    """Each is `unauthorized`, whatever token comes with it. The connection belongs to nobody until a valid `hello`."""
    known = await desk.customer()
    stranger = await desk.connect("customer")
    for wrong, identity in forged(clock()).items():
        for token in ({}, {"token": known.token}):
            answer = await stranger.ask("hello", identity=identity, **token)
            assert (answer["type"], answer.get("code")) == ("error", "unauthorized"), wrong
            assert "visitor" not in answer and "token" not in answer
    await stranger.refused("unauthorized", "chat.start", team="media", text="Let me in")
    assert (await stranger.command("hello"))["visitor"]


async def test_invalid_renewal_keeps_the_current_visitor(desk: RunningDesk, clock: SettableClock) -> None:
    """The connection keeps its visitor and keeps following its chats."""
    customer = await desk.customer(identity=PLANNER.sign("ana", clock()))
    chat = (await customer.command("chat.start", team="media", text="Hi"))["chat"]
    for wrong, identity in forged(clock()).items():
        assert (await customer.ask("identify", identity=identity))["code"] == "unauthorized", wrong
    await customer.command("message.send", chat=chat, text="Still Ana")


# -- over HTTP ----------------------------------------------------------------------------


async def test_token_of_an_identity_expires_over_http(
    desk: RunningDesk, ana: Callable[[], str], clock: SettableClock
) -> None:
    """It stands for the account for as long as a page may be open, from each identity on. After that only a new token
    does."""
    customer = await desk.customer(identity=ana())
    who = await me(desk, customer.token)
    assert (who["id"], who["email"]) == (customer.greeting["visitor"], "ana@northlake.example")
    clock.forward(PROVEN_MS / 1000 - 1)
    assert (await me(desk, customer.token))["email"] == "ana@northlake.example"
    renewed = (await customer.command("identify", identity=ana()))["token"]
    clock.forward(1)
    assert await me(desk, customer.token) == 401
    assert (await me(desk, renewed))["email"] == "ana@northlake.example"


async def test_token_from_before_sign_in_opens_nothing_over_http(
    desk: RunningDesk, ana: Callable[[], str], clock: SettableClock
) -> None:
    """Once a visitor belongs to an account, a token that does not name the account is invalid."""
    customer = await desk.customer()
    assert (await me(desk, customer.token))["id"] == customer.greeting["visitor"]
    await customer.command("identify", identity=ana())
    clock.forward(2)
    assert await me(desk, customer.token) == 401


async def test_team_requiring_an_identity_refuses_anonymous_chats(
    tmp_path: Path, clock: SettableClock, ana: Callable[[], str]
) -> None:
    """With `identity: required`, an anonymous customer is refused and told why. A signed-in customer may start a
    chat."""
    hours = tmp_path / "hours.yaml"
    hours.write_text(always_open("identity: required"), encoding="utf-8")
    async with running(tmp_path / "d", clock, base_url=DESK, identity_secret=SECRETS, hours=hours) as strict:
        nobody = await strict.customer()
        await nobody.refused("unauthorized", "chat.start", team="media", text="Hi")
        await nobody.command("identify", identity=ana())
        assert (await nobody.command("chat.start", team="media", text="Hi"))["state"] == "queued"
        known = await strict.customer(identity=PLANNER.sign("cy", clock(), email_verified=None))
        assert (await known.command("chat.start", team="media", text="Hi"))["state"] == "queued"
