"""`switchboard audit`, as people run it beside a server."""

from __future__ import annotations

import json
import signal

import pytest

from tests.server.cli.place import Place

PASSWORD = "correct horse battery"


@pytest.fixture(scope="module")
def audited(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """A desk where Ada signed in once, after a wrong password, and somebody tried an address that is nobody's."""
    place = Place(tmp_path_factory.mktemp("audited"))
    place.add("ada@desk.example", "--team", "media", "--password-stdin", typed=PASSWORD)
    place.add("bo@desk.example")
    with place.serving() as served:
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


def test_audit_has_actor_action_and_network(audited: Place) -> None:
    """Failed sign-ins have a reason; unknown addresses are not stored. Stopping the server loses no line."""
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


def test_audit_can_be_filtered_by_person_time_and_count(audited: Place) -> None:
    """A person's lines include changes made to them. Text output has one line per entry."""
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
def test_bad_audit_option_is_refused_in_one_sentence(audited: Place, words: tuple[str, ...], said: str) -> None:
    (line,) = audited.refused("audit", *words)
    assert line.startswith(said)


def test_unchanged_password_is_refused(audited: Place) -> None:
    again = "violet tractor umbrella\n"
    (line,) = audited.refused("user", "password", "--email", "ada@desk.example", typed=again)
    assert "current password" in line
