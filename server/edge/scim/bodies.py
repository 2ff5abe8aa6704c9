"""The bodies that identity providers send, and what they mean."""

from __future__ import annotations

from typing import Annotated, TypeVar

import msgspec
from msgspec import Meta, Raw, Struct, field

from identity.provisioning import ProvisionedPerson, ProvisionedTeam, WantedPerson, WantedTeam
from refusals import Refused
from server.edge.scim.patching import VALUES_MAX, Attributes, Change

USER_ATTRIBUTES = Attributes(
    single=frozenset({"userName", "externalId", "displayName", "active"}), several=frozenset({"emails", "roles"})
)
GROUP_ATTRIBUTES = Attributes(single=frozenset({"displayName", "externalId"}), several=frozenset({"members"}))
T = TypeVar("T")
_Text = Annotated[str, Meta(max_length=1_000)]


class ScimName(Struct, frozen=True, rename="camel"):
    formatted: _Text | None = None
    given_name: _Text | None = None
    family_name: _Text | None = None


class ScimUser(Struct, frozen=True, kw_only=True, rename="camel"):
    """A user. Attributes that are not named here are ignored."""

    user_name: _Text
    external_id: _Text | None = None
    display_name: _Text | None = None
    name: ScimName | None = None
    emails: Raw = field(default_factory=Raw)
    active: bool | str | None = None
    roles: Raw = field(default_factory=Raw)


class ScimGroup(Struct, frozen=True, kw_only=True, rename="camel"):
    """A group. Attributes that are not named here are ignored."""

    display_name: _Text | None = None
    external_id: _Text | None = None
    members: Raw = field(default_factory=Raw)


class ScimOperation(Struct, frozen=True, kw_only=True):
    op: Annotated[str, Meta(max_length=20)]
    path: _Text | None = None
    value: Raw = field(default_factory=Raw)


class ScimPatch(Struct, frozen=True, kw_only=True):
    operations: Annotated[list[ScimOperation], Meta(min_length=1, max_length=100)] = field(name="Operations")


def changes_of(patch: ScimPatch) -> list[Change]:
    return [Change(one.op, one.path, _plain(one.value)) for one in patch.operations]


def person_attributes(person: ProvisionedPerson) -> dict[str, object]:
    """The attributes of a person that a provider can change."""
    said: dict[str, object] = {
        "userName": person.user_name,
        "displayName": person.name,
        "emails": [{"value": person.email}],
        "active": person.active,
    }
    if person.external_id is not None:
        said["externalId"] = person.external_id
    if person.roles != ("agent",):
        said["roles"] = [{"value": role} for role in person.roles]
    return said


def team_attributes(team: ProvisionedTeam) -> dict[str, object]:
    said: dict[str, object] = {"displayName": team.name, "members": [{"value": id_} for id_ in team.members]}
    if team.external_id is not None:
        said["externalId"] = team.external_id
    return said


def as_user(attributes: dict[str, object]) -> ScimUser:
    """The attributes as if a provider had sent them. Raises Refused(invalid)."""
    return _again(attributes, ScimUser)


def as_group(attributes: dict[str, object]) -> ScimGroup:
    return _again(attributes, ScimGroup)


def wanted_person(user: ScimUser) -> WantedPerson:
    """Raises Refused(invalid)."""
    emails = _values(user.emails, "emails")
    email = emails[-1] if emails else user.user_name
    name = user.name
    parts = (name.formatted or f"{name.given_name or ''} {name.family_name or ''}") if name is not None else ""
    return WantedPerson(
        user_name=user.user_name,
        external_id=user.external_id or None,
        name=user.display_name or parts.strip() or email.partition("@")[0],
        email=email,
        active=_flag(user.active),
        roles=tuple(dict.fromkeys(role.lower() for role in _values(user.roles, "roles"))),
    )


def wanted_team(group: ScimGroup) -> WantedTeam:
    """Raises Refused(invalid)."""
    members = tuple(dict.fromkeys(_values(group.members, "members")))
    return WantedTeam(name=group.display_name, external_id=group.external_id or None, members=members)


def _values(raw: Raw, name: str) -> list[str]:
    """The values of an attribute that can have several. The one that is marked as primary comes last."""
    listed = _plain(raw)
    if listed is None:
        return []
    found = list[tuple[bool, str]]()
    for one in listed if isinstance(listed, list) else [listed]:
        value = one.get("value") if isinstance(one, dict) else one
        if not isinstance(value, str) or len(value) > 1_000 or "\0" in value:
            raise _wrong(name, f"Each of {name} needs a text as value.")
        found.append((isinstance(one, dict) and one.get("primary") is True, value))
    if len(found) > VALUES_MAX:
        raise _wrong(name, f"At most {VALUES_MAX:,} values are allowed.")
    return [value for _, value in sorted(found, key=lambda pair: pair[0])]


def _flag(value: bool | str | None) -> bool | None:
    """Some providers write the flag as a text."""
    if isinstance(value, str):
        if value.lower() not in ("true", "false"):
            raise _wrong("active", "active is true or false.")
        return value.lower() == "true"
    return value


def _plain(raw: Raw) -> object:
    try:
        decoded: object = msgspec.json.decode(raw) if bytes(raw) else None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Refused("bad_frame", "The body isn't JSON in UTF-8.") from None
    return decoded


def _again(attributes: dict[str, object], type_: type[T]) -> T:
    try:
        return msgspec.json.decode(msgspec.json.encode(attributes), type=type_)
    except msgspec.ValidationError as error:
        raise Refused("invalid", str(error)) from None


def _wrong(name: str, sentence: str) -> Refused:
    return Refused("invalid", sentence, {name: sentence})
