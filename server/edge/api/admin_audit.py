"""`/api/admin/audit`: the audit log, for admins. There is no call that changes it."""

from __future__ import annotations

from msgspec import Struct
from starlette.responses import Response

from clock import rfc3339, rfc3339_or_none
from identity.audit_search import AuditSearch, words_of
from server.edge.api.bodies import answer
from server.edge.api.queries import Query, moment, number, text
from server.edge.api.registry import Answer, Api, Call, Operation
from server.live.administration.audit_reading import AuditReading

SINCE = moment("since", "Only lines from this moment on.")
UNTIL = moment("until", "Only lines before this moment.")
PERSON = text("person", "Id of a person: what they did, and what was done to them.")
VERB = text("verb", "Only lines with this verb.")
THING = text("thing", "Only lines about this kind of thing.")
BEFORE = number("before", 1, 10**15, "The value of `more` of the previous page.")
WORDS = text("q", "Words that the line contains, also in names and addresses. At most 10.")
_FILTERS = (SINCE, UNTIL, PERSON, VERB, THING, WORDS)

Value = str | int | float | bool | list[str] | None


class AuditEntry(Struct, frozen=True):
    """A line. `actor` is null for the system, which includes the command line. `detail` depends on the verb."""

    id: int
    at: str
    actor_kind: str
    actor: str | None
    actor_name: str | None
    verb: str
    thing: str
    thing_id: str | None
    thing_name: str | None
    detail: dict[str, Value]
    network: str | None


class AuditEntries(Struct, frozen=True):
    """At most 100 lines, newest first. `more` is the value of `before` for the next page, null at the end.

    A page looks at 100,000 lines at most. If it stops there, it may have few lines or none. Then `more` continues the
    search, and `searched_to` is the moment back to which it looked. Otherwise `searched_to` is null.
    """

    lines: list[AuditEntry]
    more: int | None
    searched_to: str | None


class AdminAuditApi(Api):
    def __init__(self, audit: AuditReading) -> None:
        self._audit = audit

    async def page(self, call: Call) -> Response:
        found = await self._audit.page(call.actor, wanted_of(call.query, call.query[BEFORE]))
        lines = [
            AuditEntry(
                id=id_,
                at=rfc3339(line.at),
                actor_kind=line.actor_kind,
                actor=line.actor,
                actor_name=found.names.get(line.actor or ""),
                verb=line.verb,
                thing=line.thing,
                thing_id=line.thing_id,
                thing_name=found.names.get(line.thing_id or ""),
                detail={name: _plain(value) for name, value in line.detail.items()},
                network=line.network,
            )
            for id_, line in found.lines
        ]
        reached = found.searched_to
        return answer(AuditEntries(lines, found.more, rfc3339_or_none(reached)))

    async def export(self, call: Call) -> Response:
        body = await self._audit.exported(call.actor, wanted_of(call.query, None))
        named = {"Content-Disposition": 'attachment; filename="audit.csv"', "Cache-Control": "no-store"}
        return Response(body, headers=named, media_type="text/csv")

    OPERATIONS = (
        Operation(
            method="GET",
            path="/api/admin/audit",
            endpoint=page,
            summary="Read the audit log",
            needs=("read", "audit"),
            in_query=(*_FILTERS, BEFORE),
            answers=(Answer(200, "A page, newest first.", AuditEntries),),
        ),
        Operation(
            method="GET",
            path="/api/admin/audit/export",
            endpoint=export,
            summary="Export the audit log as CSV",
            needs=("export", "audit"),
            in_query=_FILTERS,
            answers=(Answer(200, "The newest 20,000 lines that match.", media_type="text/csv"),),
        ),
    )


def _plain(value: object) -> Value:
    if isinstance(value, list | tuple):
        return [str(one) for one in value]
    return value if value is None or isinstance(value, str | int | float | bool) else str(value)


def wanted_of(query: Query, before: int | None) -> AuditSearch:
    return AuditSearch(
        since=query[SINCE] or 0,
        until=query[UNTIL],
        person=query[PERSON],
        verb=query[VERB],
        thing=query[THING],
        words=words_of(query[WORDS] or ""),
        before=before,
    )
