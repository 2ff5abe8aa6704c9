from __future__ import annotations

from dataclasses import replace

import pytest

from canned_replies.reply import CannedReply, Scope, by_use, fault_of_shortcut, may_keep, may_use
from identity.actor import Actor, Role

REPLY = CannedReply("r1", "hello", "Hello", "all", "", {"en": "Hello"}, 1, 1)


def staff(role: Role, *teams: str, id: str = "u1") -> Actor:
    return Actor(kind="staff", id=id, role=role, teams=frozenset(teams))


AGENT, SUPERVISOR, OF_ALL, ADMIN = (
    staff("agent", "media"),
    staff("supervisor", "media"),
    staff("supervisor"),
    staff("admin"),
)


@pytest.mark.parametrize(
    ("who", "own", "others", "team", "other_team", "everybody"),
    [
        (AGENT, True, False, False, False, False),
        (SUPERVISOR, True, False, True, False, False),
        (OF_ALL, True, False, True, True, False),
        (ADMIN, True, False, True, True, True),
    ],
)
def test_may_keep_follows_the_role(
    who: Actor, own: bool, others: bool, team: bool, other_team: bool, everybody: bool
) -> None:
    places: list[tuple[Scope, str]] = [("own", "u1"), ("own", "u2"), ("team", "media"), ("team", "prod"), ("all", "")]
    assert [may_keep(who, *place) for place in places] == [own, others, team, other_team, everybody]


@pytest.mark.parametrize(
    ("who", "readable"),
    [
        (AGENT, [True, False, True, False, True]),
        (OF_ALL, [True, False, True, True, True]),
        (ADMIN, [True, False, True, True, True]),
    ],
)
def test_may_use_own_those_of_the_teams_and_those_of_everybody(who: Actor, readable: list[bool]) -> None:
    places: list[tuple[Scope, str]] = [("own", "u1"), ("own", "u2"), ("team", "media"), ("team", "prod"), ("all", "")]
    assert [may_use(who, replace(REPLY, scope=scope, holder=holder)) for scope, holder in places] == readable


@pytest.mark.parametrize("shortcut", ["", "Hello", "a b", "-a", "a-", "a--b", "é", "a/b", "x" * 33, "a\n"])
def test_shortcut_of_other_characters_has_a_fault(shortcut: str) -> None:
    assert fault_of_shortcut(shortcut)


@pytest.mark.parametrize("shortcut", ["a", "invoice-finance", "2nd", "x" * 32])
def test_shortcut_of_words_and_hyphens_has_none(shortcut: str) -> None:
    assert fault_of_shortcut(shortcut) is None


def test_by_use_puts_the_most_used_first_and_then_goes_by_shortcut() -> None:
    rare, often = replace(REPLY, id="b", shortcut="b", uses=1), replace(REPLY, id="c", shortcut="z", uses=9)
    assert by_use([rare, replace(rare, id="a", shortcut="a"), often])[0] is often
    assert [one.shortcut for one in by_use([rare, replace(rare, shortcut="a")])] == ["a", "b"]
