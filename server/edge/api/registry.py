"""Declarations of the HTTP calls. Routes and `/api/openapi.json` are made from them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

from starlette.requests import Request
from starlette.responses import Response

from identity.actor import Actor
from identity.permissions import MAY, Thing, Verb, Who
from refusals import Code
from server.edge.api.queries import Parameter, Query, QueryParameter
from server.edge.api.schemas import Schema
from server.edge.authentication import Proof
from server.edge.problems import STATUS_OF

Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
Caller = Literal["nobody", "visitor", "customer", "agent", "supervisor", "author", "admin", "auditor", "operator"]
"""`visitor` has a widget's token, `customer` a session with an account. `operator` calls from this machine, or with
METRICS_TOKEN."""

STAFF: frozenset[Caller] = frozenset({"agent", "supervisor", "author", "admin", "auditor"})
USERS: frozenset[Caller] = STAFF | {"visitor", "customer"}
ANYONE: frozenset[Caller] = USERS | {"nobody"}
OPERATOR: frozenset[Caller] = frozenset({"operator"})
_CALLERS: dict[Who, frozenset[Caller]] = {
    "customer": frozenset({"visitor", "customer"}),
    "agent": frozenset({"agent"}),
    "supervisor": frozenset({"supervisor"}),
    "author": frozenset({"author"}),
    "admin": frozenset({"admin"}),
    "auditor": frozenset({"auditor"}),
}

JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Call:
    """A call whose rights and query have been checked."""

    request: Request
    query: Query
    known: Proof | None
    """None if the operation does not authenticate callers."""

    @property
    def proof(self) -> Proof:
        assert self.known is not None, "the operation declares `needs`"
        return self.known

    @property
    def actor(self) -> Actor:
        return self.proof.actor


@dataclass(frozen=True, slots=True)
class Answer:
    """A successful response.

    `type` is None if the body is not our JSON. If there are several media types, the response has one of them.
    """

    status: int
    description: str
    type: object = None
    media_type: str | tuple[str, ...] | None = JSON
    headers: Mapping[str, str] | None = None
    """Descriptions of additional headers, by name."""


@dataclass(frozen=True, slots=True)
class Multipart:
    """A body of form fields.

    `file` is the name of the field with the file. `fields` are the names of optional text fields.
    """

    file: str
    fields: tuple[str, ...] = ()
    media_types: tuple[str, ...] = ()
    """Allowed types of the file."""


@dataclass(frozen=True, slots=True)
class Binary:
    """A body that is the content of a file, whatever type it is declared as."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Operation:
    """A call of the interface."""

    method: Method
    path: str
    endpoint: Callable[..., Awaitable[Response]]
    """A method of the API class that declares this operation. The method takes a `Call`."""
    summary: str
    answers: tuple[Answer, ...]
    needs: tuple[Verb, Thing] | None = None
    """The right that a caller needs. None if anyone may call, or if the endpoint checks the caller (`open_to`)."""
    open_to: frozenset[Caller] = ANYONE
    """The callers that are allowed if `needs` is None."""
    in_browser: bool = False
    """If true, the caller must have a session. A bearer token is not accepted."""
    identified: bool = False
    """If true, visitors without a proven identity are refused. Needs `needs`."""
    in_path: tuple[Parameter, ...] = ()
    in_query: tuple[QueryParameter[object], ...] = ()
    """The allowed query parameters. A request with any other parameter is refused."""
    in_header: tuple[Parameter, ...] = ()
    body: type | Multipart | Binary | None = None
    body_required: bool = True
    facets: Mapping[str, Schema] | None = None
    """Constraints of body fields that the types of the fields do not express, as JSON Schema.

    Only for the API description: other code checks these constraints.
    """
    errors: tuple[Code, ...] = ()
    """Error codes in addition to those that follow from the other fields. `codes` has all of them."""
    idempotency_key: bool = False
    if_match: bool = False
    """If true, a request with an outdated `If-Match` gets `conflict` with status 412."""
    etag: bool = False

    @property
    def callers(self) -> frozenset[Caller]:
        if self.needs is None:
            return self.open_to
        callers = frozenset(caller for who in MAY[self.needs] for caller in _CALLERS[who])
        return callers - {"visitor"} if self.in_browser or self.identified else callers

    @property
    def codes(self) -> tuple[Code, ...]:
        """Every error code of the operation, sorted by status."""
        codes: set[Code] = {"bad_frame", "invalid", "rate_limited", "unavailable", *self.errors}
        if self.callers != ANYONE:
            codes |= {"unauthorized", "forbidden"}
        if self.in_path:
            codes |= {"not_found"}
        if self.body is not None:
            codes |= {"too_large"}
        if self.method != "GET":
            codes |= {"forbidden"}
        if self.if_match or self.idempotency_key:
            codes |= {"conflict"}
        return tuple(sorted(codes, key=lambda code: (STATUS_OF[code], code)))


class Api:
    """The base of classes that declare operations. Their methods are the endpoints."""

    OPERATIONS: ClassVar[tuple[Operation, ...]]
