"""Creates the routes of the declared operations. The routes check rights and queries, and turn refusals into problem
details."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match, Route
from starlette.types import Receive, Scope, Send

from refusals import Refused
from server.edge.api.queries import Query
from server.edge.api.registry import Api, Call, Operation
from server.edge.authentication import Authentication
from server.edge.problems import Endpoint, answered


def routes_of(apis: Iterable[Api], authentication: Authentication) -> list[Route]:
    """One route per path, which serves all its methods."""
    by_path: dict[str, dict[str, Endpoint]] = {}
    for api in apis:
        for operation in api.OPERATIONS:
            methods = by_path.setdefault(operation.path, {})
            assert operation.method not in methods, f"{operation.method} {operation.path} is declared twice"
            methods[operation.method] = _endpoint(operation, api, authentication)
    return [_route(path, methods) for path, methods in by_path.items()]


def _endpoint(operation: Operation, api: Api, authentication: Authentication) -> Endpoint:
    async def checked(request: Request) -> Response:
        query = Query(request)
        query.check(operation.in_query)
        proof = await authentication.required(request, *operation.needs) if operation.needs is not None else None
        if operation.identified and proof is not None and not proof.actor.identified:
            raise Refused("forbidden", "This needs an account. Sign in.")
        return await operation.endpoint(api, Call(request, query, proof))

    return answered(checked)


def _route(path: str, methods: Mapping[str, Endpoint]) -> Route:
    served = sorted({*methods, "OPTIONS", *({"HEAD"} if "GET" in methods else ())})

    async def dispatch(request: Request) -> Response:
        if request.method == "OPTIONS":
            return Response(status_code=204, headers={"Allow": ", ".join(served)})
        return await methods["GET" if request.method == "HEAD" else request.method](request)

    return _Address(path, dispatch, methods=served)


class _Address(Route):
    """Answers all methods of a path.

    A method that the path does not serve gets status 405, even if a pattern of another path matches too.
    """

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        match, child = super().matches(scope)
        return Match.FULL if match is Match.PARTIAL else match, child

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        methods = self.methods or set()
        if scope["method"] not in methods:
            raise HTTPException(405, headers={"Allow": ", ".join(sorted(methods))})
        await super().handle(scope, receive, send)
