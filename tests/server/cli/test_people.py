"""`switchboard user role`, `disable` and `totp`, as people run them beside a server."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.server.cli.sockets import closed_with, greeted
from tests.server.test_cli import Place


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


@pytest.fixture(scope="module")
def with_ada(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """A place where ada@desk.example is an agent and old@desk.example is shut out, for what changes nothing there."""
    place = Place(tmp_path_factory.mktemp("ada"))
    place.add()
    place.add("old@desk.example")
    place.done("user", "disable", "--email", "old@desk.example")
    return place


def test_disabled_person_loses_access_at_once(place: Place) -> None:
    """Their socket closes; token and password are refused. Disabling again adds no audit line."""
    place.add("ada@desk.example", "--team", "media", "--password-stdin", typed="correct horse")
    token = place.done("token", "create", "--email", "ada@desk.example", "--scope", "read", "--scope", "write").strip()
    with place.serving("serve", "--port", "0") as served, greeted(served, token) as socket:
        assert place.done("user", "disable", "--email", "Ada@desk.example") == "Ada <ada@desk.example> is disabled.\n"
        assert closed_with(socket) == 4010
        assert served.status("/api/me", Authorization=f"Bearer {token}") == 401
        assert served.sign_in_status("ada@desk.example", "correct horse") == 401
        place.done("user", "disable", "--email", "ada@desk.example")
    with closing(sqlite3.connect(place.data / "switchboard.db")) as database:
        assert database.execute("select count(*) from audit where verb = 'disable'").fetchone() == (1,)


def test_changed_role_takes_effect_at_once(place: Place) -> None:
    """The socket closes. The person has the new role and exactly the given teams."""
    place.add()
    token = place.done("token", "create", "--email", "ada@desk.example", "--scope", "read", "--scope", "write").strip()
    with place.serving("serve", "--port", "0") as served, greeted(served, token) as socket:
        said = place.done(
            "user", "role", "--email", "ada@desk.example", "--role", "supervisor", "--team", "tech", "--team", "prod"
        )
        assert said == "Ada <ada@desk.example> is a supervisor of prod, tech now.\n"
        assert closed_with(socket) == 4204
        me = served.get("/api/me", Authorization=f"Bearer {token}")
        assert (me["role"], sorted(me["teams"])) == ("supervisor", ["prod", "tech"])
    said = place.done("user", "role", "--email", "ada@desk.example", "--role", "admin")
    assert said == "Ada <ada@desk.example> is an admin now.\n"


def test_new_password_ends_existing_sessions_at_once(place: Place) -> None:
    """The old password is refused, the new one is accepted."""
    place.add("ada@desk.example", "--team", "media", "--password-stdin", typed="correct horse")
    with place.serving("serve", "--port", "0") as served:
        cookie = served.sign_in("ada@desk.example", "correct horse")
        place.done("user", "password", "--email", "ada@desk.example", typed="battery staple\n")
        served.until(lambda: served.status("/api/me", Cookie=cookie) == 401, "the session is over")
        assert served.sign_in_status("ada@desk.example", "correct horse") == 401
        assert served.sign_in("ada@desk.example", "battery staple")


def test_sign_out_ends_all_sessions_at_once(place: Place) -> None:
    """With `--tokens`, tokens and their sockets too. The person may sign in again."""
    place.add("ada@desk.example", "--team", "media", "--password-stdin", typed="correct horse battery")
    token = place.done("token", "create", "--email", "ada@desk.example", "--scope", "read", "--scope", "write").strip()
    with place.serving("serve", "--port", "0") as served, greeted(served, token) as socket:
        cookies = [served.sign_in("ada@desk.example", "correct horse battery") for _ in range(2)]
        said = place.done("user", "sign-out", "--email", "Ada@desk.example")
        assert said == "Ada <ada@desk.example> is signed out: 2 sessions ended.\n"
        served.until(
            lambda: [served.status("/api/me", Cookie=cookie) for cookie in cookies] == [401, 401], "they are over"
        )
        assert served.status("/api/me", Authorization=f"Bearer {token}") == 200
        again = served.sign_in("ada@desk.example", "correct horse battery")
        assert served.status("/api/me", Cookie=again) == 200
        said = place.done("user", "sign-out", "--email", "ada@desk.example", "--tokens")
        assert said == "Ada <ada@desk.example> is signed out: 1 session and all tokens ended.\n"
        assert closed_with(socket) == 4010
        served.until(lambda: served.status("/api/me", Authorization=f"Bearer {token}") == 401, "the token is over")


def test_totp_reports_a_person_without_a_second_factor(with_ada: Place) -> None:
    """Removing a second factor that does not exist is no error."""
    alone = "Ada <ada@desk.example> signs in with a password only.\n"
    assert with_ada.done("user", "totp", "--email", "ada@desk.example") == alone
    assert with_ada.done("user", "totp", "--email", "ada@desk.example", "--off") == alone


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("disable --email nobody@desk.example", "Nobody has the address nobody@desk.example."),
        ("totp --email nobody@desk.example", "Nobody has the address nobody@desk.example."),
        ("sign-out --email nobody@desk.example", "Nobody has the address nobody@desk.example."),
        ("role --email nobody@desk.example --role agent --team media", "Nobody has the address nobody@desk.example."),
        (
            "role --email old@desk.example --role agent --team media",
            "old@desk.example is disabled, so the role cannot change.",
        ),
        (
            "role --email ada@desk.example --role boss",
            "There is no role 'boss'. Choose one of agent, supervisor, admin.",
        ),
        (
            "role --email ada@desk.example --role agent",
            "An agent needs at least one team. There are: media, prod, tech, finance, canadian-spot.",
        ),
        (
            "role --email ada@desk.example --role agent --team nobody",
            "There is no team 'nobody'. There are: media, prod, tech, finance, canadian-spot.",
        ),
    ],
)
def test_bad_user_input_is_refused_in_one_sentence(with_ada: Place, words: str, said: str) -> None:
    """Unknown addresses, roles and teams, and disabled people. The exit status is 2."""
    assert with_ada.refused("user", *words.split()) == [said]
