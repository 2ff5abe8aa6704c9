from __future__ import annotations

import pytest

from refusals import Refused
from server.edge.scim.filters import TERMS_MAX, matches, terms_of

ADA = {
    "id": "7",
    "userName": "Ada@desk.example",
    "externalId": "X7",
    "active": True,
    "emails": [{"value": "ada@desk.example"}],
    "roles": [],
}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('userName eq "ada@desk.example"', True),
        ('USERNAME Eq "ADA@DESK.EXAMPLE"', True),
        ('urn:ietf:params:scim:schemas:core:2.0:User:userName eq "ada@desk.example"', True),
        ('emails eq "ada@desk.example"', True),
        ('emails.value eq "ada@desk.example"', True),
        ('emails[type eq "work"].value eq "ada@desk.example"', True),
        ('emails[value eq "ada@desk.example"] and active eq true', True),
        ('emails[value eq "bob@desk.example"]', False),
        ('externalId eq "X7"', True),
        ('externalId eq "x7"', False),
        ("active eq true", True),
        ('active eq "true"', False),
        ('userName eq "ada@desk.example" and active eq false', False),
        ('roles eq "admin"', False),
        ('nickName eq "ada"', False),
        ('userName eq "a\\"da"', False),
    ],
)
def test_filter_finds_equal_values(text: str, found: bool) -> None:
    assert matches(ADA, terms_of(text)) is found


@pytest.mark.parametrize(
    "text",
    [
        "userName",
        'userName co "ada"',
        'userName eq "ada" or active eq true',
        'userName eq "ada" active eq true',
        'userName eq "ada',
        'userName eq "\\q"',
        "userName eq 7",
        '(userName eq "ada")',
        " and ".join(["active eq true"] * (TERMS_MAX + 1)),
        "a[" * 4_000,
        # If the time grew with the square of the length, the test would take minutes.
        "a" * 200_000,
    ],
)
def test_other_filters_are_refused(text: str) -> None:
    with pytest.raises(Refused) as refused:
        terms_of(text)
    assert refused.value.fields is not None and "filter" in refused.value.fields
