"""What a call of the interface is: one immutable `Operation` each, of which routes and `/api/openapi.json` are made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match, Route
from starlette.types import Receive, Scope, Send

from refusals import Code
from server.edge.api.queries import Query
from server.edge.api.schemas import Schema
from server.edge.problems import STATUS_OF, Endpoint, answered

Method = Literal["GET", "POST", "PATCH", "DELETE"]
Caller = Literal["nobody", "visitor", "customer", "agent", "supervisor", "admin", "operator"]
"""`visitor` proves themself by a widget's token, `customer` by a session with an account; `operator` is the machine
itself, or who knows METRICS_TOKEN."""

STAFF: frozenset[Caller] = frozenset({"agent", "supervisor", "admin"})
USERS: frozenset[Caller] = STAFF | {"visitor", "customer"}
ANYONE: frozenset[Caller] = USERS | {"nobody"}
OPERATOR: frozenset[Caller] = frozenset({"operator"})

JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of the path or the query. `type` is its Python type, constraints (`Annotated`, `Meta`) and all;
    a `list[…]` in a query may be repeated."""

    name: str
    type: object
    description: str = ""
    choices: tuple[str, ...] = ()
    """The only values, where a string (or each of a list) is one of these."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What comes where nothing is refused. `type` is None where there is no body, or it is no JSON of ours; of
    several media types it is one of these."""

    status: int
    description: str
    type: object = None
    media_type: str | tuple[str, ...] | None = JSON
    headers: Mapping[str, str] | None = None
    """What further headers say, by name."""


@dataclass(frozen=True, slots=True)
class Multipart:
    """A body of form fields. `file` names the one that is a file; `fields` are the others, all optional strings."""

    file: str
    fields: tuple[str, ...] = ()
    media_types: tuple[str, ...] = ()
    """What the file may be."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Operation:
    """One call. `callers` are those for whom it can do anything at all; whose things they are, the endpoint decides.

    `errors` are codes beyond those that follow from the rest (see `codes`).
    """

    method: Method
    path: str
    endpoint: Endpoint
    summary: str
    callers: frozenset[Caller]
    answers: tuple[Answer, ...]
    in_path: tuple[Parameter, ...] = ()
    in_query: tuple[Parameter, ...] = ()
    in_header: tuple[Parameter, ...] = ()
    body: type | Multipart | None = None
    body_required: bool = True
    facets: Mapping[str, Schema] | None = None
    """What holds of fields of the body beyond their types, as JSON Schema says it. The rules check it."""
    errors: tuple[Code, ...] = ()
    idempotency_key: bool = False
    """Is `Idempotency-Key` honoured?"""
    if_match: bool = False
    """Is `If-Match` kept to? A stale one is a `conflict` with 412."""
    etag: bool = False
    """Does the answer carry `ETag`?"""

    @property
    def codes(self) -> tuple[Code, ...]:
        """Every code that it can refuse with, by status."""
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


def routes_of(operations: Iterable[Operation]) -> list[Route]:
    """One route a path, which knows all its methods: what is not served there is told with all that is."""
    by_path: dict[str, dict[str, Endpoint]] = {}
    for operation in operations:
        methods = by_path.setdefault(operation.path, {})
        assert operation.method not in methods, f"{operation.method} {operation.path} stands twice"
        methods[operation.method] = _guarded(operation)
    return [_route(path, methods) for path, methods in by_path.items()]


def _route(path: str, methods: Mapping[str, Endpoint]) -> Route:
    served = sorted({*methods, "OPTIONS", *({"HEAD"} if "GET" in methods else ())})

    async def dispatch(request: Request) -> Response:
        if request.method == "OPTIONS":
            return Response(status_code=204, headers={"Allow": ", ".join(served)})
        return await methods["GET" if request.method == "HEAD" else request.method](request)

    return _Address(path, dispatch, methods=served)


class _Address(Route):
    """An address answers for all methods: what it does not serve is not for another, whose pattern it fits too."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        match, child = super().matches(scope)
        return Match.FULL if match is Match.PARTIAL else match, child

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        methods = self.methods or set()
        if scope["method"] not in methods:
            raise HTTPException(405, headers={"Allow": ", ".join(sorted(methods))})
        await super().handle(scope, receive, send)


def _guarded(operation: Operation) -> Endpoint:
    """The endpoint: what it refuses becomes problem details, and a parameter that nobody declared is refused."""
    if operation.in_query:
        return answered(operation.endpoint)

    async def without_query(request: Request) -> Response:
        Query(request).close()
        return await operation.endpoint(request)

    return answered(without_query)
