from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from sqlmodel import col, select

from identity.actor import Actor
from identity.adapters.store import SqlStore
from identity.adapters.tables import AuditRow
from identity.service import DAY_MS, SESSION_MS, Identity
from identity.sessions import IDLE_MS
from refusals import Refused
from storage.ports import Storage, Tx

NOW = 1_764_000_000_000
IDENTITY = Identity(SqlStore())
TEAMS = ["media", "finance"]


def user(**facts: Any) -> Callable[[Tx], Actor]:
    known = {
        "email": "maya@desk.example", "name": "Maya", "role": "agent", "teams": ["media"], "known_teams": TEAMS,
        "now": NOW, **facts,
    }  # fmt: skip
    return lambda tx: IDENTITY.add_user(tx, **known)


async def test_add_user_normalizes_its_input(storage: Storage) -> None:
    made = await storage.write(user(email=" Maya@Desk.Example ", name=" Maya  Lopez ", teams=["media", "media"]))
    found = await storage.read(lambda tx: IDENTITY.staff(tx, made.id))
    assert found == made
    assert (made.email, made.name, made.teams) == ("maya@desk.example", "Maya Lopez", frozenset({"media"}))


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"email": "maya"}, "email"),
        ({"email": "maya@desk"}, "email"),
        ({"email": "ma\0ya@desk.example"}, "email"),
        ({"name": "  "}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"role": "boss"}, "role"),
        ({"teams": ["nowhere"]}, "team"),
        ({"teams": []}, "team"),
    ],
)
async def test_add_user_with_bad_input_is_refused(storage: Storage, facts: dict[str, Any], field: str) -> None:
    """The error names the field, and nothing is stored."""
    with pytest.raises(Refused) as refused:
        await storage.write(user(**facts))
    assert refused.value.code == "invalid" and list(refused.value.fields or {}) == [field]
    assert await storage.read(IDENTITY.all_staff) == []


async def test_address_in_use_is_a_conflict(storage: Storage) -> None:
    await storage.write(user())
    with pytest.raises(Refused, match="already") as refused:
        await storage.write(user(email="MAYA@desk.example"))
    assert refused.value.code == "conflict"


async def test_staff_of_a_team_is_listed_by_name(storage: Storage) -> None:
    """Without disabled people, whose names stay available."""
    for name in ("zoe", "Adam", "mia"):
        await storage.write(user(email=f"{name}@desk.example", name=name))
    head = await storage.write(user(email="head@desk.example", name="Head", role="supervisor", teams=[]))
    await storage.write(lambda tx: IDENTITY.disable(tx, "mia@desk.example", NOW))
    assert [actor.name for actor in await storage.read(lambda tx: IDENTITY.staff_of(tx, "media"))] == ["Adam", "zoe"]
    everybody = await storage.read(IDENTITY.all_staff)
    assert [actor.name for actor in everybody] == ["Adam", "Head", "zoe"] and head.supervises_all
    assert await storage.read(lambda tx: IDENTITY.names(tx, [head.id, "nobody"])) == {head.id: "Head"}


async def test_token_is_valid_until_expired_revoked_or_disabled(storage: Storage) -> None:
    maya = await storage.write(user())
    secret = await storage.write(
        lambda tx: IDENTITY.create_token(tx, "Maya@desk.example", NOW, days=2, scopes=["read"])
    )

    async def at(now: int, token: str = secret) -> tuple[Actor, frozenset[str]] | None:
        found = await storage.read(lambda tx: IDENTITY.token(tx, token, now))
        return found[1:] if found else None

    assert await at(NOW + 2 * DAY_MS - 1) == (maya, frozenset({"read"}))
    assert await at(NOW + 2 * DAY_MS) is None
    assert await at(NOW, secret[:-1] + ("a" if secret[-1] != "a" else "b")) is None
    await storage.write(lambda tx: IDENTITY.revoke_tokens(tx, "maya@desk.example", secret[:9], NOW))
    assert await at(NOW) is None
    other = await storage.write(lambda tx: IDENTITY.create_token(tx, "maya@desk.example", NOW))
    assert await at(NOW, other) is not None
    await storage.write(lambda tx: IDENTITY.disable(tx, "maya@desk.example", NOW))
    assert await at(NOW, other) is None


@pytest.mark.parametrize(
    "asked", [{"email": "nobody@desk.example"}, {"days": 0}, {"days": 99_999}, {"scopes": ["all"]}, {"scopes": []}]
)
async def test_create_token_with_bad_input_is_refused(storage: Storage, asked: dict[str, Any]) -> None:
    await storage.write(user())
    wanted = {"email": "maya@desk.example", **asked}
    with pytest.raises(Refused):
        await storage.write(lambda tx: IDENTITY.create_token(tx, wanted.pop("email"), NOW, **wanted))


async def test_session_is_valid_until_it_ends(storage: Storage) -> None:
    """Expired, idle for 12 hours, signed out, password changed, person disabled."""
    maya = await storage.write(user(password_hash="hash"))

    async def sign_in() -> str:
        known = await storage.read(lambda tx: IDENTITY.user_to_sign_in(tx, "maya@desk.example"))
        assert known is not None
        return (await storage.write(lambda tx: IDENTITY.begin_session(tx, known, "a browser", NOW)))[0]

    async def whose(cookie: str, now: int = NOW, used_at: int = 0) -> Actor | None:
        found = await storage.read(lambda tx: IDENTITY.session(tx, cookie, now, used_at))
        return found[1] if found else None

    first, second = await sign_in(), await sign_in()
    assert await whose(first, NOW + IDLE_MS - 1) == maya and await whose(first, NOW + IDLE_MS) is None
    assert await whose(first, NOW + IDLE_MS, NOW + 1) == maya
    end = NOW + SESSION_MS
    assert await whose(first, end - 1, end - 2) == maya and await whose(first, end, end - 1) is None
    await storage.write(lambda tx: IDENTITY.end_session(tx, first, NOW))
    assert await whose(first) is None and await whose(second) == maya
    await storage.write(lambda tx: IDENTITY.set_password(tx, "maya@desk.example", "another hash", NOW))
    assert await whose(second) is None
    third = await sign_in()
    await storage.write(lambda tx: IDENTITY.disable(tx, "maya@desk.example", NOW))
    assert await whose(third) is None


async def test_password_changed_during_the_check_gives_no_session(storage: Storage) -> None:
    await storage.write(user(password_hash="hash"))
    known = await storage.read(lambda tx: IDENTITY.user_to_sign_in(tx, "maya@desk.example"))
    assert known is not None
    await storage.write(lambda tx: IDENTITY.set_password(tx, "maya@desk.example", "another hash", NOW))
    with pytest.raises(Refused, match="Wrong email or password"):
        await storage.write(lambda tx: IDENTITY.begin_session(tx, known, None, NOW))


# -- the audit ------------------------------------------------------------------------------


async def audit(storage: Storage) -> list[AuditRow]:
    return await storage.read(lambda tx: list(tx.session.exec(select(AuditRow).order_by(col(AuditRow.id)))))


async def test_each_change_has_an_audit_line(storage: Storage) -> None:
    by = await storage.write(user(email="ada@desk.example", role="admin", teams=[]))
    maya = await storage.write(user(by=by))

    def unit(tx: Tx) -> list[str]:
        IDENTITY.set_password(tx, "maya@desk.example", "the hash", NOW, by)
        known = IDENTITY.user_to_sign_in(tx, "maya@desk.example")
        assert known is not None
        cookie, session, _ = IDENTITY.begin_session(tx, known, None, NOW)
        IDENTITY.end_session_elsewhere(tx, maya, session.id, NOW)
        token = IDENTITY.create_token(tx, "maya@desk.example", NOW, scopes=["read"], by=by)
        IDENTITY.revoke_tokens(tx, "maya@desk.example", None, NOW, by)
        IDENTITY.set_role(tx, "maya@desk.example", "supervisor", ["finance"], TEAMS, NOW, by)
        IDENTITY.disable(tx, "maya@desk.example", NOW, by)
        IDENTITY.disable(tx, "maya@desk.example", NOW, by)
        return ["the hash", cookie, session.id, token]

    secrets = await storage.write(unit)
    _, *lines = await audit(storage)
    assert [(line.actor, line.verb, line.thing, line.thing_id, line.at) for line in lines] == [
        (who, verb, thing, maya.id, NOW)
        for who, verb, thing in (
            (by.id, "add", "user"),
            (by.id, "set_password", "user"),
            (maya.id, "sign_in", "session"),
            (maya.id, "sign_out", "session"),
            (by.id, "create", "token"),
            (by.id, "revoke", "token"),
            (by.id, "set_role", "user"),
            (by.id, "disable", "user"),
        )
    ]
    assert json.loads(lines[6].detail) == {
        "role": "supervisor",
        "teams": ["finance"],
        "was_role": "agent",
        "was_teams": ["media"],
    }
    assert not any(secret in line.detail for secret in secrets for line in lines)


async def test_change_and_audit_line_are_one_transaction(storage: Storage) -> None:
    maya = await storage.write(user())
    before = len(await audit(storage))

    def unit(tx: Tx) -> None:
        IDENTITY.disable(tx, "maya@desk.example", NOW)
        raise RuntimeError("the disk is full")

    with pytest.raises(RuntimeError):
        await storage.write(unit)
    assert await storage.read(lambda tx: IDENTITY.staff(tx, maya.id)) == maya
    assert len(await audit(storage)) == before
