"""`switchboard token list` and `revoke`, as people run them beside a server."""

from __future__ import annotations

import re

import pytest

from tests.server.cli.place import NOBODY, Place, closed_with, greeted

WHEN = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"


def test_token_without_scopes_is_read_only(with_ada: Place) -> None:
    made = with_ada.done("token", "create", "--email", "ada@desk.example").strip()
    (listed,) = [line for line in with_ada.done("token", "list").splitlines() if line.startswith(made[:9])]
    assert listed.split("\t")[2] == "read"
    with_ada.done("token", "revoke", "--email", "ada@desk.example", "--all")


def test_token_list_shows_only_the_first_characters(place: Place) -> None:
    """One line per token, oldest first. `--email` limits the list to one person."""
    place.add()
    place.add("bo@desk.example")
    first, second = place.token("read"), place.token(email="bo@desk.example")
    lines = place.done("token", "list").splitlines()
    assert [re.sub(WHEN, "WHEN", line) for line in lines] == [
        f"{first[:9]}\tada@desk.example\tread\tuntil WHEN\tused never",
        f"{second[:9]}\tbo@desk.example\tread,write,export\tuntil WHEN\tused never",
    ]
    assert place.done("token", "list", "--email", "bo@desk.example").splitlines() == lines[1:]


def test_revoked_token_is_invalid_at_once(place: Place) -> None:
    """Its socket closes, and it is no longer listed. Other tokens stay valid."""
    place.add()
    lost, kept = place.token(), place.token()
    with place.serving() as served, greeted(served, lost) as socket:
        said = place.done("token", "revoke", "--email", "ada@desk.example", "--label", lost[:9])
        assert said == "1 token revoked.\n"
        assert closed_with(socket) == 4010
        assert served.status("/api/me", Authorization=f"Bearer {lost}") == 401
        assert served.status("/api/me", Authorization=f"Bearer {kept}") == 200
    assert place.done("token", "list").split("\t")[0] == kept[:9]


def test_revoke_all_ends_all_tokens_of_a_person(place: Place) -> None:
    place.add()
    place.add("bo@desk.example")
    place.token(), place.token(), place.token(email="bo@desk.example")
    assert place.done("token", "revoke", "--email", "ada@desk.example", "--all") == "2 tokens revoked.\n"
    assert "ada@" not in place.done("token", "list")
    assert "bo@" in place.done("token", "list")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("create --email nobody@desk.example", NOBODY),
        ("create --email ada@desk.example --days 0", "A token lasts 1 to 3,650 days, not 0."),
        ("create --email ada@desk.example --scope all", "There is no scope 'all'."),
        ("list --email nobody@desk.example", NOBODY),
        ("revoke --email nobody@desk.example --all", NOBODY),
        ("revoke --email ada@desk.example --label sb_nothing", "has no token that begins with sb_nothing."),
        ("revoke --email ada@desk.example", "Give either --label, "),
        ("revoke --email ada@desk.example --label sb_x --all", "Give either --label, "),
    ],
)
def test_bad_token_input_is_refused_in_one_sentence(with_ada: Place, words: str, said: str) -> None:
    """Unknown people and tokens, and neither or both of `--label` and `--all`. The exit status is 2."""
    (line,) = with_ada.refused("token", *words.split())
    assert said in line
