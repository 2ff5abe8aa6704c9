"""`GET /api/asyncapi.json`: the two sockets as AsyncAPI 3, generated from the frames and the types of the answers."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from functools import cache
from importlib.metadata import version
from urllib.parse import urlsplit

from msgspec import UNSET, Raw, Struct, UnsetType, json

from chat.frames.catalog import DURABLE_EVENTS, EPHEMERAL_EVENTS, TICKET_EVENTS
from chat.frames.commands import Command
from chat.frames.durable import ChatAssigned, Durable
from chat.frames.ephemeral import (
    ChatClosing,
    ChatOffered,
    ChatSilent,
    ChatWatched,
    ChatWithdrawn,
    Ephemeral,
    HoursEvent,
    InboxChanged,
    Presence,
    QueuePosition,
    Queues,
    ReviewFeedback,
)
from chat.frames.fields import SUBPROTOCOL
from chat.frames.floor import Alarm
from chat.frames.people import About
from chat.frames.ticket_events import TicketEvent, TicketPresence
from chat.wire import Side, type_of
from identity.errors import Fault
from refusals import Code
from routing.views import StaffTeam, TeamHours
from server.edge.api.registry import JSON
from server.edge.api.schemas import Schema, Schemas, extended, placed, properties_of, refer
from server.edge.commands.answers import ANSWERS_TO_CUSTOMERS, ANSWERS_TO_STAFF, Answers
from server.edge.proofs import Challenge

FOR_STAFF_ALONE: frozenset[type[Ephemeral]] = frozenset(
    {Presence, ChatOffered, ChatWithdrawn, ChatWatched, Alarm, Queues, TicketPresence, ReviewFeedback, InboxChanged}
)
FOR_CUSTOMERS_ALONE: frozenset[type[Ephemeral]] = frozenset({ChatClosing, ChatSilent, QueuePosition})

CLOSE_CODES: dict[int, tuple[str, str]] = {
    1002: ("broken framing", "fix the client first"),
    1003: ("a binary frame: text frames only", "fix the client first"),
    1007: ("not UTF-8", "fix the client first"),
    1009: ("a frame over 128 KiB", "fix the client first"),
    1011: ("a server fault", "backs off, resumes"),
    1012: ("restarting", "reconnects at once, resumes"),
    4001: ("not authenticated", "stops"),
    4003: ("role or scope refused", "stops"),
    4004: (f"{SUBPROTOCOL} not asked for", "stops"),
    4010: ("its session or token is no longer valid", "stops"),
    4101: ("100 unknown commands in a row", "backs off, resumes"),
    4102: ("overloaded, or too many connections", "backs off, resumes"),
    4103: ("the database can't be read", "backs off, resumes"),
    4201: ("the client took nothing for 10 s", "reconnects at once, resumes"),
    4202: ("shutting down", "reconnects after `retry_after_s` of `bye`, resumes"),
    4203: ("no `hello` or no heartbeat in time", "reconnects at once, resumes"),
    4204: ("reloads everything", "reconnects at once, resumes"),
}
"""The meaning of each close code, and what the browser or program at the other end does next."""

_DESCRIPTION = """\
One JSON object per text frame, at most 128 KiB and 8 levels deep. Types are strict, and unknown fields are refused. A
command with an `id` gets exactly one answer with that `id`, `ok` or `error`; anything else from the server is an event.
`hello` comes first. Events with a `seq` are durable: in order, without gaps, and in every replay. Others may be lost.
Ignore fields and events you do not know. HTTP calls: see `/api/openapi.json`.
"""


class Error(Struct, frozen=True, kw_only=True, tag_field="type", tag="error"):
    """The reason why a command had no effect.

    `id` is absent if the command's id could not be read. `message` is for people. `fields` has a sentence for each
    wrong field.

    The other fields depend on `code`. `rate_limited` and `unavailable` have `retry_after_s`. `team_closed` has
    `opens_at`. `queue_full` has `wait_s`. `already_chatting` has `chat`, and so has `too_large` if a chat is full.
    `chat_closed` has `ticket`. `proof_needed` has `challenge`. `unauthorized` has `fault` if a signed identity is
    refused. `conflict` has `since` as the answer to `chat.close`: the messages after `seen`.
    """

    id: str | UnsetType = UNSET
    code: Code
    message: str
    retry_after_s: float | UnsetType = UNSET
    fields: dict[str, str] | UnsetType = UNSET
    opens_at: str | None | UnsetType = UNSET
    wait_s: int | None | UnsetType = UNSET
    chat: str | UnsetType = UNSET
    ticket: int | None | UnsetType = UNSET
    challenge: Challenge | UnsetType = UNSET
    fault: Fault | UnsetType = UNSET
    since: Sequence[Raw] | UnsetType = UNSET


def document(to_customers: frozenset[type[Command]], to_staff: frozenset[type[Command]], base_url: str) -> bytes:
    """The whole description as JSON, with the commands that customers and staff may send."""
    return json.encode({**_of_any_desk(to_customers, to_staff), "servers": {"desk": _server(base_url)}})


@cache
def _of_any_desk(to_customers: frozenset[type[Command]], to_staff: frozenset[type[Command]]) -> Schema:
    answers: list[type[Struct]] = [
        answer for table in (ANSWERS_TO_CUSTOMERS, ANSWERS_TO_STAFF) for answer in table.values() if answer is not None
    ]
    given: list[type[Struct]] = [
        Error,
        About,
        TeamHours,
        StaffTeam,
        *answers,
        *DURABLE_EVENTS,
        *TICKET_EVENTS,
        *EPHEMERAL_EVENTS,
    ]
    schemas = Schemas(dict.fromkeys([*to_customers, *to_staff]), given)
    _complete_events(schemas)
    customer = _Socket("customer", to_customers, ANSWERS_TO_CUSTOMERS, schemas)
    staff = _Socket("staff", to_staff, ANSWERS_TO_STAFF, schemas)
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Switchboard",
            "version": version("switchboard-live-desk"),
            "description": _DESCRIPTION,
            "license": {"name": "MIT"},
        },
        "defaultContentType": JSON,
        "servers": {},
        "channels": {"customer": customer.channel(), "staff": staff.channel()},
        "operations": {**customer.operations(), **staff.operations()},
        "components": {"schemas": schemas.components, "securitySchemes": _SECURITY_SCHEMES},
    }


_SECURITY_SCHEMES: Schema = {
    "token": {"type": "http", "scheme": "bearer", "description": "A user's token with the scopes `read` and `write`."},
    "session": {
        "type": "httpApiKey", "in": "cookie", "name": "switchboard_session",
        "description": "The session cookie, with our own `Origin`.",
    },
}  # fmt: skip
_ADDRESSES: dict[Side, str] = {
    "customer": "For customers. A page's `Origin` must be the desk's own or one of WIDGET_ORIGINS.",
    "staff": "For agents and supervisors.",
}


def _server(base_url: str) -> Schema:
    parts = urlsplit(base_url)
    return {"host": parts.netloc, "protocol": "wss" if parts.scheme == "https" else "ws"}


def _complete_events(schemas: Schemas) -> None:
    """Add to the schemas of events the fields that the Python types of these events lack.

    Durable events get the fields for their place in the log. The event `hours` gets `teams`. Also adds the schema of
    the `chat.assigned` event that staff get.
    """
    own: Schema = {"description": "For your own command, on your other connections.", "type": "string"}
    for event in DURABLE_EVENTS:
        properties: dict[str, Schema] = {"chat": {"type": "string"}, "id": own}
        schemas.components[schemas.name(event)] = placed(schemas.component(event), properties, ("chat",))
    assigned = schemas.component(ChatAssigned)
    schemas.components[_ASSIGNED_TO_STAFF] = {
        **extended(assigned, {"about": schemas.of(About)}, ("about",)), "title": _ASSIGNED_TO_STAFF,
    }  # fmt: skip
    teams: Schema = {"anyOf": [schemas.of(TeamHours), schemas.of(StaffTeam)]}
    properties_of(schemas.component(HoursEvent))["teams"] = {"type": "array", "items": teams}


_ASSIGNED_TO_STAFF = "ChatAssignedToStaff"


class _Socket:
    """The AsyncAPI channel and operations of one side: customers or staff."""

    def __init__(self, side: Side, served: Collection[type[Command]], answers: Answers, schemas: Schemas) -> None:
        self._side: Side = side
        self._commands = [command for command in answers if command in served]
        self._answers = answers
        self._schemas = schemas
        self._events = list(self._all_events())

    def channel(self) -> Schema:
        messages: Schema = {f"command.{type_of(command)}": self._command(command) for command in self._commands}
        for command in self._commands:
            answer = self._answers[command]
            if answer is not None:
                messages[f"ok.{type_of(command)}"] = self._ok(command, answer)
        messages["error"] = self._message("error", self._schemas.of(Error), Error)
        for event, schema in self._events:
            messages[f"event.{_tag_of(event)}"] = self._message(_tag_of(event), schema, event)
        return {
            "address": f"/ws/{self._side}",
            "title": self._side.title(),
            "description": _ADDRESSES[self._side],
            "messages": messages,
            "bindings": {"ws": {"method": "GET", "headers": _handshake(), "bindingVersion": "0.1.0"}},
            "x-close-codes": {
                str(code): {"means": means, "client": client} for code, (means, client) in CLOSE_CODES.items()
            },
        }

    def operations(self) -> dict[str, Schema]:
        said = {f"{self._side}.{type_of(command)}": self._operation(command) for command in self._commands}
        events = [self._refer(f"event.{_tag_of(event)}") for event, _ in self._events]
        said[f"{self._side}.events"] = {
            "action": "send", "channel": self._channel(), "messages": events,
            "summary": "Events from the server",
        }  # fmt: skip
        return said

    def _operation(self, command: type[Command]) -> Schema:
        type_ = type_of(command)
        said: Schema = {
            "action": "receive",
            "channel": self._channel(),
            "summary": type_,
            "description": (command.__doc__ or "") + (" Durable." if command.durable else ""),
            "messages": [self._refer(f"command.{type_}")],
        }
        if self._answers[command] is not None:
            answers = [self._refer(f"ok.{type_}"), self._refer("error")]
            said["reply"] = {"channel": self._channel(), "messages": answers}
        if self._side == "staff":
            said["security"] = [refer("token", "securitySchemes"), refer("session", "securitySchemes")]
        return said

    def _command(self, command: type[Command]) -> Schema:
        return self._message(type_of(command), self._schemas.of(command), command)

    def _ok(self, command: type[Command], answer: type[Struct]) -> Schema:
        type_ = type_of(command)
        name = f"{self._side}.ok.{type_}"
        properties: dict[str, Schema] = {"type": {"const": "ok"}, "id": {"type": "string"}}
        schema = extended(self._schemas.component(answer), properties, ("type", "id"))
        self._schemas.components[name] = {**schema, "title": f"ok to {type_}"}
        return self._message(f"ok to {type_}", refer(name), answer)

    def _all_events(self) -> Iterator[tuple[type[Durable | TicketEvent | Ephemeral], Schema]]:
        staff = self._side == "staff"
        for event in DURABLE_EVENTS:
            if staff and event is ChatAssigned:
                yield event, refer(_ASSIGNED_TO_STAFF)
            elif staff or not event.staff_only:
                yield event, self._schemas.of(event)
        yield from ((event, self._schemas.of(event)) for event in TICKET_EVENTS if staff or not event.staff_only)
        hidden = FOR_CUSTOMERS_ALONE if staff else FOR_STAFF_ALONE
        yield from ((event, self._schemas.of(event)) for event in EPHEMERAL_EVENTS if event not in hidden)

    def _message(self, name: str, payload: Schema, cls: type[Struct]) -> Schema:
        return {"name": name, "title": name, "summary": (cls.__doc__ or "").strip(), "payload": payload}

    def _channel(self) -> Schema:
        return {"$ref": f"#/channels/{self._side}"}

    def _refer(self, message: str) -> Schema:
        return {"$ref": f"#/channels/{self._side}/messages/{message}"}


def _tag_of(event: type[Durable | TicketEvent | Ephemeral]) -> str:
    return str(event.__struct_config__.tag)


def _handshake() -> Schema:
    return {
        "type": "object",
        "properties": {"Sec-WebSocket-Protocol": {"type": "string", "const": SUBPROTOCOL}},
        "required": ["Sec-WebSocket-Protocol"],
    }
