"""What each role may do at all."""

from __future__ import annotations

from typing import cast, get_args

import pytest

from identity.actor import SYSTEM, Actor
from identity.permissions import MAY, Thing, Verb, may

PEOPLE = {
    "customer": Actor("customer", "v"),
    "agent": Actor("staff", "u", role="agent"),
    "supervisor": Actor("staff", "u", role="supervisor"),
    "admin": Actor("staff", "u", role="admin"),
}

TABLE = """
                       customer  agent  supervisor  admin
    read itself        yes       yes    yes         yes
    change itself      -         yes    yes         yes
    read tickets       yes       yes    yes         -
    create tickets     yes       yes    yes         -
    change tickets     -         yes    yes         -
    export tickets     -         -      yes         -
    create replies     yes       yes    yes         -
    read files         yes       yes    yes         -
    change files       yes       yes    yes         -
    read chats         -         yes    yes         -
    handle chats       -         yes    yes         -
    supervise chats    -         -      yes         -
    read bans          -         -      yes         -
    create bans        -         -      yes         -
    change bans        -         -      yes         -
    read staff         -         yes    yes         -
    read people        -         -      -           yes
    change people      -         -      -           yes
    read clients       -         -      -           yes
    change clients     -         -      -           yes
    read audit         -         -      -           yes
"""
HEAD, *ROWS = [line.split() for line in TABLE.strip().splitlines()]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: " ".join(row[:2]))
def test_each_role_may_do_what_is_its_own(row: list[str]) -> None:
    """Customers see to their own affairs, agents work, supervisors supervise, admins read no conversation."""
    verb, thing, *answers = row
    allowed = {who: may(PEOPLE[who], cast(Verb, verb), cast(Thing, thing)) for who in HEAD}
    assert allowed == {who: answer == "yes" for who, answer in zip(HEAD, answers, strict=True)}


def test_the_table_here_is_the_whole_table() -> None:
    """Nothing may be done that is not looked at above."""
    assert {(verb, thing) for verb, thing, *_ in ROWS} == set(MAY)


def test_what_is_not_in_the_table_nobody_may() -> None:
    """Nobody but the system, which may do everything."""
    for verb in get_args(Verb):
        for thing in get_args(Thing):
            assert may(SYSTEM, verb, thing)
            if (verb, thing) not in MAY:
                assert not any(may(person, verb, thing) for person in PEOPLE.values())
