"""`switchboard token list` and `revoke`, as people run them beside a server."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.server.cli.sockets import closed_with, greeted
from tests.server.test_cli import Place

WHEN = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"


@pytest.fixture
def place(tmp_path: Path) -> Place:
    place = Place(tmp_path)
    place.add()
    return place


@pytest.fixture(scope="module")
def with_ada(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """A place where ada@desk.example has no token, for what changes nothing there."""
    place = Place(tmp_path_factory.mktemp("ada"))
    place.add()
    return place


ALL_SCOPES = ("--scope", "read", "--scope", "write", "--scope", "export")


def create(place: Place, *words: str, email: str = "ada@desk.example") -> str:
    return place.done("token", "create", "--email", email, *(words or ALL_SCOPES)).strip()


def test_token_without_scopes_is_read_only(with_ada: Place) -> None:
    made = with_ada.done("token", "create", "--email", "ada@desk.example").strip()
    (listed,) = [line for line in with_ada.done("token", "list").splitlines() if line.startswith(made[:9])]
    assert listed.split("\t")[2] == "read"
    with_ada.done("token", "revoke", "--email", "ada@desk.example", "--all")


def test_token_list_shows_only_the_first_characters(place: Place) -> None:
    """One line per token, oldest first. `--email` limits the list to one person."""
    place.add("bo@desk.example")
    first, second = create(place, "--scope", "read"), create(place, email="bo@desk.example")
    lines = place.done("token", "list").splitlines()
    assert [re.sub(WHEN, "WHEN", line) for line in lines] == [
        f"{first[:9]}\tada@desk.example\tread\tuntil WHEN\tused never",
        f"{second[:9]}\tbo@desk.example\tread,write,export\tuntil WHEN\tused never",
    ]
    assert place.done("token", "list", "--email", "bo@desk.example").splitlines() == lines[1:]


def test_revoked_token_is_invalid_at_once(place: Place) -> None:
    """Its socket closes, and it is no longer listed. Other tokens stay valid."""
    lost, kept = create(place), create(place)
    with place.serving("serve", "--port", "0") as served, greeted(served, lost) as socket:
        said = place.done("token", "revoke", "--email", "ada@desk.example", "--label", lost[:9])
        assert said == "1 token revoked.\n"
        assert closed_with(socket) == 4010
        assert served.status("/api/me", Authorization=f"Bearer {lost}") == 401
        assert served.status("/api/me", Authorization=f"Bearer {kept}") == 200
    assert place.done("token", "list").split("\t")[0] == kept[:9]


def test_revoke_all_ends_all_tokens_of_a_person(place: Place) -> None:
    """Tokens of other people stay valid."""
    place.add("bo@desk.example")
    create(place), create(place), create(place, email="bo@desk.example")
    assert place.done("token", "revoke", "--email", "ada@desk.example", "--all") == "2 tokens revoked.\n"
    assert "ada@" not in place.done("token", "list")
    assert "bo@" in place.done("token", "list")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("list --email nobody@desk.example", "Nobody has the address nobody@desk.example."),
        ("revoke --email nobody@desk.example --all", "Nobody has the address nobody@desk.example."),
        (
            "revoke --email ada@desk.example --label sb_nothing",
            "ada@desk.example has no token that begins with sb_nothing. `switchboard token list` lists all tokens.",
        ),
        (
            "revoke --email ada@desk.example",
            "Give either --label, with its first characters from `switchboard token list`, or --all.",
        ),
        (
            "revoke --email ada@desk.example --label sb_x --all",
            "Give either --label, with its first characters from `switchboard token list`, or --all.",
        ),
    ],
)
def test_bad_token_input_is_refused_in_one_sentence(with_ada: Place, words: str, said: str) -> None:
    """Unknown people and tokens, and neither or both of `--label` and `--all`. The exit status is 2."""
    assert with_ada.refused("token", *words.split()) == [said]
