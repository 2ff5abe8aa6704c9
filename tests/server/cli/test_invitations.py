"""`switchboard invitation` and `switchboard user sign-on`."""

from __future__ import annotations

import pytest

from identity import tokens
from tests.server.cli.place import NOBODY, Place

ISSUER = "https://login.example"
EMAIL = ("--email", "ada@desk.example")


@pytest.fixture
def with_provider(place: Place) -> Place:
    place.add()
    given = {"OIDC_ISSUER": ISSUER, "OIDC_CLIENT_ID": "desk", "OIDC_CLIENT_SECRET": "secret"}
    place.env |= {f"SWITCHBOARD_{name}": value for name, value in given.items()}
    place.env["SWITCHBOARD_BASE_URL"] = "https://desk.example"
    return place


def test_invitation_is_printed_listed_and_revoked(with_provider: Place) -> None:
    """A new one replaces the earlier one. The token is stored as a hash only."""
    place = with_provider
    place.done("invitation", "create", *EMAIL)
    printed = place.done("invitation", "create", *EMAIL, "--address", "Ada@Company.example", "--days", "2").strip()
    begin, _, token = printed.partition("=")
    assert begin == "https://desk.example/auth/oidc/start?invitation" and tokens.looks_like_cookie(token)
    assert place.rows("select hash, email from staff_invitations") == [
        (tokens.fingerprint(token), "ada@company.example")
    ]
    listed = place.done("invitation", "list").split("\t")
    assert listed[:3] == ["ada@desk.example", ISSUER, "ada@company.example"]
    assert "no longer works" in place.done("invitation", "revoke", *EMAIL)
    assert place.done("invitation", "list") == ""
    assert place.refused("invitation", "revoke", *EMAIL) == ["ada@desk.example has no invitation."]
    verbs = place.rows("select verb from audit where verb in ('invite', 'withdraw') order by id")
    assert verbs == [("invite",), ("invite",), ("withdraw",)]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--email", "nobody@desk.example"), NOBODY),
        ((*EMAIL, "--days", "0"), "An invitation lasts 1 to 30 days, not 0."),
        ((*EMAIL, "--address", "ada"), "'ada' is not an email address. Write it like name@company.example."),
    ],
)
def test_bad_invitation_is_refused(with_provider: Place, words: tuple[str, ...], said: str) -> None:
    assert with_provider.refused("invitation", "create", *words) == [said]


def test_disabled_person_is_not_invited(with_provider: Place) -> None:
    with_provider.done("user", "disable", *EMAIL)
    refused = with_provider.refused("invitation", "create", *EMAIL)
    assert refused == ["ada@desk.example is disabled, so they cannot be invited."]


def test_invitation_without_a_provider_is_refused(with_ada: Place) -> None:
    assert "There is no single sign-on." in with_ada.refused("invitation", "create", *EMAIL)[0]


def test_link_is_shown_and_removed(with_provider: Place) -> None:
    place = with_provider
    assert place.done("user", "sign-on", *EMAIL) == "Ada <ada@desk.example> is not linked.\n"
    place.rows(
        "insert into staff_sign_ons (issuer, sub, user, email, linked_at) "
        f"select '{ISSUER}', 'ada', id, 'ada@company.example', 1 from users"
    )
    linked = f"Ada <ada@desk.example> is linked with ada@company.example of {ISSUER}.\n"
    assert place.done("user", "sign-on", *EMAIL) == linked
    assert place.done("user", "sign-on", *EMAIL, "--off") == "Ada <ada@desk.example> is not linked.\n"
    assert place.rows("select verb from audit where verb = 'unlink'") == [("unlink",)]
