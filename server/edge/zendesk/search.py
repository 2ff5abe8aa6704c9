"""`/api/v2/search` and `/api/v2/ticket_fields`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from msgspec import Meta, structs
from starlette.responses import Response

from identity.actor import Actor
from identity.adapters.people import People
from refusals import Refused
from server.edge.api.bodies import answer
from server.edge.api.queries import Parameter, choice, text
from server.edge.api.registry import Answer, Api, Call, Operation
from server.edge.zendesk.desk import Read, ZendeskDesk
from server.edge.zendesk.paging import PAGE, SIZE, by_number, sliced, wanted_of
from server.edge.zendesk.people import ZendeskPeopleApi
from server.edge.zendesk.results import FieldList, Found, OneField, SearchResults
from server.live.teams import Teams
from storage.ports import Tx
from ticketing.listing import NOBODY, Facets, Filters, Sort, scope_of
from ticketing.requester import id_by_address
from ticketing.ticket import address_of
from zendesk.custom_fields import NumberedFields, chosen_of, shown_fields, shown_properties
from zendesk.fields import ShownField, fields
from zendesk.numbers import Kind
from zendesk.query import TYPES, Asked, parsed
from zendesk.shapes import FoundOrganization, FoundTicket, FoundUser

RESULTS_MAX = 1_000
_QUERY = text("query", "As in Zendesk's search: `type:ticket status<solved printer`.")
_TYPE = choice("filter[type]", TYPES, "In place of `type:` in the query.")
_SORT_BY = choice("sort_by", ("created_at", "updated_at", "priority", "relevance"))
_SORT_ORDER = choice("sort_order", ("asc", "desc"), "`desc` by default.")
_ID = (Parameter("id", Annotated[int, Meta(ge=1)], "Of the field."),)
_SORTS: dict[str, Sort] = {"created_at": "created_at", "updated_at": "updated_at", "priority": "priority"}


class ZendeskSearchApi(Api):
    def __init__(
        self, desk: ZendeskDesk, people: People, users: ZendeskPeopleApi, teams: Teams, brand: Callable[[], str]
    ) -> None:
        self._desk = desk
        self._people = people
        self._users = users
        self._teams = teams
        self._brand = brand

    async def search(self, call: Call) -> Response:
        asked = parsed(call.query[_QUERY] or "", self._desk.clock())
        type_ = call.query[_TYPE] or asked.type or "ticket"
        if type_ == "user":
            return await self._user_results(call, asked)
        if type_ == "organization":
            return await self._organization_results(call, asked)
        desk, wanted, now, sort = self._desk, wanted_of(call), self._desk.clock(), _sort_of(call, asked)

        def found(tx: Tx) -> tuple[Read, int]:
            filters, lists = self._filters(tx, call.actor, asked), desk.tickets.lists
            views, count = lists.part(tx, call.actor, filters, now, sort, wanted.places, RESULTS_MAX)
            return desk.described(tx, views), count

        read, count = await desk.read(call.request, call.actor, found, search=bool(asked.words))
        results: list[Found] = [FoundTicket(**structs.asdict(one)) for one in await desk.shown(read)]
        return answer(by_number(SearchResults(results=results), call, desk.origin(call.request), wanted, count))

    async def _user_results(self, call: Call, asked: Asked) -> Response:
        people = await self._users.found(call, asked.named.get("email") or asked.words)
        part, paged = sliced(call, people)
        results: list[Found] = [FoundUser(**structs.asdict(one)) for one in await self._users.shown(part)]
        return answer(paged(SearchResults(results=results), self._desk.origin(call.request)))

    async def _organization_results(self, call: Call, asked: Asked) -> Response:
        words = asked.words.lower()
        clients = await self._desk.storage.read(self._desk.clients, "heavy")
        part, paged = sliced(call, [client for client in clients if words in client.name.lower()])
        shown = await self._users.shown_clients(call.actor, part)
        results: list[Found] = [FoundOrganization(**structs.asdict(one)) for one in shown]
        return answer(paged(SearchResults(results=results), self._desk.origin(call.request)))

    def _filters(self, tx: Tx, actor: Actor, asked: Asked) -> Filters:
        named = asked.named
        words = asked.words if asked.number is None else str(asked.number)
        known = self._desk.fields(tx) if asked.custom else NumberedFields()
        chosen = chosen_of(known, asked.custom, self._teams.products)
        return Filters(
            status=asked.status,
            priority=asked.priority,
            tag=asked.tags,
            requester=self._person(tx, actor, named.get("requester")),
            assignee=self._person(tx, actor, named.get("assignee"), staff=True),
            team=self._team(tx, named.get("group")),
            client=self._client(tx, named.get("organization")),
            custom=chosen.custom,
            resolution=chosen.resolution,
            product=chosen.product,
            without=Facets(tag=asked.without_tags, status=asked.without_status),
            from_=asked.created[0],
            to=asked.created[1],
            updated_from=asked.updated[0],
            updated_to=asked.updated[1],
            q=words or None,
        )

    def _person(self, tx: Tx, actor: Actor, named: str | None, *, staff: bool = False) -> tuple[str, ...]:
        """The ids of the person whom a search names. An unknown person has an id that finds nothing."""
        if named is None:
            return ()
        if named == "me":
            return (actor.id,)
        if named == "none" and staff:
            return (NOBODY,)
        if (id_ := self._numbered(tx, "user", named)) is not None:
            return (id_,)
        address = address_of(named)
        if staff:
            return tuple(one.id for one in self._people.all_staff(tx) if named.lower() in _names(one)) or ("",)
        if address is None:
            raise _refused(f"requester:{named[:40]} is neither a number nor an address.")
        account = self._people.account_by_email(tx, address)
        return (*([account.id] if account is not None else []), id_by_address(address))

    def _team(self, tx: Tx, named: str | None) -> tuple[str, ...]:
        if named is None:
            return ()
        if (id_ := self._numbered(tx, "group", named)) is not None:
            return (id_,)
        wanted = named.lower()
        return tuple(key for key, team in self._teams.by_key.items() if wanted in (key, team.name.lower())) or ("",)

    def _client(self, tx: Tx, named: str | None) -> tuple[str, ...]:
        if named is None:
            return ()
        id_ = self._numbered(tx, "organization", named)
        client = self._people.client(tx, id_) if id_ is not None else None
        return (client.name if client is not None else named,)

    def _numbered(self, tx: Tx, kind: Kind, named: str) -> str | None:
        if not (named.isascii() and named.isdecimal() and len(named) <= len(str(2**53))):
            return None
        key = self._desk.numbers.key(tx, kind, int(named))
        return key.id if key is not None else None

    async def fields(self, call: Call) -> Response:
        found = await self._fields(call.actor)
        return answer(FieldList(ticket_fields=found, count=len(found)))

    async def field(self, call: Call) -> Response:
        found = await self._fields(call.actor)
        one = next((one for one in found if str(one.id) == call.request.path_params["id"]), None)
        if one is None:
            raise Refused("not_found", "There is no such field.")
        return answer(OneField(one))

    async def _fields(self, actor: Actor) -> list[ShownField]:
        """The fields that every desk has, and the custom fields of the actor's teams."""
        custom, teams = await self._desk.storage.read(self._desk.fields), scope_of(actor).teams
        theirs = [field for field in custom.fields if not field.teams or teams is None or teams & set(field.teams)]
        base_url = self._desk.base_url
        own = fields(base_url, self._brand(), self._teams.products)
        return [*own, *shown_properties(base_url, custom, own), *shown_fields(base_url, custom, theirs)]

    OPERATIONS = (
        Operation(
            method="GET",
            path="/api/v2/search",
            endpoint=search,
            summary="Search tickets, users or clients, as Zendesk does",
            needs=("change", "tickets"),
            in_query=(_QUERY, _TYPE, _SORT_BY, _SORT_ORDER, PAGE, SIZE),
            answers=(Answer(200, "At most 1,000 results.", SearchResults),),
        ),
        Operation(
            method="GET",
            path="/api/v2/ticket_fields",
            endpoint=fields,
            summary="List the fields of tickets, as Zendesk does",
            needs=("change", "tickets"),
            answers=(Answer(200, "System fields first.", FieldList),),
        ),
        Operation(
            method="GET",
            path="/api/v2/ticket_fields/{id}",
            endpoint=field,
            summary="Get a field of tickets, as Zendesk does",
            needs=("change", "tickets"),
            in_path=_ID,
            answers=(Answer(200, "The field.", OneField),),
        ),
    )


def _sort_of(call: Call, asked: Asked) -> Sort:
    by = call.query[_SORT_BY] or asked.order_by or "updated_at"
    rises = (call.query[_SORT_ORDER] or asked.sort) == "asc"
    rising = _SORTS.get(by, "updated_at")
    falling: dict[Sort, Sort] = {"created_at": "-created_at", "updated_at": "-updated_at", "priority": "-priority"}
    return rising if rises else falling[rising]


def _names(actor: Actor) -> tuple[str, str]:
    return (actor.name or "").lower(), actor.email or ""


def _refused(sentence: str) -> Refused:
    return Refused("invalid", sentence, {"query": sentence})
