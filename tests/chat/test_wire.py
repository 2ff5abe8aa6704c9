"""One connection without I/O: what is a command, what is wrong with what is not, what is said back."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat import wire
from chat.events import Logged
from chat.frames import CUSTOMER_COMMANDS, STAFF_COMMANDS, CustomerHello, MessageSend, Ping, StaffHello
from refusals import Refused


def greeted(side: wire.Side = "customer") -> wire.Wire:
    commands = CUSTOMER_COMMANDS if side == "customer" else STAFF_COMMANDS
    connection = wire.Wire(side, frozenset(commands))
    connection.greeted = True
    return connection


def rejected(frame: object, side: wire.Side = "customer") -> dict[str, Any]:
    data = frame if isinstance(frame, bytes) else json.dumps(frame).encode()
    received = greeted(side).receive(data)
    assert isinstance(received, wire.Rejected), received
    answer: dict[str, Any] = json.loads(wire.error(received.id, received.refused))
    return answer


def test_a_frame_becomes_a_typed_command() -> None:
    """What is right comes out as the type of its name."""
    data = b'{"type":"message.send","id":"1","chat":"c","text":"Hi"}'
    assert greeted().receive(data) == MessageSend("1", "c", "Hi")


@pytest.mark.parametrize(
    "data",
    [
        b"", b"{", b"nonsense", b"\xff\xfe", b"[]", b"null", b"7", b'"text"', b"[" * 100_000,
        b'{"type":"ping","id":"1","deep":' + b"[" * 9 + b"]" * 9 + b"}",
        b'{"a":' * 9 + b"1" + b"}" * 9,
    ],
)  # fmt: skip
def test_what_is_no_frame_is_a_bad_frame(data: bytes) -> None:
    """Not JSON, not an object, or too deep: one code, no id."""
    answer = rejected(data)
    assert answer["code"] == "bad_frame" and "id" not in answer


def test_brackets_in_a_text_are_not_depth() -> None:
    """Only structure counts as nesting."""
    data = json.dumps({"type": "message.send", "id": "1", "chat": "c", "text": "[[[[[[[[[[[[" + '"\\'}).encode()
    assert isinstance(greeted().receive(data), MessageSend)
    assert rejected({"type": "message.send", "id": "1", "text": "[[[[[[[[[[[[" + '"\\'})["code"] == "invalid"


@pytest.mark.parametrize("type_", ["nonsense", "", None, 7, ["ping"], {"a": 1}, "chat.close", "note.add"])
def test_an_unknown_type_is_told_with_the_id(type_: object) -> None:
    """The id is read even where the type is not known; staff's commands are unknown to customers."""
    answer = rejected({"type": type_, "id": "abc"})
    assert (answer["code"], answer["id"]) == ("unknown_type", "abc")


def test_a_type_that_is_not_served_is_unknown() -> None:
    """The protocol has more frames than a version serves."""
    connection = wire.Wire("customer", frozenset({CustomerHello, Ping}))
    connection.greeted = True
    received = connection.receive(b'{"type":"chat.wait","id":"1","chat":"c"}')
    assert isinstance(received, wire.Rejected) and received.refused.code == "unknown_type" and received.id == "1"


@pytest.mark.parametrize(
    ("frame", "field"),
    [
        ({"type": "message.send", "id": "1", "chat": "c"}, "text"),
        ({"type": "message.send", "id": "1", "chat": "c", "text": "x", "extra": 1}, "extra"),
        ({"type": "message.send", "id": "1", "chat": 5, "text": "x"}, "chat"),
        ({"type": "message.send", "id": "1", "chat": "c", "text": "\ud800"}, "text"),
        ({"type": "message.send", "id": "1", "chat": "c", "text": "x", "files": "no"}, "files"),
        ({"type": "chat.resume", "id": "1", "chat": "c", "after": -1}, "after"),
        ({"type": "chat.resume", "id": "1", "chat": "c", "after": 1.5}, "after"),
        ({"type": "chat.resume", "id": "1", "chat": "c", "after": "1"}, "after"),
        ({"type": "chat.start", "id": "1", "team": "m", "text": "x", "fields": {"a": 1}}, "fields"),
        ({"type": "chat.rate", "id": "1", "chat": "c", "score": 6}, "score"),
    ],
)
def test_the_field_that_is_to_blame_is_named(frame: dict[str, Any], field: str) -> None:
    """Missing, unknown and wrong fields: `invalid`, with a sentence for each."""
    answer = rejected(frame)
    assert answer["code"] == "invalid" and answer["id"] == "1"
    assert field in answer["fields"] and answer["fields"][field].endswith(".")


def test_all_faults_are_told_at_once() -> None:
    """Nobody has to try three times."""
    answer = rejected({"type": "message.send", "id": "1", "txt": "x", "chat": None})
    assert answer["fields"].keys() == {"txt", "chat", "text"}


def test_a_text_over_the_limit_is_too_large() -> None:
    """8,000 code points go through, one more does not; they are counted, not bytes."""
    frame = {"type": "message.send", "id": "1", "chat": "c", "text": "🙂" * 8_000}
    assert isinstance(greeted().receive(json.dumps(frame).encode()), MessageSend)
    frame["text"] += "x"
    assert rejected(frame)["code"] == "too_large"


@pytest.mark.parametrize("id_", ["", "x" * 65, 7, None, ["1"], "\ud800"])
def test_an_id_that_is_none_is_not_given_back(id_: object) -> None:
    """1 to 64 characters; anything else is no id."""
    answer = rejected({"type": "ping", "id": id_})
    assert answer["code"] == "invalid" and "id" not in answer


@pytest.mark.parametrize("side", ["customer", "staff"])
def test_hello_comes_first_and_once(side: wire.Side) -> None:
    """Before it everything else is unauthorized, a second one is a conflict."""
    connection = wire.Wire(side, frozenset({CustomerHello, StaffHello, Ping}))
    ping, hello = connection.receive(b'{"type":"ping","id":"1"}'), connection.receive(b'{"type":"hello","id":"2"}')
    assert not isinstance(ping, wire.Rejected)
    assert not isinstance(hello, wire.Rejected)
    early = connection.out_of_turn(ping)
    assert early is not None
    assert early.code == "unauthorized"
    assert connection.out_of_turn(hello) is None
    connection.greeted = True
    late = connection.out_of_turn(hello)
    assert late is not None
    assert late.code == "conflict"
    assert connection.out_of_turn(ping) is None


@pytest.mark.parametrize(
    ("frame", "field", "id_"),
    [
        ({"type": "message.send", "id": "1", "chat": "c", "text": "a\0b"}, "text", "1"),
        ({"type": "message.send", "id": "1", "chat": "c\0", "text": "x"}, "chat", "1"),
        ({"type": "message.send", "id": "1\0", "chat": "c", "text": "x"}, "id", None),
        ({"type": "chat.start", "id": "1", "team": "m", "text": "x", "fields": {"a\0": "b"}}, "fields", "1"),
        ({"type": "message.send", "id": "1\0", "chat": 7, "text": "x"}, "id", None),
    ],
)
def test_a_nul_is_refused_in_whatever_field(frame: dict[str, Any], field: str, id_: str | None) -> None:
    """PostgreSQL could not keep it; an id with one is no id. The escape of an escape is none."""
    answer = rejected(frame)
    assert answer["code"] == "invalid"
    assert field in answer["fields"]
    assert answer.get("id") == id_
    harmless = {"type": "message.send", "id": "1", "chat": "c", "text": "a\\u0000b"}
    assert isinstance(greeted().receive(json.dumps(harmless).encode()), MessageSend)


def test_rubbish_in_a_row_becomes_intolerable_and_one_good_frame_forgives() -> None:
    """An error costs the connection nothing, unless it goes on."""
    connection = greeted()
    for _ in range(wire.MISBEHAVED_MAX - 1):
        connection.receive(b"rubbish")
    assert not connection.intolerable
    connection.receive(b'{"type":"ping","id":"1"}')
    for _ in range(wire.MISBEHAVED_MAX):
        connection.receive(b"rubbish")
    assert connection.intolerable


@given(st.binary(max_size=300))
def test_no_bytes_at_all_make_it_raise(data: bytes) -> None:
    """Whatever comes is a command or a refusal."""
    greeted().receive(data)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=4), inner, max_size=2),
    max_leaves=4,
)


@given(
    st.sampled_from([c.__struct_config__.tag for c in (*CUSTOMER_COMMANDS, *STAFF_COMMANDS)]),
    st.dictionaries(
        st.sampled_from(["id", "chat", "text", "after", "team", "fields", "upto", "on", "status", "note"]),
        json_values,
        max_size=4,
    ),
    st.sampled_from(["customer", "staff"]),
)
def test_no_fields_at_all_make_it_raise(type_: str, fields: dict[str, Any], side: wire.Side) -> None:
    """Every value in every field is a command or a refusal that can be written."""
    received = greeted(side).receive(json.dumps({**fields, "type": type_}).encode())
    if isinstance(received, wire.Rejected):
        json.loads(wire.error(received.id, received.refused))


@pytest.mark.parametrize("text", ["", "   ", "\n\t ", "\u200b", "\u2800", "\u3164\u2060", "\U000e0041"])
def test_a_text_that_shows_nothing_is_invalid(text: str) -> None:
    """Only white space, or characters that cannot be seen."""
    with pytest.raises(Refused) as refusal:
        wire.check_text(text)
    assert refusal.value.code == "invalid" and refusal.value.fields is not None and "text" in refusal.value.fields


@pytest.mark.parametrize("line", ["\u200b", "Ana\u202e", "A\nB", "\u3164"])
def test_a_line_that_shows_nothing_or_leaves_its_place_is_invalid(line: str) -> None:
    """Names and subjects: seen, on one line, in a direction of their own."""
    with pytest.raises(Refused) as refusal:
        wire.check_line(line, "name")
    assert refusal.value.code == "invalid" and refusal.value.fields is not None and "name" in refusal.value.fields
    assert wire.check_line(" Ana ", "name") == "Ana"
    assert wire.check_line(" ", "name") is None


@pytest.mark.parametrize(
    "text",
    [
        '"' * 100_000,
        "[" * 100_000,
        '{"a":' * 20_000,
        '"' + '\\"' * 50_000,
        "[]" * 50_000,
        'x"[' * 30_000,
        "\\" * 100_000,
        "",
    ],
)
def test_brackets_are_looked_for_once_along_a_frame(text: str) -> None:
    """Each search begins where the last one ended and finds something: no part of a frame is read twice."""
    spans = [found.span() for found in wire._BRACKET.finditer(text)]
    assert spans[0][0] == 0 and spans[-1][1] == len(text)
    assert all(before[1] == after[0] for before, after in pairwise(spans))


@pytest.mark.parametrize("brackets", ["[" * 130_000, "[]" * 65_000, "}" * 130_000])
def test_a_frame_of_brackets_is_not_looked_into(brackets: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """More than BRACKETS_MAX: refused by their number, without a search or a decoder that builds something."""
    monkeypatch.setattr(wire, "_BRACKET", None)
    monkeypatch.setattr(wire, "json", None)
    assert rejected(brackets.encode())["code"] == "bad_frame"
    assert rejected(brackets[: wire.BRACKETS_MAX + 1].encode())["code"] == "bad_frame"


def padded(frame: dict[str, Any], size: int) -> bytes:
    """The frame with a field `z` that makes it so many bytes large."""
    return json.dumps({**frame, "z": "x" * (size - len(json.dumps({**frame, "z": ""})))}).encode()


LARGE = "[" + ",".join(["[]"] * 9_900) + "]"


@pytest.mark.parametrize(
    ("frame", "code", "id_", "field"),
    [
        (f'{{"type":"ping","id":"x","z":{LARGE}}}', "invalid", "x", "z"),
        (f'{{"z":{LARGE},"type":"ping"}}', "invalid", None, "z"),
        (f'{{"type":"ping","id":{LARGE}}}', "invalid", None, "id"),
        (f'{{"type":{LARGE},"id":"x"}}', "unknown_type", "x", None),
        (f'{{"id":"x","type":"nonsense","z":{LARGE}}}', "unknown_type", "x", None),
        (f'{{"id":"x","z":{LARGE}}}', "unknown_type", "x", None),
        (f'{{"type":"chat.start","id":"x","team":"m","text":"x","fields":{LARGE}}}', "invalid", "x", "fields"),
        (f'{{"type":"message.send","id":"x","chat":"c","text":{LARGE}}}', "invalid", "x", "text"),
        (f'{{"type":"message.send","id":"x","text":"{"x" * 9_000}"}}', "too_large", "x", "text"),
        (f'{{"type":"message.send","id":"x","text":"{"x" * 7_000}"}}', "invalid", "x", "chat"),
        (f'{{"type":"message.send","id":"x","text":"{"x" * 7_000}\\ud800"}}', "invalid", "x", None),
        (f'{{"type":"ping","id":"\\ud800","z":{LARGE}}}', "invalid", None, None),
        (f'{{"type":"ping","id":"{"x" * 9_000}"}}', "invalid", None, "id"),
        (f'{{"type":"ping","id":"x","{"z" * 9_000}":1}}', "invalid", "x", "z" * 64),
        (LARGE, "bad_frame", None, None),
        (f'{{"type":"ping","id":"x","z":{LARGE}', "bad_frame", None, None),
        ('{"type":"ping","id":"x","z":' + '{"a":' * 20_000, "bad_frame", None, None),
    ],
)
def test_a_large_frame_is_told_its_first_fault_without_being_built(
    frame: str, code: str, id_: str | None, field: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With its id, by what the decoder said: nothing else looks at all of it."""
    monkeypatch.setattr(wire, "json", None)
    monkeypatch.setattr(wire, "_BRACKET", None)
    monkeypatch.setattr(wire, "_faults", None)
    answer = rejected(frame.encode())
    assert (answer["code"], answer.get("id")) == (code, id_)
    assert list(answer.get("fields", ())) == ([] if field is None else [field])


def test_a_frame_is_searched_for_all_faults_up_to_a_size() -> None:
    """One byte more, and the first is told."""
    frame = {"type": "message.send", "id": "1", "txt": "x", "chat": None}
    assert rejected(padded(frame, wire.SEARCHED_MAX))["fields"].keys() == {"txt", "chat", "text", "z"}
    assert rejected(padded(frame, wire.SEARCHED_MAX + 1))["fields"].keys() == {"txt"}


@pytest.mark.parametrize("size", [30, 29_730, 128 * 1024])
def test_refused_frames_that_cost_too_much_are_intolerable_whatever_is_between(size: int) -> None:
    """Good frames forgive none of the cost, time does."""
    connection, now, frames = greeted(), 1_000.0, 0
    units = wire.REFUSED_UNITS + size // wire.REFUSED_BYTES_A_UNIT
    while not connection.intolerable:
        assert isinstance(connection.receive(b"x" * size), wire.Rejected)
        assert connection.weigh(size, now) == units
        assert not isinstance(connection.receive(b'{"type":"ping","id":"1"}'), wire.Rejected)
        frames += 1
    assert frames == int(wire.REFUSED_MAX) // units + 1
    patient = greeted()
    for _ in range(3 * frames):
        now += units / wire.REFUSED_RATE
        patient.weigh(size, now)
        assert not patient.intolerable


@pytest.mark.parametrize(("text", "deeper"), [('{"a":[[1]]}', True), ('{"a":["[[["]}', False), ("[][][]", False)])
def test_depth_counts_brackets_outside_of_texts(text: str, deeper: bool) -> None:
    assert wire._is_deeper(text, 2) is deeper


def test_faults_are_sought_no_further_than_told() -> None:
    """Of thousands of fields that there are not the first are told."""
    frame = {"type": "ping", "id": "a", **dict.fromkeys(map(str, range(100)))}
    assert len(rejected(frame)["fields"]) == wire.FAULTS_MAX


EVENT = Logged("c1", 4, 2, False, "2026-11-25T09:00:00.000Z", '{"type":"message","text":"Hi"}', "v1", 'a"1', '{"x":1}')


def test_a_durable_event_has_the_prev_of_its_audience() -> None:
    """Staff see every `seq`; a customer's `prev` steps over notes."""
    assert json.loads(wire.durable(EVENT, staff=True)) == {
        "chat": "c1", "seq": 4, "prev": 3, "type": "message", "text": "Hi",
    }  # fmt: skip
    assert json.loads(wire.durable(EVENT, staff=False))["prev"] == 2


def test_only_the_author_gets_the_commands_id() -> None:
    """The same person's other connections can tell their own words."""
    assert "id" not in json.loads(wire.durable(EVENT, staff=False))
    assert json.loads(wire.durable(EVENT, staff=False, with_id=True))["id"] == 'a"1'


def test_about_goes_beside_the_event() -> None:
    """What staff are told is not part of what is stored."""
    assert json.loads(wire.durable(EVENT, staff=True, about=b'{"chat":"c1"}'))["about"] == {"chat": "c1"}


def test_the_stored_ok_is_the_same_again_but_for_dup() -> None:
    """A repeated command is answered with what was answered first."""
    first, again = (json.loads(wire.stored_ok(EVENT, staff=False, dup=dup)) for dup in (False, True))
    assert first == {
        "type": "ok", "id": 'a"1', "chat": "c1", "seq": 4, "prev": 2, "at": "2026-11-25T09:00:00.000Z", "x": 1,
    }  # fmt: skip
    assert again == {**first, "dup": True}
    assert json.loads(wire.stored_ok(EVENT, staff=True))["prev"] == 3


def test_an_error_carries_what_helps() -> None:
    """Facts, fields and the time after which it is worth trying again."""
    refused = Refused("chat_closed", "Closed.", fields={"text": "No."}, retry_after_s=2.0, ticket=7)
    assert json.loads(wire.error("1", refused)) == {
        "type": "error", "id": "1", "code": "chat_closed", "message": "Closed.", "ticket": 7,
        "retry_after_s": 2.0, "fields": {"text": "No."},
    }  # fmt: skip
