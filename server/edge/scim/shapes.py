"""The JSON of SCIM: resources, lists, and what the desk says of itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from clock import rfc3339
from identity.actor import ROLES
from identity.provisioning import ProvisionedPerson, ProvisionedTeam
from server.edge.scim.bodies import person_attributes, team_attributes

Said = dict[str, object]

USER = "urn:ietf:params:scim:schemas:core:2.0:User"
GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group"
_CORE = "urn:ietf:params:scim:schemas:core:2.0"
_LIST = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
PAGE_MAX = 200
"""Most resources on one page."""
_ALWAYS = frozenset({"schemas", "id"})


def user_resource(person: ProvisionedPerson, origin: str, team_names: Mapping[str, str]) -> Said:
    groups = [
        {"value": key, "$ref": _at(origin, "Groups", key), "display": team_names[key]}
        for key in person.teams
        if key in team_names
    ]
    meta = {
        "resourceType": "User",
        "created": rfc3339(person.created_at),
        "location": _at(origin, "Users", person.id),
    }
    return {"schemas": [USER], "id": person.id, **person_attributes(person), "groups": groups, "meta": meta}


def group_resource(team: ProvisionedTeam, origin: str) -> Said:
    members = [{"value": id_, "$ref": _at(origin, "Users", id_), "display": name} for id_, name in team.members.items()]
    meta = {"resourceType": "Group", "location": _at(origin, "Groups", team.key)}
    return {"schemas": [GROUP], "id": team.key, **team_attributes(team), "members": members, "meta": meta}


def narrowed(resource: Said, attributes: str | None, excluded: str | None) -> Said:
    """The resource with the attributes that the caller wants. Parts of an attribute count as the whole attribute."""
    if attributes:
        wanted = _names(attributes)
        return {key: value for key, value in resource.items() if key in _ALWAYS or key.lower() in wanted}
    left_out = _names(excluded or "")
    return {key: value for key, value in resource.items() if key in _ALWAYS or key.lower() not in left_out}


def listed(resources: Sequence[Said], total: int, start: int) -> Said:
    return {
        "schemas": [_LIST],
        "totalResults": total,
        "startIndex": start,
        "itemsPerPage": len(resources),
        "Resources": resources,
    }


def service_provider(origin: str) -> Said:
    none = {"supported": False}
    return {
        "schemas": [f"{_CORE}:ServiceProviderConfig"],
        "patch": {"supported": True},
        "bulk": {"supported": False, "maxOperations": 0, "maxPayloadSize": 0},
        "filter": {"supported": True, "maxResults": PAGE_MAX},
        "changePassword": none,
        "sort": none,
        "etag": none,
        "authenticationSchemes": [
            {
                "type": "oauthbearertoken",
                "name": "Bearer token",
                "description": "A token with the scope `scim`, which an admin makes.",
                "primary": True,
            }
        ],
        "meta": {
            "resourceType": "ServiceProviderConfig",
            "location": f"{origin}/scim/v2/ServiceProviderConfig",
        },
    }


def resource_types(origin: str) -> list[Said]:
    said = (("User", "/Users", USER, "A member of staff"), ("Group", "/Groups", GROUP, "A team"))
    return [
        {
            "schemas": [f"{_CORE}:ResourceType"],
            "id": name,
            "name": name,
            "endpoint": endpoint,
            "description": about,
            "schema": schema,
            "meta": {"resourceType": "ResourceType", "location": _at(origin, "ResourceTypes", name)},
        }
        for name, endpoint, schema, about in said
    ]


def schemas(origin: str) -> list[Said]:
    roles = [role for role in ROLES if role != "agent"]
    about_roles = "Roles of the person. Without a role, the person is an agent."
    user = [
        _attribute("userName", "The name of the person at the identity provider.", required=True, unique=True),
        _attribute("displayName", "The name that customers and colleagues see.", required=True),
        _attribute("active", "False signs the person out everywhere.", type_="boolean", required=True),
        _several("emails", "The address of the person: one.", [_value("The address.")], required=True),
        _several("roles", about_roles, [_value("A role.", canonicalValues=roles)]),
        _several("groups", "The teams of the person.", _references(["Group"], "readOnly"), mutability="readOnly"),
    ]
    group = [
        _attribute("displayName", "The name of the team.", required=True, mutability="immutable"),
        _several("members", "The people of the team.", _references(["User"], "immutable")),
    ]
    said = ((USER, "User", "A member of staff", user), (GROUP, "Group", "A team", group))
    return [
        {
            "schemas": [f"{_CORE}:Schema"],
            "id": id_,
            "name": name,
            "description": about,
            "attributes": attributes,
            "meta": {"resourceType": "Schema", "location": _at(origin, "Schemas", id_)},
        }
        for id_, name, about, attributes in said
    ]


def _attribute(
    name: str,
    about: str,
    *,
    type_: str = "string",
    required: bool = False,
    unique: bool = False,
    mutability: str = "readWrite",
) -> Said:
    return {
        "name": name,
        "type": type_,
        "multiValued": False,
        "description": about,
        "required": required,
        "caseExact": False,
        "mutability": mutability,
        "returned": "default",
        "uniqueness": "server" if unique else "none",
    }


def _several(
    name: str, about: str, parts: list[Said], *, required: bool = False, mutability: str = "readWrite"
) -> Said:
    said = _attribute(name, about, type_="complex", required=required, mutability=mutability)
    return {**said, "multiValued": True, "subAttributes": parts}


def _value(about: str, **further: object) -> Said:
    return {**_attribute("value", about, required=True), **further}


def _references(kinds: list[str], mutability: str) -> list[Said]:
    reference = _attribute("$ref", "The address of the resource.", type_="reference", mutability=mutability)
    return [
        _attribute("value", "The id of the resource.", mutability=mutability),
        {**reference, "referenceTypes": kinds, "caseExact": True},
        _attribute("display", "Its name.", mutability="readOnly"),
    ]


def _names(text: str) -> frozenset[str]:
    """The names of attributes in a list with commas, in lower case."""
    return frozenset(part.strip().rpartition(":")[2].partition(".")[0].lower() for part in text.split(","))


def _at(origin: str, kind: str, id_: str) -> str:
    return f"{origin}/scim/v2/{kind}/{id_}"
