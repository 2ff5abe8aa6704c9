"""Who asks, as the running server finds out, over a real store."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from functools import partial
from uuid import uuid4

import pytest

from identity.actor import Actor
from identity.adapters.people import REMEMBER_MS, People
from identity.adapters.sign_in_watch import SignInWatch
from identity.attempts import PAIR_LIMIT
from identity.ports import KnownVisitor
from identity.tokens import fingerprint
from refusals import Refused
from storage.ports import Storage
from tests.running import SettableClock

PASSWORD = "correct horse battery"
HERE = "203.0.113.9"
SECRET = b"a secret of the tests, long enough for it"


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock()


@pytest.fixture
async def people(storage: Storage, clock: SettableClock) -> AsyncIterator[People]:
    """Maya, who has a password, and the disabled Ben, who has the same."""
    it = People(storage, clock, SECRET)
    hashed = await it.passwords.hashed(PASSWORD)
    for name in ("maya", "ben"):
        add = partial(it.identity.add_user, email=f"{name}@desk.example", name=name, role="agent", teams=["media"])
        await storage.write(partial(add, known_teams=["media"], now=clock(), password_hash=hashed))
    await storage.write(lambda tx: it.identity.disable(tx, "ben@desk.example", clock()))
    yield it
    it.close()


async def test_sign_in_gives_a_cookie_that_names_its_person(people: People, clock: SettableClock) -> None:
    """The cookie holds until it is signed out, which counts at once."""
    signed_in = await people.sign_in("Maya@desk.example", PASSWORD, "203.0.113.9", "a browser")
    assert await people.actor_of_session(signed_in.cookie) == signed_in.actor
    assert signed_in.actor.name == "maya" and signed_in.expires_at > clock()
    await people.sign_out(signed_in.cookie)
    assert await people.actor_of_session(signed_in.cookie) is None


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
async def test_wrong_unknown_and_disabled_are_alike(people: People, email: str, password: str) -> None:
    """One answer for all who do not come in, and a password is hashed for each."""
    with pytest.raises(Refused) as refused:
        await people.sign_in(email, password, "203.0.113.9", None)
    assert (refused.value.code, refused.value.message) == (
        "unauthorized",
        "Wrong email or password.",
    )


async def test_guessing_is_limited_and_locks_nobody_out(people: People, clock: SettableClock) -> None:
    """After some failures from one place even the right password waits there, and comes in from elsewhere."""
    for _ in range(PAIR_LIMIT):
        with pytest.raises(Refused, match="Wrong email or password"):
            await people.sign_in("maya@desk.example", "wrong", "203.0.113.9", None)
    with pytest.raises(Refused) as refused:
        await people.sign_in("maya@desk.example", PASSWORD, "203.0.113.9", None)
    assert refused.value.code == "rate_limited" and refused.value.retry_after_s
    await people.sign_in("maya@desk.example", PASSWORD, "198.51.100.4", None)
    clock.forward(refused.value.retry_after_s)
    await people.sign_in("maya@desk.example", PASSWORD, "203.0.113.9", None)


async def test_each_failure_is_counted_by_its_reason(storage: Storage, clock: SettableClock) -> None:
    """Wrong password and code, unknown and disabled people, and who has to wait; a right sign-in is none."""
    counted: Counter[str] = Counter()
    watch = SignInWatch(storage, clock, SECRET, lambda reason: counted.update([reason]))
    people = People(storage, clock, SECRET, watch=watch)
    hashed = await people.passwords.hashed(PASSWORD)
    for name in ("maya", "ben"):
        add = partial(people.identity.add_user, email=f"{name}@desk.example", name=name, role="agent", teams=["media"])
        await storage.write(partial(add, known_teams=["media"], now=clock(), password_hash=hashed))
    await storage.write(lambda tx: people.identity.disable(tx, "ben@desk.example", clock()))
    maya = (await people.sign_in("maya@desk.example", PASSWORD, HERE, None)).actor
    assert not counted
    secret = await people.factors.begin(maya, PASSWORD, HERE)
    with pytest.raises(Refused):
        await people.factors.confirm(maya, "000000", "a session", HERE)
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


async def test_shutting_somebody_out_takes_effect_within_the_time_that_is_remembered(
    people: People, storage: Storage, clock: SettableClock
) -> None:
    """Another process disables a person: their cookie and their token are nothing a second later."""
    assert REMEMBER_MS <= 2_000
    signed_in = await people.sign_in("maya@desk.example", PASSWORD, "203.0.113.9", None)
    token = await storage.write(lambda tx: people.identity.create_token(tx, "maya@desk.example", clock()))
    assert await people.actor_of_session(signed_in.cookie) is not None
    assert await people.actor_of_token(token) == (signed_in.actor, frozenset({"read", "write", "export"}))
    await storage.write(lambda tx: people.identity.disable(tx, "maya@desk.example", clock()))
    clock.forward(REMEMBER_MS / 1000)
    assert await people.actor_of_session(signed_in.cookie) is None
    assert await people.actor_of_token(token) is None


async def let_in(people: People, storage: Storage, clock: SettableClock, name: str) -> list[tuple[str, Actor]]:
    """Somebody's session and token, by fingerprint, and who they are known to be by them."""
    email = f"{name}@desk.example"
    signed_in = await people.sign_in(email, PASSWORD, "203.0.113.9", None)
    token = await storage.write(lambda tx: people.identity.create_token(tx, email, clock()))
    return [(fingerprint(secret), signed_in.actor) for secret in (signed_in.cookie, token)]


async def test_only_those_whose_rights_are_others_by_now_are_told(
    people: People, storage: Storage, clock: SettableClock
) -> None:
    """A person with an odd name on several teams is as they were, however often it is asked; then they are another."""
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


async def test_another_role_or_none_at_all_is_another_person(
    people: People, storage: Storage, clock: SettableClock
) -> None:
    """Somebody becomes a supervisor, and is disabled then."""
    known = await let_in(people, storage, clock, "maya")
    promote = partial(people.identity.set_role, email="maya@desk.example", role="supervisor", teams=["media"])
    await storage.write(partial(promote, known_teams=["media"], now=clock()))
    promoted = await people.changed(known)
    assert [actor and actor.role for actor in promoted.values()] == ["supervisor", "supervisor"]
    await storage.write(lambda tx: people.identity.disable(tx, "maya@desk.example", clock()))
    assert await people.changed(known) == dict.fromkeys(dict(known))


async def test_what_holds_no_more_lets_nobody_in(people: People, storage: Storage, clock: SettableClock) -> None:
    """A session that was signed out or is over, a token that was revoked, one that never was, and somebody else's."""
    (session, maya), (token, _) = await let_in(people, storage, clock, "maya")
    (other, _), _ = await let_in(people, storage, clock, "maya")
    stranger = Actor("staff", "nobody", "maya", "maya@desk.example", role="agent", teams=frozenset({"media"}))
    asked = [(session, maya), (token, maya), ("never", maya)]
    assert await people.changed(asked) == {"never": None}
    assert await people.changed([(session, stranger)]) == {session: maya}
    await people.sign_out_elsewhere(maya, session, PASSWORD, "203.0.113.9")
    await storage.write(lambda tx: people.identity.revoke_tokens(tx, "maya@desk.example", None, clock()))
    assert await people.changed([*asked, (other, maya)]) == {session: None, token: None, "never": None}
    clock.forward(366 * 86_400)
    assert await people.changed([(other, maya)]) == {other: None}


async def test_nobody_here_is_nobody_to_ask_for(people: People) -> None:
    """No line, no question that fails."""
    assert await people.changed([]) == {}


async def test_last_use_is_kept_by_the_hour(people: People, storage: Storage, clock: SettableClock) -> None:
    """A token's first use is written down, the next ones only when an hour has gone by."""
    token = await storage.write(lambda tx: people.identity.create_token(tx, "maya@desk.example", clock()))
    uses: list[int | None] = []
    for minutes in (0, 59, 2):
        clock.forward(minutes * 60)
        await people.actor_of_token(token)
        found = await storage.read(lambda tx: people.identity.token(tx, token, clock()))
        uses.append(found[0].last_used_at if found else None)
    first, second, third = uses
    assert first == second and third == clock()


async def test_a_visitor_is_kept_with_what_they_said_last(people: People, storage: Storage) -> None:
    """A new name replaces the old one; what they leave out stays."""
    id_ = str(uuid4())
    assert await storage.read(lambda tx: people.visitor(tx, id_)) is None
    for name, email in ((None, "ana@northlake.example"), ("Ana", None), ("Ana Li", None)):
        said = Actor("customer", id_, name, email)
        await storage.write(partial(people.keep_visitor, actor=said, now=5))
    assert await storage.read(lambda tx: people.visitor(tx, id_)) == KnownVisitor(
        id_, "Ana Li", "ana@northlake.example"
    )
