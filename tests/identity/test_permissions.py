from __future__ import annotations

from typing import cast, get_args

import pytest

from identity.actor import ROLES, SYSTEM, Actor, Role
from identity.permissions import MAY, Thing, Verb, may, may_sign_out

PEOPLE = {
    "customer": Actor("customer", "v"),
    "agent": Actor("staff", "u", role="agent"),
    "supervisor": Actor("staff", "u", role="supervisor"),
    "admin": Actor("staff", "u", role="admin"),
    "auditor": Actor("staff", "u", role="auditor"),
}

TABLE = """
                       customer  agent  supervisor  admin  auditor
    read itself        yes       yes    yes         yes       yes
    change itself      -         yes    yes         yes       yes
    change sign_ins    yes       yes    yes         yes       yes
    change account     yes       -      -           -       -
    read tickets       yes       yes    yes         -       -
    create tickets     yes       yes    yes         -       -
    change tickets     -         yes    yes         -       -
    export tickets     -         -      yes         -       -
    read canned_replies   -      yes    yes         yes       -
    change canned_replies -      yes    yes         yes       -
    read inbox         -         yes    yes         -       -
    change inbox       -         yes    yes         -       -
    create replies     yes       yes    yes         -       -
    read files         yes       yes    yes         -       -
    change files       yes       yes    yes         -       -
    read chats         -         yes    yes         -       -
    handle chats       -         yes    yes         -       -
    supervise chats    -         -      yes         -       -
    read requesters    -         yes    yes         -       -
    change requesters  -         yes    yes         -       -
    read bans          -         -      yes         -       -
    create bans        -         -      yes         -       -
    change bans        -         -      yes         -       -
    read staff         -         yes    yes         -       -
    read colleagues    -         yes    yes         yes     yes
    change staff       -         -      yes         yes       -
    read people        -         -      -           yes       -
    change people      -         -      -           yes       -
    provision people   -         -      -           yes       -
    read clients       -         -      -           yes       -
    change clients     -         -      -           yes       -
    read audit         -         -      -           yes       yes
    export audit       -         -      -           yes       yes
    change personal_data -       -      -           yes       -
    export personal_data -       -      -           yes       -
    read reports       -         yes    yes         yes       yes
    read counted       -         yes    yes         -       -
    read follows       yes       yes    yes         yes       yes
    change follows     yes       yes    yes         yes       yes
    read hours         -         -      yes         yes       -
    change hours       -         -      yes         yes       -
    read teams         -         -      -           yes       -
    change teams       -         -      -           yes       -
    read settings      -         -      -           yes       yes
    change settings    -         -      -           yes       -
    change availability -        -      yes         yes       -
    report availability -        -      yes         yes       -
    read articles      -         -      -           yes       -
    change articles    -         -      -           yes       -
    change learning    yes       -      -           -       -
"""
HEAD, *ROWS = [line.split() for line in TABLE.strip().splitlines()]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: " ".join(row[:2]))
def test_each_role_has_its_permissions(row: list[str]) -> None:
    """Customers use their own data, agents work, supervisors supervise, admins read no conversation."""
    verb, thing, *answers = row
    allowed = {who: may(PEOPLE[who], cast(Verb, verb), cast(Thing, thing)) for who in HEAD}
    assert allowed == {who: answer == "yes" for who, answer in zip(HEAD, answers, strict=True)}


def test_table_of_the_test_is_complete() -> None:
    assert {(verb, thing) for verb, thing, *_ in ROWS} == set(MAY)


def test_unlisted_action_is_for_the_system_only() -> None:
    for verb in get_args(Verb):
        for thing in get_args(Thing):
            assert may(SYSTEM, verb, thing)
            if (verb, thing) not in MAY:
                assert not any(may(person, verb, thing) for person in PEOPLE.values())


def test_limited_person_may_only_manage_themself() -> None:
    """In every role; they see no team."""
    for role in ROLES:
        limited = Actor("staff", "u", role=role, teams=frozenset({"media"}), limited=True)
        allowed = {(verb, thing) for verb in get_args(Verb) for thing in get_args(Thing) if may(limited, verb, thing)}
        assert allowed == {("read", "itself"), ("change", "itself"), ("change", "sign_ins")}
        assert not limited.sees("media")


@pytest.mark.parametrize(
    ("by", "teams", "whom", "allowed"),
    [
        ("admin", (), "supervisor", True),
        ("supervisor", ("media",), "agent", True),
        ("supervisor", (), "agent", True),
        ("supervisor", ("finance",), "agent", False),
        ("supervisor", ("media",), "supervisor", False),
        ("supervisor", (), "admin", False),
        ("agent", ("media",), "agent", False),
    ],
)
def test_supervisor_may_sign_out_agents_of_their_teams(
    by: Role, teams: tuple[str, ...], whom: Role, allowed: bool
) -> None:
    person = Actor("staff", "p", role=by, teams=frozenset(teams))
    other = Actor("staff", "o", role=whom, teams=frozenset({"media"} if whom == "agent" else ()))
    assert may_sign_out(person, other) is allowed
