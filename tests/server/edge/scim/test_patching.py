from __future__ import annotations

import pytest

from refusals import Refused
from server.edge.scim.bodies import USER_ATTRIBUTES
from server.edge.scim.patching import Change, patched

CORE = "urn:ietf:params:scim:schemas:core:2.0:User"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
ADA: dict[str, object] = {
    "userName": "ada",
    "displayName": "Ada",
    "emails": [{"value": "ada@desk.example"}],
    "roles": [{"value": "admin"}, {"value": "author"}],
}


@pytest.mark.parametrize(
    ("change", "name", "value"),
    [
        (Change("replace", "displayName", "Ada L"), "displayName", "Ada L"),
        (Change("Replace", "DISPLAYNAME", "Ada L"), "displayName", "Ada L"),
        (Change("add", "urn:ietf:params:scim:schemas:core:2.0:User:externalId", "7"), "externalId", "7"),
        (Change("remove", "displayName", None), "displayName", None),
        (Change("replace", None, {"displayName": "Ada L", "schemas": []}), "displayName", "Ada L"),
        (Change("replace", 'emails[type eq "work"].value', "a@x.example"), "emails", [{"value": "a@x.example"}]),
        (Change("add", "roles", {"value": "author"}), "roles", ADA["roles"]),
        (Change("add", "emails", "b@x.example"), "emails", [{"value": "ada@desk.example"}, {"value": "b@x.example"}]),
        (Change("remove", 'roles[value eq "admin"]', None), "roles", [{"value": "author"}]),
        (Change("Remove", "roles", [{"value": "admin"}]), "roles", [{"value": "author"}]),
        (Change("remove", "roles", None), "roles", []),
        (Change("replace", "roles", []), "roles", []),
        (Change("add", "emails.type", "work"), "emails", ADA["emails"]),
        (Change("replace", "name.givenName", "Ada"), "name", None),
        (Change("add", f"{ENTERPRISE}:department", "Support"), "displayName", "Ada"),
        (Change("replace", None, {f"{ENTERPRISE}:manager": "7", "displayName": "Ada L"}), "displayName", "Ada L"),
        (Change("replace", None, {"id": "7", "displayName": "Ada L"}), "displayName", "Ada L"),
        (Change("replace", None, {CORE: {"displayName": "Ada L", "id": "7"}}), "displayName", "Ada L"),
        (Change("replace", CORE.upper(), {"displayName": "Ada L"}), "displayName", "Ada L"),
        (Change("add", 'roles[primary eq "True"].value', "agent"), "roles", [{"value": "agent"}]),
    ],
)
def test_change_gives_the_attribute_its_value(change: Change, name: str, value: object) -> None:
    assert patched(ADA, [change], USER_ATTRIBUTES).get(name) == value


@pytest.mark.parametrize(
    "change",
    [
        Change("move", "displayName", "x"),
        Change("remove", None, None),
        Change("add", None, "x"),
        Change("replace", "id", "8"),
        Change("replace", "groups", []),
        Change("replace", "displayName[", "x"),
        Change("replace", None, {CORE: "x"}),
        Change("replace", None, {CORE: {CORE: {"displayName": "x"}}}),
        Change("replace", f"{CORE[:-8]}1.0:displayName", "x"),
        Change("replace", "displayName.first", "x"),
        Change("remove", "roles[value gt 3]", None),
        Change("add", "roles", [{"value": f"r{number}"} for number in range(1_000)]),
    ],
)
def test_other_changes_are_refused(change: Change) -> None:
    with pytest.raises(Refused):
        patched(ADA, [change], USER_ATTRIBUTES)
