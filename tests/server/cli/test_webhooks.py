"""`switchboard webhook`, as people run it."""

from __future__ import annotations

from tests.server.cli.place import Place

TEAM = "Product@accounts.example"
URL = "https://hooks.example/in"


def test_webhook_is_added_rotated_and_removed(place: Place) -> None:
    """The secret is printed once and stored encrypted. The audit has no secret."""
    first = place.done("webhook", "add", "--account-team", TEAM, "--url", URL).strip()
    assert first.startswith("whsec_")
    assert place.done("webhook", "list") == f"product@accounts.example\t{URL}\tenabled\n"
    second = place.done("webhook", "rotate", "--account-team", TEAM).strip()
    assert second.startswith("whsec_") and second != first
    (stored,) = place.rows("select secret, previous_secret from webhooks")
    audit = place.rows("select verb, thing, thing_id, detail from audit")
    assert [(verb, thing, name) for verb, thing, name, _ in audit] == [
        ("add", "webhook", "product@accounts.example"),
        ("rotate", "webhook", "product@accounts.example"),
    ]
    for secret in (first, second):
        assert secret.removeprefix("whsec_") not in str([stored, *audit])
    place.done("webhook", "enable", "--account-team", TEAM)
    place.done("webhook", "remove", "--account-team", TEAM)
    assert place.done("webhook", "list") == "There are no webhooks.\n"


def test_webhook_with_a_bad_address_is_refused(place: Place) -> None:
    for team, url in ((TEAM, "ftp://hooks.example/"), (TEAM, "http://10.0.0.1/"), ("product", URL)):
        assert place.refused("webhook", "add", "--account-team", team, "--url", url)
    assert place.refused("webhook", "rotate", "--account-team", TEAM)
    place.done("webhook", "add", "--account-team", TEAM, "--url", URL)
    (said,) = place.refused("webhook", "add", "--account-team", TEAM, "--url", URL)
    assert "already" in said
