"""`GET /api/openapi.json`: the interface as OpenAPI 3.1, generated from the operations and their types."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib.metadata import version
from typing import Literal

from msgspec import Struct, json

from chat.frames.catalog import DURABLE_EVENTS
from refusals import Code
from server.edge.api.queries import REFUSED_IN_QUERIES, VALUES_MAX, Parameter
from server.edge.api.registry import ANYONE, JSON, Answer, Binary, Multipart, Operation
from server.edge.api.schemas import Schema, Schemas, placed, properties_of, refer
from server.edge.problems import SCIM, SCIM_JSON, STATUS_OF, ZENDESK, Problem, ScimError, ZendeskProblem, status_of
from ticketing.events import Note, Redacted, Reply
from ticketing.requests import KEY_MAX
from ticketing.views import TicketView

_PROBLEM = "application/problem+json"
_STALE, _LONG, _NOT_DECLARED = 412, 414, 415
_NAMES = {_STALE: "stale", _LONG: "address_too_long", _NOT_DECLARED: "body_not_declared"}
_MEANINGS = {
    400: "The request or its body can't be read.",
    401: "The credentials are missing or not valid.",
    403: "The caller isn't allowed to do this.",
    404: "It doesn't exist, or the caller can't see it. Both answers are identical.",
    409: "Not possible in the current state.",
    412: "`If-Match` isn't the current version.",
    413: "Too large.",
    414: "The address with its parameters is too long.",
    415: "The `Content-Type` of the body isn't accepted.",
    422: "Fields are missing, wrong or unknown; `fields` names each.",
    428: "Many requests from this network. Answer `challenge` first.",
    429: "Rate limit exceeded.",
    503: "The database can't be reached right now.",
}
_ERRORS = {"": ("Problem", _PROBLEM), "zendesk": ("ZendeskProblem", JSON), "scim": ("ScimError", SCIM_JSON)}
"""The shape of errors and their media type, by whose calls it is."""
_OF_TICKETS: tuple[type[Struct], ...] = (Reply, Note, Redacted)
_DESCRIPTION = """\
JSON in UTF-8, whole numbers without a decimal point. Every error is a problem (RFC 9457) with a `code`. Parameters and
fields that are not described here are refused as `invalid`. This version may gain optional fields and calls: ignore
those you do not know. Any call can answer with 408 (the request came too slowly), 421 (another host), 431 (headers too
large) or 500 (a server fault). Chats use WebSockets: see `/api/asyncapi.json`.
"""


@cache
def document(operations: tuple[Operation, ...]) -> bytes:
    """The whole description as JSON."""
    schemas = Schemas(_taken(operations), _given(operations))
    _narrow_bodies(operations, schemas)
    _describe_transcripts(schemas)
    paths: dict[str, Schema] = {}
    for operation in operations:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(operation, schemas)
    described: Schema = {
        "openapi": "3.1.0",
        "info": {
            "title": "Switchboard",
            "version": version("switchboard-live-desk"),
            "description": _DESCRIPTION,
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {
            "schemas": schemas.components,
            "responses": _refusals(operations),
            "securitySchemes": _SECURITY_SCHEMES,
        },
    }
    return json.encode(described)


_SECURITY_SCHEMES: Schema = {
    "session": {
        "type": "apiKey", "in": "cookie", "name": "switchboard_session",
        "description": "Set by `POST /api/session`. Unsafe requests also need our own `Origin`.",
    },
    "token": {
        "type": "http", "scheme": "bearer",
        "description": "A user's token (`switchboard token create`), with its scopes: `read`, `write`, `export`.",
    },
    "visitor": {
        "type": "http", "scheme": "bearer",
        "description": "A widget visitor's `token`, from the `ok` to `hello`.",
    },
    "metrics": {
        "type": "http", "scheme": "bearer",
        "description": "METRICS_TOKEN. If it is unset, only this machine can ask, without a token.",
    },
}  # fmt: skip


def _taken(operations: Iterable[Operation]) -> list[object]:
    taken: list[object] = []
    for operation in operations:
        taken.extend(parameter.type for parameter in (*operation.in_path, *operation.in_query, *operation.in_header))
        if operation.body is not None and not isinstance(operation.body, Multipart | Binary):
            taken.append(operation.body)
    return taken


def _narrow_bodies(operations: Iterable[Operation], schemas: Schemas) -> None:
    for operation in operations:
        if operation.facets is not None and isinstance(operation.body, type) and issubclass(operation.body, Struct):
            properties = properties_of(schemas.component(operation.body))
            for name, facets in operation.facets.items():
                properties[name] = {**properties[name], **facets}


def _given(operations: Iterable[Operation]) -> list[object]:
    answers = [answer.type for operation in operations for answer in operation.answers if answer.type is not None]
    return [Problem, ZendeskProblem, ScimError, *answers, *DURABLE_EVENTS, *_OF_TICKETS]


def _describe_transcripts(schemas: Schemas) -> None:
    """Add the schemas of the events in transcripts: the events of chats, as on the sockets, and the events of the
    ticket itself.

    The schemas are added here, because a transcript is sent as stored, and its Python type does not describe its
    events.
    """
    for event in DURABLE_EVENTS:
        chat: dict[str, Schema] = {"chat": {"type": "string"}}
        schemas.components[schemas.name(event)] = placed(schemas.component(event), chat, chat)
    for own in _OF_TICKETS:
        ticket: dict[str, Schema] = {"ticket": {"type": "integer"}}
        schemas.components[schemas.name(own)] = placed(schemas.component(own), ticket, ticket)
    events = [schemas.of(event) for event in (*DURABLE_EVENTS, *_OF_TICKETS)]
    properties_of(schemas.component(TicketView))["transcript"] = {"type": "array", "items": {"anyOf": events}}


def _operation(operation: Operation, schemas: Schemas) -> Schema:
    said: Schema = {
        "operationId": _id_of(operation),
        "summary": operation.summary,
        "tags": [operation.path.removeprefix("/api").split("/")[1]],
        "parameters": [*_parameters(operation, schemas)],
        "security": _security(operation),
        "responses": _responses(operation, schemas),
    }
    who = sorted(operation.callers) if operation.callers != ANYONE else ["anyone"]
    who = who or ["programs with a secret of their own"]
    said["description"] = f"For {', '.join(who)}. May refuse with {', '.join(f'`{code}`' for code in operation.codes)}."
    if operation.body is not None:
        said["requestBody"] = _body(operation, schemas)
    return said


def _id_of(operation: Operation) -> str:
    """The operation's id, made from its method and path, so that no two ids are equal."""
    words = [word.strip("{}") for word in operation.path.removeprefix("/api").strip("/").split("/")]
    return "_".join([operation.method.lower(), *(word.replace(".", "_") for word in words if word)])


def _parameters(operation: Operation, schemas: Schemas) -> Iterable[Schema]:
    for parameter in operation.in_path:
        yield {**_parameter(parameter, "path", schemas), "required": True}
    for parameter in operation.in_query:
        yield _parameter(parameter, "query", schemas)
    for parameter in operation.in_header:
        yield _parameter(parameter, "header", schemas)
    if operation.if_match:
        yield _header("If-Match", "Only change the version with this `ETag`. `*` is any version.")
    if operation.idempotency_key:
        sentence = "Repeating a key, as the same person on the same path, returns the first answer and changes nothing."
        key: Schema = {"type": "string", "pattern": f"^[ -~]{{1,{KEY_MAX}}}$"}
        yield {**_header("Idempotency-Key", sentence), "schema": key}


def _parameter(parameter: Parameter, place: Literal["path", "query", "header"], schemas: Schemas) -> Schema:
    schema = schemas.of(parameter.type)
    if parameter.choices:
        one: Schema = {"type": "string", "enum": list(parameter.choices)}
        schema = {"type": "array", "items": one} if schema.get("type") == "array" else one
    elif place == "query":
        schema = _without_controls(schema)
    if schema.get("type") == "array":
        schema = {**schema, "maxItems": VALUES_MAX}
    said: Schema = {"name": parameter.name, "in": place, "schema": schema}
    return {**said, "description": parameter.description} if parameter.description else said


def _without_controls(schema: Schema) -> Schema:
    """The schema of a text or of a list of texts, changed to forbid the control characters that are refused in queries.

    Other schemas are returned unchanged.
    """
    if schema.get("type") == "array" and isinstance(items := schema["items"], dict):
        return {**schema, "items": _without_controls(items)}
    plain = schema.get("type") == "string" and "format" not in schema
    return {**schema, "pattern": f"^[^{REFUSED_IN_QUERIES}]*$"} if plain and "enum" not in schema else schema


def _header(name: str, description: str) -> Schema:
    return {"name": name, "in": "header", "description": description, "schema": {"type": "string"}}


def _security(operation: Operation) -> list[Schema]:
    ways: list[Schema] = []
    if "nobody" in operation.callers:
        ways.append({})
    if operation.callers - {"nobody", "visitor", "operator"}:
        ways += [{"session": []}, {"token": []}]
    if "visitor" in operation.callers:
        ways.append({"visitor": []})
    if "operator" in operation.callers:
        ways += [{}, {"metrics": []}]
    return ways


def _body(operation: Operation, schemas: Schemas) -> Schema:
    body = operation.body
    if isinstance(body, Multipart):
        properties: Schema = {
            body.file: {"type": "string", "format": "binary"},
            **{field: {"type": "string"} for field in body.fields},
        }
        object_: Schema = {"type": "object", "properties": properties, "required": [body.file]}
        schema: Schema = {**object_, "additionalProperties": False}
        form: Schema = {"schema": schema, "encoding": {body.file: {"contentType": ", ".join(body.media_types)}}}
        return {"required": True, "content": {"multipart/form-data": form}}
    if isinstance(body, Binary):
        return {"required": True, "content": {"*/*": {"schema": {"type": "string", "format": "binary"}}}}
    return {"required": operation.body_required, "content": {JSON: {"schema": schemas.of(body)}}}


def _responses(operation: Operation, schemas: Schemas) -> Schema:
    responses: Schema = {str(answer.status): _answer(operation, answer, schemas) for answer in operation.answers}
    for status, codes in sorted(_codes_by_status(operation).items()):
        responses[str(status)] = refer(_name_of_refusal(_form_of(operation), status, codes), "responses")
    return responses


def _refusals(operations: Iterable[Operation]) -> Schema:
    """The responses for all refusals of the operations, by name. Operations with the same refusal share one
    response."""
    found = {
        (_form_of(operation), status, codes)
        for operation in operations
        for status, codes in _codes_by_status(operation).items()
    }
    return {_name_of_refusal(*each): _refusal(*each) for each in sorted(found)}


def _codes_by_status(operation: Operation) -> dict[int, tuple[Code, ...]]:
    by_status: dict[int, tuple[Code, ...]] = {}
    for code in operation.codes:
        status = status_of(operation.path, STATUS_OF[code])
        by_status[status] = (*by_status.get(status, ()), code)
    if operation.if_match:
        by_status[_STALE] = ("conflict",)
    if operation.in_query:
        by_status[_LONG] = ("too_large",)
    if operation.body is not None and not isinstance(operation.body, Binary):
        by_status[_NOT_DECLARED] = ("bad_frame",)
    return by_status


def _form_of(operation: Operation) -> str:
    """Whose errors the calls have."""
    if operation.path.startswith(SCIM):
        return "scim"
    return "zendesk" if operation.path.startswith(ZENDESK) else ""


def _name_of_refusal(form: str, status: int, codes: tuple[Code, ...]) -> str:
    name = _NAMES.get(status) or "_or_".join(codes)
    return f"{form}_{name}" if form else name


def _answer(operation: Operation, answer: Answer, schemas: Schemas) -> Schema:
    said: Schema = {"description": answer.description}
    headers: Schema = {name: _said_in(text) for name, text in (answer.headers or {}).items()}
    if operation.etag:
        headers["ETag"] = _said_in("The version, for `If-Match`.")
    if headers:
        said["headers"] = headers
    if answer.media_type is not None:
        schema = schemas.of(answer.type) if answer.type is not None else {}
        media_types = (answer.media_type,) if isinstance(answer.media_type, str) else answer.media_type
        said["content"] = {media_type: {"schema": schema} for media_type in media_types}
    return said


def _said_in(description: str) -> Schema:
    return {"description": description, "schema": {"type": "string"}}


def _refusal(form: str, status: int, codes: tuple[Code, ...]) -> Schema:
    own: Schema = {"status": {"const": status}, "code": {"enum": list(codes)}}
    narrowed: Schema = {"properties": own if form != "scim" else {"status": {"const": str(status)}}}
    type_, media_type = _ERRORS[form]
    schema: Schema = {"allOf": [refer(type_), narrowed]}
    said: Schema = {"description": _MEANINGS[status], "content": {media_type: {"schema": schema}}}
    if status in (429, 503):
        said["headers"] = {"Retry-After": {"description": "Seconds.", "schema": {"type": "integer", "minimum": 1}}}
    if status == 401:
        said["headers"] = {"WWW-Authenticate": _said_in("`Bearer`.")}
    return said
