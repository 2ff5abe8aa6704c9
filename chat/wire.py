"""The protocol of a connection, without I/O: decodes frames to commands, and encodes events and answers as frames.

`Wire.receive` turns a text frame into a typed command or a refusal. `Wire` also records whether `hello` was received,
and adds up the cost of refused frames. The functions of this module write frames. This module opens no socket, reads no
clock and knows no chat.

For a small faulty frame, all faults are reported. For a large one, only the first fault is reported, so that no frame
costs much time.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from typing import Any, Literal, Union

import msgspec

from chat.events import Logged
from chat.frames.catalog import CUSTOMER_COMMANDS, STAFF_COMMANDS
from chat.frames.commands import Command
from chat.frames.customer_commands import CustomerHello
from chat.frames.ephemeral import Ephemeral
from chat.frames.fields import DEPTH_MAX
from chat.frames.staff_commands import StaffHello
from chat.nesting import is_deeper
from refusals import Refused

Side = Literal["customer", "staff"]

FAULTS_MAX = 20
"""Maximum number of fields named in one refusal."""
MISBEHAVED_MAX = 100
"""After this many unreadable frames in a row, the connection is closed with 4101."""
REFUSED_UNITS = 4
"""Cost of a small refused frame, in units of the loop budget (`server.edge.loop_budget`)."""
REFUSED_BYTES_A_UNIT = 4 * 1024
"""A refused frame costs one additional unit per this number of bytes."""
REFUSED_MAX, REFUSED_RATE = 1_000.0, 40.0
"""Limits on the cost of a connection's refused frames: units in a burst, and units per second.

Accepted frames do not reset the cost.
"""


def type_of(command: type[Command]) -> str:
    return str(command.__struct_config__.tag)


_decoders: dict[Side, msgspec.json.Decoder[Any]] = {
    "customer": msgspec.json.Decoder(Union[CUSTOMER_COMMANDS]),  # noqa: UP007 - a union made from a tuple
    "staff": msgspec.json.Decoder(Union[STAFF_COMMANDS]),  # noqa: UP007 - a union made from a tuple
}
_commands: dict[Side, dict[str, type[Command]]] = {
    "customer": {type_of(command): command for command in CUSTOMER_COMMANDS},
    "staff": {type_of(command): command for command in STAFF_COMMANDS},
}
_encoder = msgspec.json.Encoder()


@dataclass(frozen=True, slots=True)
class Rejected:
    """A frame that is not a command. The answer is an `error`, with the frame's `id` if that was readable."""

    id: str | None
    refused: Refused


class Wire:
    """Decodes the frames that one connection receives. `side` selects the allowed commands."""

    __slots__ = ("_cost", "_decode", "_served", "_weighed_at", "greeted", "misbehaved", "side")

    def __init__(self, side: Side, served: frozenset[type[Command]]) -> None:
        self.side: Side = side
        self.greeted = False
        self.misbehaved = 0
        self._cost = self._weighed_at = 0.0
        self._decode = _decoders[side].decode
        self._served = served

    def receive(self, data: bytes) -> Command | Rejected:
        """Read one text frame. Never raises."""
        try:
            command: Command = self._decode(data)
        except Exception as error:  # noqa: BLE001  nothing that a client sends may raise
            # The slow path explains any fault, and must not fail either.
            self.misbehaved += 1
            return explain(data, self.side, error)
        if type(command) not in self._served:
            self.misbehaved += 1
            return Rejected(_id_of(command), _unknown(type_of(type(command))))
        if _NUL in data and (faults := _nul_in(command)):
            self.misbehaved += 1
            return Rejected(None if "id" in faults else _id_of(command), _invalid_for(faults))
        self.misbehaved = 0
        return command

    def out_of_turn(self, command: Command) -> Refused | None:
        """The refusal of a command before `hello`, or of a second `hello`. None if the command may be handled.

        Call this when the command is about to be handled, after all earlier commands.
        """
        if self.greeted is not isinstance(command, (CustomerHello, StaffHello)):
            return None
        return _out_of_turn(self.greeted)

    def weigh(self, size: int, now: float) -> int:
        """Count a refused frame. Returns its cost in units. `now` is in seconds of a monotonic clock."""
        units = REFUSED_UNITS + size // REFUSED_BYTES_A_UNIT
        self._cost = max(0.0, self._cost - (now - self._weighed_at) * REFUSED_RATE) + units
        self._weighed_at = now
        return units

    @property
    def intolerable(self) -> bool:
        """True if the connection must be closed: it sent too many refused frames in a row, or they cost too much."""
        return self.misbehaved >= MISBEHAVED_MAX or self._cost > REFUSED_MAX


_NUL = b"\\u0000"
"""NUL in JSON. There is no other notation for it."""


def _nul_in(command: Command) -> dict[str, str]:
    """The fields of a command that contain a NUL, each with a sentence. PostgreSQL cannot store a NUL."""
    return {
        name: "Remove the NUL character."
        for name in command.__struct_fields__
        if "\\x00" in repr(getattr(command, name)) and _unstorable(msgspec.to_builtins(getattr(command, name)))
    }


def _id_of(command: Command) -> str | None:
    return getattr(command, "id", None)


def _unknown(type_: str) -> Refused:
    return Refused("unknown_type", f"{type_[:40]!r} is not a known command here.")


def _out_of_turn(greeted: bool) -> Refused:
    if greeted:
        return Refused("conflict", "This connection has already sent hello.")
    return Refused("unauthorized", "Send hello first.")


# -- what is wrong with a frame ---------------------------------------------------------


def explain(data: bytes, side: Side, error: Exception) -> Rejected:
    """The refusal of a frame that is not a command of `side`: a code, a sentence, and the faulty fields, if any.

    `error` is the exception that the decoder raised for `data`.
    """
    if len(data) > SEARCHED_MAX or sum(map(data.count, (b"[", b"]", b"{", b"}"))) > BRACKETS_MAX:
        return _explain_large(data, side, error)
    text = data.decode("utf-8", "replace")
    if is_deeper(text, DEPTH_MAX):
        return Rejected(None, Refused("bad_frame", f"A frame can have at most {DEPTH_MAX} levels."))
    try:
        frame = json.loads(text)
    except (ValueError, RecursionError):
        return Rejected(None, Refused("bad_frame", "This isn't JSON."))
    if not isinstance(frame, dict):
        return Rejected(None, Refused("bad_frame", "A frame must be a JSON object."))
    id_ = frame.get("id")
    if not isinstance(id_, str) or not 1 <= len(id_) <= 64 or _unstorable(id_):
        id_ = None
    type_ = frame.get("type")
    command = _commands[side].get(type_) if isinstance(type_, str) else None
    if command is None:
        return Rejected(id_, _unknown(type_ if isinstance(type_, str) else json.dumps(type_)))
    return Rejected(id_, _invalid(frame, command))


SEARCHED_MAX = 2 * 1024
"""Size in bytes up to which a frame is searched for all faults. In a larger frame, only the first fault is reported."""
BRACKETS_MAX = 256
"""Maximum number of brackets in a frame that is searched for all faults. Brackets inside texts count too."""


class _Head(msgspec.Struct):
    """The fields that are read from a large faulty frame."""

    type: msgspec.Raw = msgspec.Raw(b"null")
    id: msgspec.Raw = msgspec.Raw(b"null")


_head_of = msgspec.json.Decoder(_Head).decode
_FIELD_AT = re.compile(r" - at `(?:key in )?\$\.([^.`\[]{1,64})")
_FIELD_ALONE = re.compile(r"Object (missing required|contains unknown) field `([^`]{1,64})")


def _explain_large(data: bytes, side: Side, error: Exception) -> Rejected:
    """Like `explain`, but for large frames. Reads the frame in one fast pass without building objects.

    Reports only the first fault. Names the faulty field if the fault is in a named field.
    """
    head = _head(data)
    if head is None:
        return Rejected(None, Refused("bad_frame", "A frame must be a JSON object."))
    id_, type_ = _short(head.id), _short(head.type)
    if id_ is not None and not (1 <= len(id_) <= 64 and bytes(head.id) in data):
        id_ = None
    if type_ not in _commands[side]:
        return Rejected(id_, _unknown(type_ or "null"))
    if not isinstance(error, msgspec.ValidationError):
        return Rejected(
            id_, Refused("invalid", "This couldn't be read. It may contain an incomplete character (a lone surrogate).")
        )
    # The message may repeat a value. The sentence is at its start, and the path at its end.
    sentence = str(error)
    if found := _FIELD_AT.search(sentence[-SENTENCE_MAX:]):
        return Rejected(id_, _invalid_for({found[1]: _sentence(sentence[:SENTENCE_MAX])}))
    if found := _FIELD_ALONE.match(sentence[:SENTENCE_MAX]):
        missing = found[1].startswith("missing")
        return Rejected(id_, _invalid_for({found[2]: "This field is missing." if missing else _NO_SUCH_FIELD}))
    return Rejected(id_, _invalid_for({}))


def _head(data: bytes) -> _Head | None:
    """The `type` and `id` of a frame. None if `data` is not one JSON object. Escaped surrogates are replaced if they
    make the frame unreadable."""
    with suppress(msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return _head_of(data)
    if b"\\ud" in data or b"\\uD" in data:
        with suppress(msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            return _head_of(data.replace(b"\\ud", b"\\u0").replace(b"\\uD", b"\\u0"))
    return None


def _short(raw: msgspec.Raw) -> str | None:
    """The value as text. None if it is not a text, is too long, or contains a NUL."""
    value = bytes(raw)
    if len(value) > 800 or not value.startswith(b'"'):
        return None
    try:
        text = msgspec.json.decode(value, type=str)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None
    return None if "\0" in text else text


def _invalid(frame: dict[str, object], command: type[Command]) -> Refused:
    return _invalid_for(dict(islice(_faults(frame, command), FAULTS_MAX)))


def _invalid_for(fields: dict[str, str]) -> Refused:
    name, sentence = next(iter(fields.items()), ("", "A field is given twice, or the frame couldn't be read."))
    if sentence.startswith("At most") and name in ("text", "files"):
        return Refused("too_large", f"{name}: {sentence}", fields=fields)
    return Refused("invalid", f"{name}: {sentence}" if name else sentence, fields=fields or None)


_NO_SUCH_FIELD = "Unknown field."


def _faults(frame: dict[str, object], command: type[Command]) -> Iterator[tuple[str, str]]:
    """Every faulty field of the frame, with a sentence about the fault."""
    known = {field.encode_name: field for field in msgspec.structs.fields(command)}
    for name in frame:
        if name not in known and name != "type":
            yield name[:64], _NO_SUCH_FIELD
    for name, field in known.items():
        if name not in frame:
            if field.required:
                yield name, "This field is missing."
            continue
        value = frame[name]
        if _unstorable(value):
            yield name, "Remove the NUL or incomplete character (a lone surrogate)."
            continue
        try:
            msgspec.convert(value, field.type, strict=True)
        except msgspec.ValidationError as error:
            # The message may repeat the value. The sentence is at its start.
            yield name, _sentence(str(error)[:SENTENCE_MAX])


SENTENCE_MAX = 300
"""Maximum number of characters of a msgspec error message that are used."""


_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


def _unstorable(value: object) -> bool:
    """True if a string in `value` contains a NUL or a lone surrogate."""
    if isinstance(value, str):
        return _UNSTORABLE.search(value) is not None
    if isinstance(value, dict):
        return any(_unstorable(part) for pair in value.items() for part in pair)
    return isinstance(value, list) and any(_unstorable(part) for part in value)


_SENTENCES = (
    (re.compile(r"Expected `str` of length <= (\d+)"), "At most {} characters."),
    (re.compile(r"Expected `str` of length >= (\d+)"), "At least {} characters."),
    (re.compile(r"Expected `(?:array|object)` of length <= (\d+)"), "At most {} entries."),
    (re.compile(r"Expected `(\w+)(?: \| null)?`, got `(\w+)`"), "Must be {}, not {}."),
    (re.compile(r"Expected `int` >= (-?\d+)"), "At least {}."),
    (re.compile(r"Expected `int` <= (\d+)"), "At most {}."),
    (re.compile(r"Invalid enum value '?(.*?)'?(?: - at.*)?$"), "{!r} is not a valid choice."),
)
_KINDS = {
    "str": "text", "int": "a whole number", "float": "a number", "bool": "true or false",
    "array": "a list", "object": "an object", "null": "nothing",
}  # fmt: skip


def _sentence(error: str) -> str:
    for pattern, sentence in _SENTENCES:
        if found := pattern.search(error):
            return sentence.format(*(_KINDS.get(part, part) for part in found.groups()))
    return "This value isn't valid."


# -- what the server says ---------------------------------------------------------------


def quoted(text: str) -> str:
    """The text as a JSON string."""
    return _encoder.encode(text).decode()


def place(event: Logged) -> bytes:
    """The beginning of the frame of this durable event. It is the same for customers and staff."""
    return f'{{"chat":"{event.chat}","seq":{event.seq},'.encode()


def durable(event: Logged, *, staff: bool, with_id: bool = False, about: bytes | None = None) -> bytes:
    """The frame of a durable event, for staff or for the customer. `with_id` adds the id of the command, for its
    author."""
    prev = event.seq - 1 if staff else event.public_prev
    head = f'{{"chat":"{event.chat}","seq":{event.seq},"prev":{prev},'
    if with_id and event.command is not None:
        head += f'"id":{quoted(event.command)},'
    if about is None:
        return (head + event.body[1:]).encode()
    return (head + '"about":').encode() + about + b"," + event.body[1:].encode()


def stored_ok(event: Logged, *, staff: bool, dup: bool = False, about: bytes | None = None) -> bytes:
    """The `ok` to the durable command that wrote `event`. `dup` is true if the command was stored before.

    Pass `about` only if the event made its author the chat's agent.
    """
    assert event.command is not None, "only the last event of a command knows its id"
    prev = event.seq - 1 if staff else event.public_prev
    text = (
        f'{{"type":"ok","id":{quoted(event.command)},"chat":"{event.chat}","seq":{event.seq},"prev":{prev},'
        f'"at":"{event.at}"'
    )
    if event.answer is not None and len(event.answer) > 2:
        text += "," + event.answer[1:-1]
    text += ',"dup":true' if dup else ""
    return text.encode() + (b"}" if about is None else b',"about":' + about + b"}")


def ok(id_: str, answer: msgspec.Struct) -> bytes:
    """The `ok` to a command that stores nothing. `answer` must have at least one field."""
    return f'{{"type":"ok","id":{quoted(id_)},'.encode() + _encoder.encode(answer)[1:]


def error(id_: str | None, refused: Refused) -> bytes:
    frame: dict[str, object] = {"type": "error"}
    if id_ is not None:
        frame["id"] = id_
    frame |= {"code": refused.code, "message": refused.message, **refused.facts}
    if refused.retry_after_s is not None:
        frame["retry_after_s"] = refused.retry_after_s
    if refused.fields:
        frame["fields"] = refused.fields
    return _encoder.encode(frame)


def ephemeral(event: Ephemeral) -> bytes:
    return _encoder.encode(event)
