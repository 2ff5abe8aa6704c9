"""`switchboard user`, as people run it, also beside a server."""

from __future__ import annotations

import json
import re

import pytest

from tests.server.cli.place import NOBODY, Place, closed_with, greeted

SIGN_IN = ("passkeys", "staff_sign_ons", "staff_invitations")
TOKEN = re.compile(r"sb_[A-Za-z0-9_-]{43}\n")


def test_added_person_gets_a_password_and_a_token(shell: Place, place: Place) -> None:
    """The password is read from standard input, and the token is alone on its line. Neither is stored in plain text."""
    assert shell.add() == (
        "Ada <ada@desk.example> is an agent of media.\n"
        "To let them sign in, set a password: switchboard user password --email ada@desk.example\n"
    )
    said = place.done("user", "password", "--email", "ADA@desk.example", typed="correct horse\n")
    assert said == "ADA@desk.example has a new password and is signed out everywhere.\n"
    token = place.done("token", "create", "--email", "ada@desk.example", "--days", "2", "--scope", "read")
    assert TOKEN.fullmatch(token)
    stored = (place.data / "switchboard.db").read_bytes()
    assert token.strip().encode() not in stored
    assert b"correct horse" not in stored


def test_agent_added_with_a_password_needs_no_further_step(place: Place) -> None:
    """With --password-stdin nothing is left to do before signing in. The agent is away, with the given capacity."""
    words = ("--team", "tech", "--team", "prod", "--capacity", "7", "--password-stdin")
    assert (
        place.add("bo@desk.example", *words, typed="correct horse")
        == "Ada <bo@desk.example> is an agent of prod, tech.\n"
    )
    assert place.rows("select status, capacity from agents") == [("away", 7)]


def test_languages_of_a_person_are_replaced_and_shown_to_colleagues(place: Place) -> None:
    """Each change is in the audit, with the languages before it. What changes nothing is not."""
    place.add("ada@desk.example", "--team", "media", "--language", "fr")
    said = place.done("user", "languages", "--email", "ADA@desk.example", "--language", "fr", "--language", "es")
    assert said == "Ada <ada@desk.example> speaks es, fr now.\n"
    assert place.rows("select languages from agents") == [("es,fr",)]
    assert place.done("user", "languages", "--email", "ada@desk.example").endswith("has no languages now.\n")
    assert place.rows("select languages from agents") == [("",)]
    place.done("user", "languages", "--email", "ada@desk.example")
    lines = place.rows("select detail from audit where verb = 'set_languages' order by id")
    assert [json.loads(detail) for (detail,) in lines] == [
        {"languages": ["es", "fr"], "was_languages": ["fr"]},
        {"languages": [], "was_languages": ["es", "fr"]},
    ]


def test_bad_language_is_refused(place: Place) -> None:
    place.add()
    said = place.refused("user", "languages", "--email", "ada@desk.example", "--language", "French")
    assert "'French' is not the code of a language. Write it like fr or es." in " ".join(" ".join(said).split())


def test_disabled_person_loses_access_at_once(place: Place) -> None:
    """Their socket closes; token and password are refused. Disabling again adds no audit line."""
    place.add("ada@desk.example", "--team", "media", "--password-stdin", typed="correct horse")
    token = place.token("read", "write")
    with place.serving() as served, greeted(served, token) as socket:
        assert place.done("user", "disable", "--email", "Ada@desk.example") == "Ada <ada@desk.example> is disabled.\n"
        assert closed_with(socket) == 4010
        assert served.status("/api/me", Authorization=f"Bearer {token}") == 401
        assert served.sign_in_status("ada@desk.example", "correct horse") == 401
        place.done("user", "disable", "--email", "ada@desk.example")
    assert place.rows("select count(*) from audit where verb = 'disable'") == [(1,)]


def test_changed_role_takes_effect_at_once(place: Place) -> None:
    """The socket closes. The person has the new role and exactly the given teams."""
    place.add()
    token = place.token("read", "write")
    with place.serving() as served, greeted(served, token) as socket:
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
    place.add("ada@desk.example", "--team", "media", "--password-stdin", typed="correct horse")
    with place.serving() as served:
        cookie = served.sign_in("ada@desk.example", "correct horse")
        place.done("user", "password", "--email", "ada@desk.example", typed="battery staple\n")
        served.until(lambda: served.status("/api/me", Cookie=cookie) == 401, "the session is over")
        assert served.sign_in_status("ada@desk.example", "correct horse") == 401
        assert served.sign_in("ada@desk.example", "battery staple")


def test_new_password_removes_everything_else_that_signs_in(place: Place) -> None:
    """Passkeys always. The link with single sign-on and an invitation stay with `--keep-sign-on`."""
    place.add("ada@desk.example", "--team", "media")
    (user,) = place.rows("select id from users")[0]
    place.change(
        "insert into passkeys (id, user, kind, credential, public_key, sign_count, name, created_at) "
        f"values ('p1', '{user}', 'staff', 'c', 'k', 0, 'Laptop', 1)",
        f"insert into staff_sign_ons (issuer, sub, user, linked_at) values ('https://id.example', 'ada', '{user}', 1)",
        "insert into staff_invitations (user, hash, issuer, email, created_at, expires_at) "
        f"values ('{user}', 'h', 'https://id.example', 'ada@desk.example', 1, 2)",
    )
    password, email = ("user", "password"), ("--email", "ada@desk.example")
    said = place.done(*password, *email, "--keep-sign-on", typed="battery staple\n")
    assert said.endswith("Removed: 1 passkey.\n")
    assert [place.rows(f"select count(*) from {name}") for name in SIGN_IN] == [[(0,)], [(1,)], [(1,)]]
    said = place.done(*password, *email, typed="correct horse battery\n")
    assert said.endswith("Removed: the single sign-on, the invitation.\n")
    assert [place.rows(f"select count(*) from {name}") for name in SIGN_IN] == [[(0,)], [(0,)], [(0,)]]
    verbs = place.rows("select verb from audit where thing = 'user' order by id")
    assert verbs[1:] == [("set_password",), ("set_password",), ("unlink",), ("withdraw",)]


def test_passkeys_of_a_person_are_listed_and_removed(place: Place) -> None:
    """Removing one ends the sessions in which it was used."""
    place.add("ada@desk.example", "--team", "media")
    passkeys = ("user", "passkeys", "--email", "ada@desk.example")
    assert place.done(*passkeys) == "Ada <ada@desk.example> has no passkeys.\n"
    (user,) = place.rows("select id from users")[0]
    place.change(
        "insert into passkeys (id, user, kind, credential, public_key, sign_count, name, created_at) "
        f"values ('p1', '{user}', 'staff', 'c', 'k', 0, 'Laptop', 1764331200000)",
        "insert into sessions (id, user, created_at, last_seen_at, expires_at, passkey, factor_shown) "
        f"values ('s1', '{user}', 1, 1, 9999999999999, 'p1', true)",
    )
    said = place.done(*passkeys)
    assert said == "p1  Laptop  added 2025-11-28T12:00:00.000Z, never used\n"
    assert "has no passkey 'p2'" in " ".join(" ".join(place.refused(*passkeys, "--remove", "p2")).split())
    assert place.done(*passkeys, "--remove", "p1") == "Removed. 1 session ended.\n"
    assert place.rows("select revoked_at is null from sessions") == [(0,)]
    assert place.rows("select verb, thing, actor from audit where thing = 'passkey'") == [("remove", "passkey", None)]


def test_sign_out_ends_all_sessions_at_once(place: Place) -> None:
    """With `--tokens`, tokens and their sockets too. The person may sign in again."""
    place.add("ada@desk.example", "--team", "media", "--password-stdin", typed="correct horse battery")
    token = place.token("read", "write")
    with place.serving() as served, greeted(served, token) as socket:
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


TEAMS = "There are: media, prod, tech, finance, canadian-spot."
WEAK = "This password has {} characters. Use at least 10."
ADD = "add --email x@desk.example --name X"


@pytest.mark.parametrize(
    ("words", "typed", "said"),
    [
        (f"{ADD} --role agent --team nobody", "", f"There is no team 'nobody'. {TEAMS}"),
        (f"{ADD} --role boss", "", "There is no role 'boss'. Choose from agent, supervisor, author, admin, auditor."),
        (f"{ADD} --role agent", "", f"An agent needs at least one team. {TEAMS}"),
        (f"{ADD} --role agent --team media --password-stdin", "short\n", WEAK.format(5)),
        ("add --email ada@desk.example --name X --role agent --team media", "", "has the address ada@desk.example"),
        ("add --email nobody --name X --role agent --team media", "", "'nobody' is not an email address."),
        ("password --email nobody@desk.example", "correct horse\n", NOBODY),
        ("password --email ada@desk.example", "", WEAK.format(0)),
        ("password --email ada@desk.example", "1234567890\n", "one of the most common"),
        ("password --email ada@desk.example", "ada@desk.example\n", "your name"),
        ("disable --email nobody@desk.example", "", NOBODY),
        ("totp --email nobody@desk.example", "", NOBODY),
        ("sign-out --email nobody@desk.example", "", NOBODY),
        ("role --email nobody@desk.example --role agent --team media", "", NOBODY),
        ("role --email old@desk.example --role agent --team media", "", "is disabled, so the role cannot change."),
        ("role --email ada@desk.example --role boss", "", "There is no role 'boss'."),
        ("role --email ada@desk.example --role agent", "", f"An agent needs at least one team. {TEAMS}"),
        ("role --email ada@desk.example --role agent --team nobody", "", f"There is no team 'nobody'. {TEAMS}"),
    ],
)
def test_bad_user_input_is_refused_in_one_sentence(with_ada: Place, words: str, typed: str, said: str) -> None:
    """It says what would be right. The exit status is 2."""
    (line,) = with_ada.refused("user", *words.split(), typed=typed)
    assert said in line


def test_bad_option_is_refused_by_name(with_ada: Place) -> None:
    """A number out of range, a missing or an unknown option."""
    assert "'--capacity'" in with_ada.refused("user", "add", "--capacity", "51")[-1]
    assert "'--email'" in with_ada.refused("token", "create")[-1]
    assert "--prot" in with_ada.refused("serve", "--prot", "1")[-1]
