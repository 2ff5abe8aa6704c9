"""Guesses at the door: how many of them are hashed, who comes in meanwhile, and what is written of them."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from pwdlib.hashers.argon2 import Argon2Hasher

from identity.adapters.attempts import ACCOUNT_LIMIT, PAIR_LIMIT
from identity.adapters.hashing_queue import AT_ONCE, WAITING
from identity.adapters.sign_in_watch import NOTIFY_FROM
from server.edge.cookies import DEVICE
from tests.running import SettableClock, eventually
from tests.server.edge.api.conftest import MAYA_SIGNS_IN as MAYA
from tests.server.edge.api.conftest import PASSWORD, Api


class Gate(Argon2Hasher):
    """Holds up all hashing while it is closed, and counts the passwords that are checked."""

    def __init__(self) -> None:
        super().__init__(time_cost=1, memory_cost=8, parallelism=1)
        self.open = threading.Event()
        self.open.set()
        self.checked = 0

    def verify(self, password: str | bytes, hash: str | bytes) -> bool:
        self.checked += 1
        assert self.open.wait(60)
        return super().verify(password, hash)


@pytest.fixture
async def gate() -> AsyncIterator[Gate]:
    """Before the desk, which takes its hasher from here."""
    it = Gate()
    yield it
    it.open.set()


@pytest.fixture
async def guarded(gate: Gate, start: Callable[..., Awaitable[Api]]) -> Api:
    """A desk behind the gate, where Maya has a password."""
    api = await start(hasher=gate)
    await api.enrolled()
    return api


async def guess(api: Api, place: str, email: str, **headers: str) -> asyncio.StreamWriter:
    """A guess from a network address of its own, whose answer is not waited for."""
    _, writer = await asyncio.open_connection("127.0.0.1", api.desk.port, local_addr=(place, 0))
    body = json.dumps({"email": email, "password": "wrong wrong wrong"}).encode()
    head = (
        f"POST /api/session HTTP/1.1\r\nHost: 127.0.0.1:{api.desk.port}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    writer.write(head.encode() + body)
    await writer.drain()
    return writer


async def hung_up(guesses: list[asyncio.StreamWriter]) -> None:
    for one in guesses:
        one.close()
        await one.wait_closed()


@pytest.mark.parametrize(
    ("count", "places"), [(24, 5), (160, 1), (200, 50), pytest.param(4_000, 25, marks=pytest.mark.soak)]
)
async def test_sign_in_does_not_wait_for_abandoned_guesses(guarded: Api, gate: Gate, count: int, places: int) -> None:
    """Of guesses whose clients disconnected, only those already being hashed are finished."""
    gate.open.clear()
    guesses = [await guess(guarded, f"127.0.3.{1 + n % places}", f"u{n}@desk.example") for n in range(count)]
    await eventually(lambda: gate.checked == min(AT_ONCE, places), "the first are being hashed")
    await hung_up(guesses)
    line = guarded.desk.desk.people.guard.queue
    await eventually(lambda: not line.turns.waiting(), "who hung up has left the line")
    browser = await guarded.client()
    right = asyncio.create_task(browser.post("/api/session", json=MAYA))
    gate.open.set()
    assert (await right).status_code == 200
    assert gate.checked <= AT_ONCE + 1
    await eventually(lambda: not line.inside, "nobody is inside")
    assert gate.checked <= AT_ONCE + 1


async def test_sign_in_beyond_a_full_queue_is_unavailable(guarded: Api, gate: Gate) -> None:
    """503 with `Retry-After`. It does not count as a failure, and a later try succeeds."""
    gate.open.clear()
    guesses = [await guess(guarded, "127.0.0.1", f"u{n}@desk.example") for n in range(20)]
    await eventually(lambda: gate.checked == 1, "the first is being hashed")
    browser = await guarded.client()
    for _ in range(2 * PAIR_LIMIT):
        busy = await browser.post("/api/session", json=MAYA)
        assert busy.status_code == 503 and busy.json()["code"] == "unavailable"
        assert int(busy.headers["retry-after"]) > 0 and "set-cookie" not in busy.headers
    await hung_up(guesses)
    gate.open.set()
    await eventually(lambda: not guarded.desk.desk.people.guard.queue.inside, "nobody is inside")
    assert (await browser.post("/api/session", json=MAYA)).status_code == 200


async def test_known_browser_passes_a_full_sign_in_queue(guarded: Api, gate: Gate) -> None:
    """The queue is full of guesses from many networks, whose clients stay connected."""
    browser = await guarded.browser()
    gate.checked = 0
    gate.open.clear()
    guesses = [await guess(guarded, f"127.0.4.{1 + n}", "maya@desk.example") for n in range(30)]
    line = guarded.desk.desk.people.guard.queue
    await eventually(lambda: gate.checked == AT_ONCE and line.turns.waiting(), "the line is full")
    right = asyncio.create_task(browser.post("/api/session", json=MAYA))
    await eventually(
        lambda: any(line.turns.waiting(lane) for lane in line.inside if not lane.startswith("127.0.4.")), "it waits"
    )
    gate.open.set()
    assert (await right).status_code == 200
    await hung_up(guesses)


async def test_new_network_passes_a_full_queue_of_repeated_guesses(guarded: Api, gate: Gate) -> None:
    """Nobody signed in from this network before. The others tried many times."""
    line = guarded.desk.desk.people.guard.queue
    guesses = [await guess(guarded, f"127.0.5.{1 + n % 12}", f"u{n}@desk.example") for n in range(60)]
    await eventually(lambda: gate.checked >= 12 and not line.inside, "they were answered")
    gate.checked = 0
    gate.open.clear()
    guesses += [await guess(guarded, f"127.0.5.{1 + n % 12}", f"v{n}@desk.example") for n in range(60)]
    await eventually(lambda: gate.checked == AT_ONCE and line.turns.waiting() == WAITING, "the line is full")
    browser = await guarded.client()
    right = asyncio.create_task(browser.post("/api/session", json=MAYA))
    await eventually(lambda: line.turns.waiting("127.0.0.1"), "it waits")
    gate.open.set()
    assert (await right).status_code == 200
    await hung_up(guesses)


async def test_password_change_waits_in_the_sign_in_queue(guarded: Api, gate: Gate) -> None:
    """So does setting up a second factor. Requests beyond the limit get 503."""
    browser = await guarded.browser()
    gate.checked = 0
    gate.open.clear()
    change = {"password": "wrong", "new_password": "violet tractor umbrella"}
    calls = [
        *[asyncio.create_task(browser.post("/api/me/password", json=change)) for _ in range(7)],
        *[asyncio.create_task(browser.post("/api/me/totp", json={"password": "wrong"})) for _ in range(7)],
    ]
    await eventually(lambda: sum(call.done() for call in calls) == 10, "those beyond the line are refused")
    await eventually(lambda: gate.checked == 1, "one is being hashed")
    gate.open.set()
    answers = await asyncio.gather(*calls)
    assert sorted(answer.status_code for answer in answers) == [401] * 4 + [503] * 10


async def test_known_browser_signs_in_despite_guesses_from_many_networks(api: Api, clock: SettableClock) -> None:
    """After a hundred failures in an hour, only browsers that signed in before can sign in."""
    await api.enrolled()
    browser = await api.client()
    first = await browser.post("/api/session", json=MAYA)
    cookie = first.headers.get_list("set-cookie")[1]
    assert cookie.startswith(f"{DEVICE}=") and "HttpOnly" in cookie and "SameSite=strict" in cookie
    people = api.desk.desk.people
    for n in range(ACCOUNT_LIMIT):
        with pytest.raises(Exception, match="Wrong email or password"):
            await people.sign_in("maya@desk.example", "wrong", f"10.{n}.0.1", None)
    stranger = await api.client()
    refused = await stranger.post("/api/session", json=MAYA)
    assert refused.status_code == 429 and "signed in before" in refused.json()["detail"]
    assert 0 < int(refused.headers["retry-after"]) <= 3_600
    again = await browser.post("/api/session", json=MAYA)
    assert again.status_code == 200
    assert again.headers.get_list("set-cookie")[1] != cookie
    clock.forward(3_600)
    assert (await stranger.post("/api/session", json=MAYA)).status_code == 200


async def test_device_cookie_is_valid_for_its_own_email_address_only(api: Api) -> None:
    """A changed or invalid one counts as none. The cookie itself signs nobody in."""
    await api.enrolled()
    await api.enrolled("ben")
    ben = await api.browser("ben")
    device = ben.cookies[DEVICE]
    for n in range(ACCOUNT_LIMIT):
        with pytest.raises(Exception, match="Wrong email or password"):
            await api.desk.desk.people.sign_in("maya@desk.example", "wrong", f"10.{n}.0.1", None)
    for value in (
        device,
        device[:-1] + ("A" if device[-1] != "A" else "B"),
        "x" * 52,
        "",
        "\N{SNOWMAN}".encode().hex(),
    ):
        other = await api.client(Cookie=f"{DEVICE}={value}")
        assert (await other.post("/api/session", json=MAYA)).status_code == 429
        assert (await other.get("/api/me")).status_code == 401


async def test_device_cookie_over_https_has_the_host_prefix(start: Callable[..., Awaitable[Api]]) -> None:
    api = await start(base_url="https://desk.example")
    await api.enrolled()
    answer = await (await api.client()).post("/api/session", json=MAYA)
    cookie = next(one for one in answer.headers.get_list("set-cookie") if one.startswith(f"__Host-{DEVICE}="))
    assert "Secure" in cookie and "Path=/" in cookie


async def test_person_sees_failed_sign_ins_until_they_dismiss_them(api: Api) -> None:
    """From ten failures in an hour: count, times and last network, at sign-in and in `/api/me`."""
    await api.enrolled()
    people = api.desk.desk.people
    browser = await api.client(Origin=api.desk.url)
    for n in range(NOTIFY_FROM + 2):
        with pytest.raises(Exception, match="Wrong email or password"):
            await people.sign_in("maya@desk.example", "wrong", f"203.0.{n}.77", None)
        await people.watch.save()
        if n == NOTIFY_FROM - 2:
            told = (await browser.post("/api/session", json=MAYA)).json()["failed_sign_ins"]
            assert told is None
    told = (await browser.post("/api/session", json=MAYA)).json()["failed_sign_ins"]
    # The one that came in from here does not wipe out what failed elsewhere.
    assert (told["count"], told["last_network"]) == (NOTIFY_FROM + 2, f"203.0.{NOTIFY_FROM + 1}.0/24")
    assert told["since"] <= told["last_at"]
    assert (await browser.get("/api/me")).json()["failed_sign_ins"] == told
    assert (await browser.delete("/api/me/failed-sign-ins")).status_code == 204
    assert (await browser.get("/api/me")).json()["failed_sign_ins"] is None
    await api.enrolled("ben")
    assert (await api.sign_in(await api.client(), "ben")).json()["failed_sign_ins"] is None


async def test_wrong_confirmation_codes_are_rate_limited(api: Api, clock: SettableClock) -> None:
    await api.enrolled()
    browser = await api.browser()
    assert (await browser.post("/api/me/totp", json={"password": PASSWORD})).status_code == 201
    codes = [(await browser.post("/api/me/totp/confirm", json={"totp": "000000"})).status_code for _ in range(20)]
    assert codes == [422] * 2 * PAIR_LIMIT + [429] * (20 - 2 * PAIR_LIMIT)
    clock.forward(600)
    assert (await browser.post("/api/me/totp/confirm", json={"totp": "000000"})).status_code == 422
