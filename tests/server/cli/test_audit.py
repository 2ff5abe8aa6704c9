"""`switchboard audit`, as people run it beside a server."""

from __future__ import annotations

import json
import signal
from pathlib import Path

import pytest

from tests.server.test_cli import Place

PASSWORD = "correct horse battery"


@pytest.fixture(scope="module")
def audited(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """A desk where Ada signed in once, after a wrong password, and somebody tried an address that is nobody's."""
    place = Place(tmp_path_factory.mktemp("audited"))
    place.add("ada@desk.example", "--team", "media", "--password-stdin", typed=PASSWORD)
    place.add("bo@desk.example")
    with place.serving("serve", "--port", "0") as served:
        assert served.sign_in_status("ada@desk.example", "wrong wrong wrong") == 401
        assert served.sign_in_status("nobody@desk.example", "wrong wrong wrong") == 401
        cookie = served.sign_in("ada@desk.example", PASSWORD)
        served.post(
            "/api/me/password",
            {"password": PASSWORD, "new_password": "violet tractor umbrella"},
            Cookie=cookie,
            Origin=served.url,
        )
        served.process.send_signal(signal.SIGTERM)
        assert served.ended() == 0
    return place


def lines(place: Place, *words: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in place.done("audit", "--json", *words).splitlines()]


def test_the_audit_says_who_did_what_from_where(audited: Place) -> None:
    """Sign-ins and what is done by HTTP with their network, failures with a reason and without the address, what the
    command line did without either; stopping the server loses none of it."""
    told = lines(audited)
    assert [(line["verb"], line["thing"], line["actor_email"]) for line in told if line["verb"] != "fail"] == [
        ("add", "user", None),
        ("add", "user", None),
        ("sign_in", "session", "ada@desk.example"),
        ("set_password", "user", "ada@desk.example"),
    ]
    assert [line["network"] for line in told if line["verb"] != "fail"] == [None, None, "127.0.0.0/24", "127.0.0.0/24"]
    failed = [line for line in told if line["verb"] == "fail"]
    reasons = {line["detail"]["reason"]: line["thing_email"] for line in failed if isinstance(line["detail"], dict)}
    assert reasons == {"password": "ada@desk.example", "unknown": None}
    assert all(line["network"] == "127.0.0.0/24" and line["actor_kind"] == "nobody" for line in failed)
    assert "nobody@desk.example" not in json.dumps(told)


def test_of_one_person_and_since_a_moment(audited: Place) -> None:
    """What they did and what was done to them; of a time; the newest of many; as text, a line each."""
    assert {line["thing_email"] for line in lines(audited, "--person", "Ada@desk.example")} == {"ada@desk.example"}
    assert [line["verb"] for line in lines(audited, "--person", "bo@desk.example")] == ["add"]
    assert lines(audited, "--since", "2999-01-01") == []
    assert len(lines(audited, "--since", "90m")) == len(lines(audited, "--since", "2020-01-01T00:00:00Z")) == 6
    assert [line["verb"] for line in lines(audited, "--limit", "1")] == ["set_password"]
    text = audited.done("audit", "--limit", "1").rstrip().split("\t")
    assert text[1:] == ["ada@desk.example", "127.0.0.0/24", "set_password", "user", "ada@desk.example"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--since", "yesterday"), "--since yesterday: not a time."),
        (("--since", "2026-02-30"), "--since 2026-02-30: not a time."),
        (("--since", "999999999d"), "--since 999999999d: not a time."),
        (("--person", "nobody@desk.example"), "Nobody has the address nobody@desk.example."),
    ],
)
def test_what_cannot_be_asked_is_said(audited: Place, words: tuple[str, ...], said: str) -> None:
    """One sentence, which names the option."""
    (line,) = audited.refused("audit", *words)
    assert line.startswith(said)


def test_a_password_that_others_would_try_is_refused(audited: Place, tmp_path: Path) -> None:
    """By `user add` and `user password` alike, with what to do; so is the one that they have. Nothing is changed."""
    for typed, said in (
        ("1234567890", "one of the most common"),
        ("ada@desk.example", "your name"),
        ("violet tractor umbrella", "current password"),
    ):
        (line,) = audited.refused("user", "password", "--email", "ada@desk.example", typed=f"{typed}\n")
        assert said in line
    with audited.serving("serve", "--port", "0") as served:
        assert served.sign_in_status("ada@desk.example", "violet tractor umbrella") == 200
