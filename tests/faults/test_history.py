from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from msgspec import structs

from chat.events import Logged
from tests.faults.history import History, Stored, faults_of


def event(seq: int, prev: int, command: str | None = None, *, staff_only: bool = False, text: str = "Hi") -> Logged:
    return Logged("c1", seq, prev, staff_only, "at", f'{{"text":"{text}"}}', "v1" if command else None, command)


LOG = [event(1, 0, "a"), event(2, 1, staff_only=True), event(3, 1, "b")]
GOOD = Stored({"c1": LOG}, {"c1": [7]}, frozenset({"c1"}), {"c1": frozenset({"v1"})})


def a_customer() -> History:
    return History(
        "v1", False, {"a": "Hi", "b": "Hi"},
        {"a": {"chat": "c1", "seq": 1}, "b": {"chat": "c1", "seq": 3}},
        {"a": [{"chat": "c1", "seq": 1}, {"chat": "c1", "seq": 1}]},
        [[{"chat": "c1", "seq": 1, "prev": 0}], [{"chat": "c1", "seq": 3, "prev": 1}]],
        [{}, {"c1": 1}],
    )  # fmt: skip


def test_correct_history_has_no_faults() -> None:
    assert faults_of([a_customer()], GOOD) == []


@pytest.mark.parametrize(
    ("stored", "says"),
    [
        (replace(GOOD, logs={"c1": LOG[:2]}), "is lost"),
        (replace(GOOD, logs={"c1": [LOG[0], LOG[2]]}), "holes"),
        (replace(GOOD, logs={"c1": [*LOG, event(4, 3, "b")]}), "stored 2 times"),
        (replace(GOOD, logs={"c1": [*LOG, event(4, 3)]}), "never showed [4]"),
        (replace(GOOD, logs={"c1": [*LOG[:2], event(3, 2, "b")]}), "the one before"),
        (replace(GOOD, logs={"c1": [*LOG[:2], event(3, 1, "b", text="Other")]}), "another text"),
        (replace(GOOD, logs={"c1": [structs.replace(LOG[0], staff_only=True, public_prev=0), *LOG[1:]]}), "not theirs"),
        (replace(GOOD, logs={"c1": [*LOG, event(4, 3, "z")]}), "never sent"),
        (replace(GOOD, logs={"c1": [LOG[0], LOG[1], event(3, 1, "a"), event(4, 3, "b")]}), "lies at 4"),
        (replace(GOOD, tickets={"c1": [7, 8]}), "2 tickets"),
        (replace(GOOD, tickets={}), "0 tickets"),
        (replace(GOOD, closed=frozenset()), "should be 0"),
    ],
)
def test_each_fault_of_the_store_is_found(stored: Stored, says: str) -> None:
    assert any(says in fault for fault in faults_of([a_customer()], stored))


def moved(*bodies: str) -> Stored:
    """A chat whose log has these events, one a second."""
    log = [Logged("c1", n, n - 1, False, f"2026-01-01T00:00:0{n}Z", body) for n, body in enumerate(bodies, start=1)]
    return Stored({"c1": log}, {}, frozenset(), {"c1": frozenset()}, {"ada": 1})


def assigned(staff: str) -> str:
    return f'{{"type":"chat.assigned","staff":{{"id":"{staff}"}}}}'


LEFT = '{"type":"chat.left","who":{"id":"ada"}}'


def test_second_agent_of_a_chat_is_found() -> None:
    """Not if the first one has left the chat."""
    assert faults_of([], moved(assigned("ada"), LEFT, assigned("bo"))) == []
    assert faults_of([], moved(assigned("ada"), assigned("bo"))) == ["c1: 2 gives it to bo, and ada still has it"]


def test_one_chat_too_many_is_found() -> None:
    one = moved(assigned("ada")).logs["c1"]
    several = replace(moved(), logs={chat: [structs.replace(one[0], chat=chat)] for chat in ("c1", "c2")})
    assert faults_of([], several) == ["ada had 2 chats at once, and takes 1"]


def test_letter_that_was_queued_twice_is_found() -> None:
    letter = ("received", "ann@customer.example", 7, None)
    assert faults_of([], replace(GOOD, letters=[letter, letter])) == [f"2 letters are {letter}"]


def test_agent_who_left_a_chat_need_not_see_the_rest() -> None:
    stored = moved(assigned("ada"), LEFT, assigned("bo"))
    seen: list[dict[str, object]] = [{"chat": "c1", "seq": seq} for seq in (1, 2)]
    assert faults_of([History("ada", True, connections=[seen], resumed=[{}])], stored) == []
    assert faults_of([History("ada", True, connections=[seen[:1]], resumed=[{}])], stored) != []


@pytest.mark.parametrize(
    ("frames", "says"),
    [
        ([{"chat": "c1", "seq": 1, "prev": 0}, {"chat": "c1", "seq": 1, "prev": 1}, {"chat": "c1", "seq": 3}], "twice"),
        ([{"chat": "c1", "seq": 3, "prev": 0}, {"chat": "c1", "seq": 1, "prev": 3}], "came after"),
        ([{"chat": "c1", "seq": 1, "prev": 0}, {"chat": "c1", "seq": 3, "prev": 2}], "came before"),
        ([{"chat": "c1", "seq": 1, "prev": 0}], "never showed"),
        ([{"chat": "c1", "seq": seq} for seq in (1, 2, 3)], "not theirs"),
        ([{"chat": "c1", "seq": 1}, {"chat": "c1", "seq": 3}, {"chat": "c1", "seq": 4}], "nobody stored"),
        ([{"chat": "c1", "seq": 1, "text": "Ho"}, {"chat": "c1", "seq": 3}], "showed 'Ho', where 'Hi' is stored"),
        ([], "never showed [1, 3]"),
    ],
)
def test_each_fault_of_a_screen_is_found(frames: list[dict[str, object]], says: str) -> None:
    """Shown twice, out of order, with a wrong `prev`, with a gap, not at all, to the wrong person, or altered."""
    customer = replace(a_customer(), connections=[frames], resumed=[{}])
    assert any(says in fault for fault in faults_of([customer], GOOD))


def test_repeated_command_with_another_answer_is_found() -> None:
    """Every `ok` to one id must be the same."""
    customer = replace(a_customer(), answers={"a": [{"chat": "c1", "seq": 1}, {"chat": "c1", "seq": 2}]})
    assert [fault for fault in faults_of([customer], GOOD) if "alike" in fault]


def test_repeated_command_answered_as_new_is_found() -> None:
    """Only the first `ok` has no `dup`, or none if the first was lost."""
    customer = replace(a_customer(), fresh=Counter({"a": 2, "b": 1}))
    assert faults_of([customer], GOOD) == ["v1: a was answered 2 times as if it were new"]


def test_text_of_a_request_that_overtook_the_first_one_is_no_fault() -> None:
    stored = replace(GOOD, logs={"c1": [*LOG[:2], event(3, 1, "b", text="Other")]})
    overtaken = a_customer()
    overtaken.overtaking["b"].add("Other")
    assert faults_of([overtaken], stored) == []
