"""Links of staff with people of providers, and invitations, on both databases."""

from __future__ import annotations

from functools import partial

import pytest

from identity.actor import Actor
from identity.adapters.staff_links import SqlStaffLinkStore
from identity.adapters.store import SqlStore
from identity.oidc import Proven
from identity.service import Identity
from identity.staff_sign_on import DAY_MS, StaffSignOn
from identity.tokens import fingerprint
from refusals import Refused
from storage.ports import Storage, Tx

NOW = 1_764_000_000_000
ISSUER = "https://login.example"
STAFF = StaffSignOn(SqlStore(), SqlStaffLinkStore())


def person(sub: str = "m1", issuer: str = ISSUER, *, verified: bool = True) -> Proven:
    return Proven(issuer=issuer, sub=sub, email="maya@company.example", email_verified=verified, name=None)


async def added(storage: Storage, name: str = "maya") -> Actor:
    email, staff = f"{name}@desk.example", Identity(SqlStore())
    add = partial(staff.add_user, email=email, name=name, role="agent", teams=["media"], known_teams=["media"], now=NOW)
    return await storage.write(add)


async def invited(storage: Storage, now: int = NOW) -> str:
    invite = partial(STAFF.invite, email="maya@desk.example", address="maya@company.example", issuer=ISSUER, days=7)
    return fingerprint(await storage.write(lambda tx: invite(tx, now=now)))


async def arrives(storage: Storage, proven: Proven, invitation: str | None = None, now: int = NOW) -> str | None:
    """The id of the member of staff as whom this person signs in."""

    def unit(tx: Tx) -> str | None:
        user = STAFF.person(tx, proven, invitation, now, None)
        return user.id if user is not None else None

    return await storage.write(unit)


async def test_link_is_found_by_issuer_and_sub_alone(storage: Storage) -> None:
    maya = await added(storage)
    await storage.write(lambda tx: STAFF.link(tx, maya, person(), NOW))
    assert await arrives(storage, person(verified=False)) == maya.id
    assert await arrives(storage, person("m2")) is None
    assert await arrives(storage, person(issuer="https://other.example")) is None


async def test_link_is_one_to_one(storage: Storage) -> None:
    """A refused link leaves the present ones as they are."""
    maya, ben = await added(storage), await added(storage, "ben")
    await storage.write(lambda tx: STAFF.link(tx, maya, person(), NOW))
    for by, proven in ((ben, person()), (maya, person("m2"))):
        with pytest.raises(Refused) as refused:
            await storage.write(partial(STAFF.link, by=by, proven=proven, now=NOW))
        assert refused.value.code == "conflict"
    assert await arrives(storage, person()) == maya.id
    assert await storage.write(lambda tx: STAFF.unlink(tx, maya.id, maya, NOW)) is True
    assert await storage.write(lambda tx: STAFF.unlink(tx, maya.id, maya, NOW)) is False
    await storage.write(lambda tx: STAFF.link(tx, ben, person(), NOW))
    assert await arrives(storage, person()) == ben.id


async def test_invitation_works_once_and_until_it_expires(storage: Storage) -> None:
    maya = await added(storage)
    replaced, token = await invited(storage), await invited(storage)
    for hash, now in ((replaced, NOW), (token, NOW + 7 * DAY_MS)):
        with pytest.raises(Refused) as refused:
            await arrives(storage, person(), hash, now)
        assert list(refused.value.fields or {}) == ["sso_invitation"]
    assert await arrives(storage, person(), token, NOW + 7 * DAY_MS - 1) == maya.id
    with pytest.raises(Refused):
        await arrives(storage, person("m2"), token)
    assert await storage.read(lambda tx: STAFF.invitations(tx, NOW)) == []


async def test_refused_invitation_is_not_used_up(storage: Storage) -> None:
    await added(storage)
    token = await invited(storage)
    with pytest.raises(Refused) as refused:
        await arrives(storage, person(verified=False), token)
    assert list(refused.value.fields or {}) == ["sso_not_invited"]
    found = await storage.read(lambda tx: STAFF.invitations(tx, NOW))
    assert [(one.email, user.email) for one, user in found] == [("maya@company.example", "maya@desk.example")]


async def test_link_from_a_session_ends_the_invitation(storage: Storage) -> None:
    maya = await added(storage)
    token = await invited(storage)
    await storage.write(lambda tx: STAFF.link(tx, maya, person(), NOW))
    with pytest.raises(Refused):
        await arrives(storage, person("m2"), token)
    with pytest.raises(Refused) as refused:
        await invited(storage)
    assert refused.value.code == "conflict"
