"""The HTTP interface: JSON in and out, refusals as problem details.

Every call is an `Operation` of `server.edge.api.registry`, declared beside its endpoint in the module's `OPERATIONS`
and listed here. The routes, `/api/openapi.json` and the tests' role matrix are made from this list, and the tests
compare every answer with it. To add a call:

1. Write `async def endpoint(request) -> Response`. It decodes its body by `bodies.read_body(request, Struct)`, its
   query by `queries.Query`, asks who it is by `authentication.required`, raises its room's `Refused`, and gives
   `bodies.answer(struct)`. Bodies and answers are msgspec Structs; those of bodies with `forbid_unknown_fields=True`.
2. Below it, say what it is:

       OPERATIONS = (
           Operation(
               method="PATCH",
               path="/api/things/{number}",
               endpoint=change,
               summary="Change a thing",
               callers=STAFF,                                   # or ANYONE, USERS, OPERATOR, frozenset({"supervisor"})
               in_path=(Parameter("number", Annotated[int, Meta(ge=1)], "Of the thing."),),
               in_query=(Parameter("team", list[TeamKey], "Of any of these."),),      # those that Query takes, all
               body=Wanted,                                     # a Struct, or Multipart("file"); see `facets`
               answers=(Answer(200, "The thing as it stands then.", ThingView),),
               errors=("conflict",),                            # beyond what follows from the rest: Operation.codes
               if_match=True, etag=True,                        # idempotency_key=True where it is honoured
           ),
       )

3. Put the module into `OPERATIONS` here, and a row for the call into the matrix in `tests/stories/matrix.py`.

A call without `in_query` refuses every query parameter by itself.
"""

from __future__ import annotations

from starlette.routing import Route

from server.edge.api import (
    asyncapi,
    bans,
    chats,
    devices,
    files,
    hours,
    openapi,
    operations,
    second_factor,
    sessions,
    staff,
    tickets,
    wire,
)
from server.edge.api.registry import Operation, routes_of

__all__ = ["OPERATIONS", "routes"]

OPERATIONS: tuple[Operation, ...] = (
    *sessions.OPERATIONS,
    *devices.OPERATIONS,
    *second_factor.OPERATIONS,
    *hours.OPERATIONS,
    *chats.OPERATIONS,
    *bans.OPERATIONS,
    *staff.OPERATIONS,
    *tickets.OPERATIONS,
    *files.OPERATIONS,
    *wire.OPERATIONS,
    *operations.OPERATIONS,
    *openapi.OPERATIONS,
    *asyncapi.OPERATIONS,
)
"""Every call there is."""


def routes() -> list[Route]:
    """The routes of them all. They reach the program by `request.app.state.desk`."""
    return routes_of(OPERATIONS)
