from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat import wire
from chat.events import Logged
from chat.frames.catalog import CUSTOMER_COMMANDS, STAFF_COMMANDS
from chat.frames.commands import MessageSend, Ping
from chat.frames.customer_commands import CustomerHello
from chat.frames.staff_commands import StaffHello
from refusals import Refused
from tests.called import functions_called


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


def test_frame_is_decoded_into_a_typed_command() -> None:
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
def test_malformed_frame_is_a_bad_frame(data: bytes) -> None:
    """Not JSON, not an object, or too deeply nested: one code, no id."""
    answer = rejected(data)
    assert answer["code"] == "bad_frame" and "id" not in answer


def test_brackets_inside_a_text_are_not_nesting() -> None:
    data = json.dumps({"type": "message.send", "id": "1", "chat": "c", "text": "[[[[[[[[[[[[" + '"\\'}).encode()
    assert isinstance(greeted().receive(data), MessageSend)
    assert rejected({"type": "message.send", "id": "1", "text": "[[[[[[[[[[[[" + '"\\'})["code"] == "invalid"


@pytest.mark.parametrize("type_", ["nonsense", "", None, 7, ["ping"], {"a": 1}, "chat.close", "note.add"])
def test_unknown_type_is_refused_with_its_id(type_: object) -> None:
    answer = rejected({"type": type_, "id": "abc"})
    assert (answer["code"], answer["id"]) == ("unknown_type", "abc")


def test_type_that_is_not_served_is_unknown() -> None:
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
def test_invalid_field_is_named(frame: dict[str, Any], field: str) -> None:
    answer = rejected(frame)
    assert answer["code"] == "invalid" and answer["id"] == "1"
    assert field in answer["fields"] and answer["fields"][field].endswith(".")


def test_all_faults_are_reported_at_once() -> None:
    answer = rejected({"type": "message.send", "id": "1", "txt": "x", "chat": None})
    assert answer["fields"].keys() == {"txt", "chat", "text"}


def test_a_text_over_the_limit_is_too_large() -> None:
    """8,000 code points are accepted, one more is not. Code points count, not bytes."""
    frame = {"type": "message.send", "id": "1", "chat": "c", "text": "🙂" * 8_000}
    assert isinstance(greeted().receive(json.dumps(frame).encode()), MessageSend)
    frame["text"] += "x"
    assert rejected(frame)["code"] == "too_large"


@pytest.mark.parametrize("id_", ["", "x" * 65, 7, None, ["1"], "\ud800"])
def test_invalid_id_is_not_echoed(id_: object) -> None:
    """A valid id has 1 to 64 characters."""
    answer = rejected({"type": "ping", "id": id_})
    assert answer["code"] == "invalid" and "id" not in answer


@pytest.mark.parametrize("side", ["customer", "staff"])
def test_hello_is_required_first_and_only_once(side: wire.Side) -> None:
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
def test_nul_is_refused_in_every_field(frame: dict[str, Any], field: str, id_: str | None) -> None:
    """PostgreSQL cannot store it. An id that contains one is not echoed. An escaped backslash before `u0000` is
    harmless."""
    answer = rejected(frame)
    assert answer["code"] == "invalid"
    assert field in answer["fields"]
    assert answer.get("id") == id_
    harmless = {"type": "message.send", "id": "1", "chat": "c", "text": "a\\u0000b"}
    assert isinstance(greeted().receive(json.dumps(harmless).encode()), MessageSend)


def test_garbage_in_a_row_is_intolerable() -> None:
    connection = greeted()
    for _ in range(wire.MISBEHAVED_MAX - 1):
        connection.receive(b"rubbish")
    assert not connection.intolerable
    connection.receive(b'{"type":"ping","id":"1"}')
    for _ in range(wire.MISBEHAVED_MAX):
        connection.receive(b"rubbish")
    assert connection.intolerable


@given(st.binary(max_size=300))
def test_arbitrary_bytes_never_raise(data: bytes) -> None:
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
def test_arbitrary_fields_never_raise(type_: str, fields: dict[str, Any], side: wire.Side) -> None:
    received = greeted(side).receive(json.dumps({**fields, "type": type_}).encode())
    if isinstance(received, wire.Rejected):
        json.loads(wire.error(received.id, received.refused))


def rejected_unparsed(data: bytes) -> dict[str, Any]:
    """The refusal of a frame that is neither searched for brackets, nor parsed, nor searched for all its faults."""
    answer, called = functions_called(lambda: greeted().receive(data))
    assert isinstance(answer, wire.Rejected) and not called & {"is_deeper", "loads", "convert"}
    return dict(json.loads(wire.error(answer.id, answer.refused)))


@pytest.mark.parametrize("brackets", ["[" * 130_000, "[]" * 65_000, "}" * 130_000])
def test_frame_with_too_many_brackets_is_refused_unparsed(brackets: str) -> None:
    """More than BRACKETS_MAX are refused by count, without a search or a JSON decoder."""
    for frame in (brackets, brackets[: wire.BRACKETS_MAX + 1]):
        assert rejected_unparsed(frame.encode())["code"] == "bad_frame"


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
def test_large_frame_gets_its_first_fault_without_a_full_parse(
    frame: str, code: str, id_: str | None, field: str | None
) -> None:
    """With its id, from the typed decoder's message. Nothing else reads the whole frame."""
    answer = rejected_unparsed(frame.encode())
    assert (answer["code"], answer.get("id")) == (code, id_)
    assert list(answer.get("fields", ())) == ([] if field is None else [field])


def test_all_faults_are_searched_only_up_to_a_size() -> None:
    frame = {"type": "message.send", "id": "1", "txt": "x", "chat": None}
    assert functions_called(lambda: rejected(frame))[1] >= {"is_deeper", "loads", "convert"}
    assert rejected(padded(frame, wire.SEARCHED_MAX))["fields"].keys() == {"txt", "chat", "text", "z"}
    assert rejected(padded(frame, wire.SEARCHED_MAX + 1))["fields"].keys() == {"txt"}


@pytest.mark.parametrize("size", [30, 29_730, 128 * 1024])
def test_costly_refused_frames_are_intolerable_despite_valid_ones(size: int) -> None:
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


def test_number_of_reported_faults_is_limited() -> None:
    frame = {"type": "ping", "id": "a", **dict.fromkeys(map(str, range(100)))}
    assert len(rejected(frame)["fields"]) == wire.FAULTS_MAX


EVENT = Logged("c1", 4, 2, False, "2026-11-25T09:00:00.000Z", '{"type":"message","text":"Hi"}', "v1", 'a"1', '{"x":1}')


def test_durable_event_has_the_prev_of_its_audience() -> None:
    """Staff see every `seq`. A customer's `prev` skips notes."""
    assert json.loads(wire.durable(EVENT, staff=True)) == {
        "chat": "c1", "seq": 4, "prev": 3, "type": "message", "text": "Hi",
    }  # fmt: skip
    assert json.loads(wire.durable(EVENT, staff=False))["prev"] == 2


def test_only_the_author_gets_the_commands_id() -> None:
    assert "id" not in json.loads(wire.durable(EVENT, staff=False))
    assert json.loads(wire.durable(EVENT, staff=False, with_id=True))["id"] == 'a"1'


def test_about_is_sent_beside_the_event() -> None:
    assert json.loads(wire.durable(EVENT, staff=True, about=b'{"chat":"c1"}'))["about"] == {"chat": "c1"}


def test_repeated_ok_differs_only_in_dup() -> None:
    first, again = (json.loads(wire.stored_ok(EVENT, staff=False, dup=dup)) for dup in (False, True))
    assert first == {
        "type": "ok", "id": 'a"1', "chat": "c1", "seq": 4, "prev": 2, "at": "2026-11-25T09:00:00.000Z", "x": 1,
    }  # fmt: skip
    assert again == {**first, "dup": True}
    assert json.loads(wire.stored_ok(EVENT, staff=True))["prev"] == 3


def test_error_has_facts_fields_and_the_retry_time() -> None:
    refused = Refused("chat_closed", "Closed.", fields={"text": "No."}, retry_after_s=2.0, ticket=7)
    assert json.loads(wire.error("1", refused)) == {
        "type": "error", "id": "1", "code": "chat_closed", "message": "Closed.", "ticket": 7,
        "retry_after_s": 2.0, "fields": {"text": "No."},
    }  # fmt: skip
