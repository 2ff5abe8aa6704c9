from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import nullcontext
from functools import partial
from unittest.mock import create_autospec
from uuid import uuid4

import pytest

from identity.actor import Actor
from identity.adapters.attempts import PAIR_LIMIT
from identity.adapters.people import REMEMBER_MS, People
from identity.adapters.sign_in_watch import SignInWatch
from identity.ports import KnownVisitor
from identity.tokens import SCOPES, fingerprint
from identity.visitors import Visitor
from refusals import Refused
from storage.ports import Storage, StorageUnavailable, Tx
from tests.hashing import QUICK
from tests.running import SettableClock

PASSWORD = "correct horse battery"
HERE = "203.0.113.9"
SECRET = b"a secret of the tests, long enough for it"


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock()


@pytest.fixture
async def people(storage: Storage, clock: SettableClock) -> AsyncIterator[People]:
    """Maya, who has a password, and the disabled Ben with the same password."""
    it = People(storage, clock, SECRET, hasher=QUICK)
    hashed = await it.passwords.hashed(PASSWORD)
    for name in ("maya", "ben"):
        add = partial(it.identity.add_user, email=f"{name}@desk.example", name=name, role="agent", teams=["media"])
        await storage.write(partial(add, known_teams=["media"], now=clock(), password_hash=hashed))
    await storage.write(lambda tx: it.identity.disable(tx, "ben@desk.example", clock()))
    yield it
    it.close()


async def test_sign_in_gives_a_session_until_sign_out(people: People, clock: SettableClock) -> None:
    signed_in = await people.sign_in("Maya@desk.example", PASSWORD, "203.0.113.9", "a browser")
    assert await people.actor_of_session(signed_in.cookie) == signed_in.actor
    assert signed_in.actor.name == "maya" and signed_in.expires_at > clock()
    told = list[int]()
    people.known.watch(lambda: told.append(1))
    await people.sign_out(signed_in.cookie)
    assert await people.actor_of_session(signed_in.cookie) is None
    # Other processes are told only if something ended: anybody can send a cookie.
    await people.sign_out(signed_in.cookie)
    assert told == [1]


@pytest.mark.parametrize("writes", [0, 1])
async def test_sign_out_while_the_database_fails_ends_both_or_nothing(
    people: People, storage: Storage, clock: SettableClock, writes: int
) -> None:
    """A request may carry a session's cookie and a visitor's token. They end in one transaction."""
    left = [True] * writes

    async def write(unit: Callable[[Tx], object]) -> object:
        if not left:
            raise StorageUnavailable("disk full")
        left.pop()
        return await storage.write(unit)

    failing = create_autospec(Storage, instance=True)
    failing.read.side_effect, failing.write.side_effect = storage.read, write
    cookie = (await people.sign_in("maya@desk.example", PASSWORD, HERE, None)).cookie
    visitor = Visitor(str(uuid4()), issued_at=clock())
    clock.forward(1)
    desk = People(failing, clock, SECRET)
    with nullcontext() if writes else pytest.raises(StorageUnavailable):
        await desk.sign_out(cookie, visitor)
    ended = [await desk.actor_of_session(cookie) is None, await desk.visits.actor_of(visitor) is None]
    assert ended == [bool(writes)] * 2


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("maya@desk.example", "wrong"),
        ("maya@desk.example", ""),
        ("maya@desk.example", "x" * 4_096),
        ("nobody@desk.example", PASSWORD),
        ("ben@desk.example", PASSWORD),
        ("no address", PASSWORD),
        ("ma\0ya@desk.example", PASSWORD),
    ],
)
async def test_wrong_unknown_and_disabled_get_the_same_answer(people: People, email: str, password: str) -> None:
    with pytest.raises(Refused) as refused:
        await people.sign_in(email, password, "203.0.113.9", None)
    assert (refused.value.code, refused.value.message) == ("unauthorized", "Wrong email or password.")


async def test_guessing_is_limited_per_place_without_locking_out(people: People, clock: SettableClock) -> None:
    for _ in range(PAIR_LIMIT):
        with pytest.raises(Refused, match="Wrong email or password"):
            await people.sign_in("maya@desk.example", "wrong", "203.0.113.9", None)
    with pytest.raises(Refused) as refused:
        await people.sign_in("maya@desk.example", PASSWORD, "203.0.113.9", None)
    assert refused.value.code == "rate_limited" and refused.value.retry_after_s
    await people.sign_in("maya@desk.example", PASSWORD, "198.51.100.4", None)
    clock.forward(refused.value.retry_after_s)
    await people.sign_in("maya@desk.example", PASSWORD, "203.0.113.9", None)


async def test_failures_are_counted_by_reason(storage: Storage, clock: SettableClock) -> None:
    counted: Counter[str] = Counter()
    watch = SignInWatch(storage, clock, SECRET, lambda reason: counted.update([reason]))
    people = People(storage, clock, SECRET, watch=watch, hasher=QUICK)
    hashed = await people.passwords.hashed(PASSWORD)
    for name in ("maya", "ben"):
        add = partial(people.identity.add_user, email=f"{name}@desk.example", name=name, role="agent", teams=["media"])
        await storage.write(partial(add, known_teams=["media"], now=clock(), password_hash=hashed))
    await storage.write(lambda tx: people.identity.disable(tx, "ben@desk.example", clock()))
    signed_in = await people.sign_in("maya@desk.example", PASSWORD, HERE, None)
    maya = signed_in.actor
    assert not counted
    secret = await people.factors.begin(maya, PASSWORD, HERE)
    with pytest.raises(Refused):
        await people.factors.confirm(maya, "000000", fingerprint(signed_in.cookie), HERE)
    assert counted == {"code": 1} and secret
    for email, password in (("maya", "wrong"), ("nobody", PASSWORD), ("ben", PASSWORD)):
        with pytest.raises(Refused, match="Wrong email or password"):
            await people.sign_in(f"{email}@desk.example", password, HERE, None)
    assert counted == {"code": 1, "password": 1, "unknown": 1, "disabled": 1}
    for _ in range(PAIR_LIMIT):
        with pytest.raises(Refused):
            await people.sign_in("maya@desk.example", "wrong", HERE, None)
    assert (counted["password"], counted["limited"]) == (PAIR_LIMIT, 1)
    people.close()


async def test_disabling_elsewhere_takes_effect_within_the_cache_time(
    people: People, storage: Storage, clock: SettableClock
) -> None:
    assert REMEMBER_MS <= 2_000
    signed_in = await people.sign_in("maya@desk.example", PASSWORD, "203.0.113.9", None)
    token = await storage.write(lambda tx: people.identity.create_token(tx, "maya@desk.example", clock()))
    assert await people.actor_of_session(signed_in.cookie) is not None
    assert await people.actor_of_token(token) == (signed_in.actor, frozenset(SCOPES))
    await storage.write(lambda tx: people.identity.disable(tx, "maya@desk.example", clock()))
    clock.forward(REMEMBER_MS / 1000)
    assert await people.actor_of_session(signed_in.cookie) is None
    assert await people.actor_of_token(token) is None


async def let_in(people: People, storage: Storage, clock: SettableClock, name: str) -> list[tuple[str, Actor]]:
    """A session and a token by fingerprint, with their actor."""
    email = f"{name}@desk.example"
    signed_in = await people.sign_in(email, PASSWORD, "203.0.113.9", None)
    token = await storage.write(lambda tx: people.identity.create_token(tx, email, clock()))
    return [(fingerprint(secret), signed_in.actor) for secret in (signed_in.cookie, token)]


async def test_changed_reports_only_changed_people(people: People, storage: Storage, clock: SettableClock) -> None:
    add = partial(people.identity.add_user, email="zoe@desk.example", name='Zoë "Z", O\'Brien\\ 🙂', role="agent")
    hashed = await people.passwords.hashed(PASSWORD)
    teams = ["print", "media", "a-1", "a_1", "a1"]
    await storage.write(partial(add, teams=teams, known_teams=teams, now=clock(), password_hash=hashed))
    known = [*await let_in(people, storage, clock, "zoe"), *await let_in(people, storage, clock, "maya")]
    assert await people.changed(known) == {}
    set_role = partial(people.identity.set_role, role="agent", known_teams=teams)
    await storage.write(partial(set_role, email="zoe@desk.example", teams=["media", "a1", "a-1", "a_1"], now=clock()))
    changed = await people.changed(known)
    assert changed.keys() == {one for one, actor in known if actor.name != "maya"}
    assert {actor.teams for actor in changed.values() if actor} == {frozenset({"media", "a1", "a-1", "a_1"})}
    assert await people.changed([(one, changed.get(one) or actor) for one, actor in known]) == {}


async def test_changed_reports_new_roles_and_disabled_people(
    people: People, storage: Storage, clock: SettableClock
) -> None:
    known = await let_in(people, storage, clock, "maya")
    promote = partial(people.identity.set_role, email="maya@desk.example", role="supervisor", teams=["media"])
    await storage.write(partial(promote, known_teams=["media"], now=clock()))
    promoted = await people.changed(known)
    assert [actor and actor.role for actor in promoted.values()] == ["supervisor", "supervisor"]
    await storage.write(lambda tx: people.identity.disable(tx, "maya@desk.example", clock()))
    assert await people.changed(known) == dict.fromkeys(dict(known))


async def test_changed_reports_ended_sessions_and_tokens(
    people: People, storage: Storage, clock: SettableClock
) -> None:
    (session, maya), (token, _) = await let_in(people, storage, clock, "maya")
    (other, _), _ = await let_in(people, storage, clock, "maya")
    stranger = Actor("staff", "nobody", "maya", "maya@desk.example", role="agent", teams=frozenset({"media"}))
    asked = [(session, maya), (token, maya), ("never", maya)]
    assert await people.changed(asked) == {"never": None}
    assert await people.changed([(session, stranger)]) == {session: maya}
    told = list[int]()
    people.known.watch(lambda: told.append(1))
    await people.sign_out_elsewhere(maya, session)
    assert told == [1]
    await storage.write(lambda tx: people.identity.revoke_tokens(tx, "maya@desk.example", None, clock()))
    assert await people.changed([*asked, (other, maya)]) == {session: None, token: None, "never": None}
    clock.forward(366 * 86_400)
    assert await people.changed([(other, maya)]) == {other: None}


async def test_changed_with_nobody_returns_nothing(people: People) -> None:
    assert await people.changed([]) == {}


async def test_last_use_of_a_token_is_saved_hourly(people: People, storage: Storage, clock: SettableClock) -> None:
    token = await storage.write(lambda tx: people.identity.create_token(tx, "maya@desk.example", clock()))
    uses: list[int | None] = []
    for minutes in (0, 59, 2):
        clock.forward(minutes * 60)
        await people.actor_of_token(token)
        found = await storage.read(lambda tx: people.identity.token(tx, token, clock()))
        uses.append(found[0].last_used_at if found else None)
    first, second, third = uses
    assert first == second and third == clock()


async def test_visitor_keeps_the_latest_name_and_email(people: People, storage: Storage) -> None:
    id_ = str(uuid4())
    assert await storage.read(lambda tx: people.visitor(tx, id_)) is None
    for name, email in ((None, "ana@northlake.example"), ("Ana", None), ("Ana Li", None)):
        said = Actor("customer", id_, name, email)
        await storage.write(partial(people.keep_visitor, actor=said, now=5))
    assert await storage.read(lambda tx: people.visitor(tx, id_)) == KnownVisitor(
        id_, "Ana Li", "ana@northlake.example"
    )
