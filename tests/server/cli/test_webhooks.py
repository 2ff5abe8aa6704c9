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


def test_webhook_of_an_event_is_known_by_its_url(place: Place) -> None:
    """The audit has only its host: the rest of the URL may be secret."""
    first = place.done("webhook", "add", "--event", "article.published", "--url", URL).strip()
    assert place.done("webhook", "list") == f"article.published\t{URL}\tenabled\n"
    assert place.done("webhook", "rotate", "--url", URL).strip() not in ("", first)
    assert {name for (name,) in place.rows("select thing_id from audit")} == {"hooks.example"}
    for given in (("--event", "chat.ended"), (), ("--event", "article.published", "--account-team", TEAM)):
        assert place.refused("webhook", "add", *given, "--url", URL)
    assert place.refused("webhook", "rotate") and place.refused("webhook", "rotate", "--url", "hooks.example")
    place.done("webhook", "enable", "--url", URL)
    place.done("webhook", "remove", "--url", URL)
    assert place.done("webhook", "list") == "There are no webhooks.\n"


def test_webhook_with_a_bad_address_is_refused(place: Place) -> None:
    for team, url in ((TEAM, "ftp://hooks.example/"), (TEAM, "http://10.0.0.1/"), ("product", URL)):
        assert place.refused("webhook", "add", "--account-team", team, "--url", url)
    assert place.refused("webhook", "rotate", "--account-team", TEAM)
    place.done("webhook", "add", "--account-team", TEAM, "--url", URL)
    (said,) = place.refused("webhook", "add", "--account-team", TEAM, "--url", URL)
    assert "already" in said
