"""`/api/v2/users`, `/api/v2/organizations` and `/api/v2/groups`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Literal

from msgspec import Meta
from starlette.responses import Response

from identity.actor import Actor
from identity.adapters.people import People
from identity.permissions import Thing, may
from identity.ports import Client, User
from refusals import Refused, invalid
from routing.desk import Team
from server.edge.api.bodies import answer, read_body
from server.edge.api.queries import Parameter, text
from server.edge.api.registry import Answer, Api, Call, Operation
from server.edge.zendesk.desk import ZendeskDesk
from server.edge.zendesk.paging import PAGING, number_in, sliced
from server.live.teams import Teams
from server.live.tickets.requesters import Requesters
from storage.ports import Tx
from texts.visible import fault_of_line
from ticketing.requester import id_by_address
from ticketing.ticket import address_of
from zendesk.bodies import UserBody
from zendesk.numbers import Key, Kind
from zendesk.shapes import (
    GroupList,
    OneGroup,
    OneOrganization,
    OneUser,
    OrganizationList,
    ShownGroup,
    ShownOrganization,
    ShownUser,
    UserList,
)

FOUND_MAX = 100
_WITH_ADDRESSES: tuple[Thing, ...] = ("requesters", "people")
_QUERY = text("query", "An email address, or a part of the name or address of a member of staff.")
_ID = (Parameter("id", Annotated[int, Meta(ge=1)], "A number that the desk gave."),)


@dataclass(frozen=True, slots=True)
class Person:
    """A user, before they have a number. `client` is the id of a company."""

    key: Key
    name: str
    email: str | None
    role: Literal["end-user", "agent", "admin"] = "end-user"
    verified: bool = True
    active: bool = True
    client: str | None = None


class ZendeskPeopleApi(Api):
    def __init__(self, desk: ZendeskDesk, people: People, requesters: Requesters, teams: Teams) -> None:
        self._desk = desk
        self._people = people
        self._requesters = requesters
        self._teams = teams

    # -- users ------------------------------------------------------------------------

    async def me(self, call: Call) -> Response:
        user = await self._desk.storage.read(lambda tx: self._people.identity.user(tx, call.actor.id))
        assert user is not None, "the caller is a member of staff"
        return answer(OneUser((await self.shown([_of_staff(user)]))[0]))

    async def user(self, call: Call) -> Response:
        key = await self._key(call, "user")
        found = await self._desk.storage.read(lambda tx: self._person(tx, call.actor, key))
        addressed = any(may(call.actor, "read", thing) for thing in _WITH_ADDRESSES)
        if not addressed and key.id != call.actor.id:
            # Authors work with the names of their colleagues, not with their addresses.
            found = replace(found, email=None)
        return answer(OneUser((await self.shown([found]))[0]))

    async def search(self, call: Call) -> Response:
        found = await self.found(call, call.query[_QUERY] or "")
        part, paged = sliced(call, found)
        return answer(paged(UserList(users=await self.shown(part)), self._desk.origin(call.request)))

    async def create_or_update(self, call: Call) -> Response:
        """A customer by address. A customer with an account keeps their name."""
        asked = (await read_body(call.request, UserBody)).user
        address = address_of(asked.email)
        if address is None:
            sentence = f"{asked.email[:80]!r} is not an email address. Write it like name@company.example."
            raise invalid("email", sentence)
        name = " ".join((asked.name or "").split()) or None
        if name is not None and (fault := fault_of_line(name)):
            raise invalid("name", fault)

        def unit(tx: Tx) -> Person:
            account = self._people.account_by_email(tx, address)
            key = Key("user", account.id if account is not None else id_by_address(address))
            number = self._desk.numbers.give(tx, [key])[key]
            known = name or self._desk.numbers.name(tx, key)
            if account is None:
                self._desk.numbers.keep(tx, key, number, known)
            return Person(key, known or address, address, verified=account is not None)

        found = await self._desk.storage.write(unit)
        return answer(OneUser((await self.shown([found]))[0]))

    async def found(self, call: Call, query: str) -> list[Person]:
        """The customer with this address, and the staff whose name or address contains it."""
        wanted = " ".join(query.removeprefix("email:").split()).strip('"').lower()
        if not wanted:
            return []

        def look(tx: Tx) -> list[Person]:
            staff = [_of_actor(one) for one in self._people.all_staff(tx) if _matches(one, wanted)]
            address = address_of(wanted)
            if address is None or any(one.email == address for one in staff):
                return staff[:FOUND_MAX]
            account = self._people.account_by_email(tx, address)
            for id_ in [*([account.id] if account is not None else []), id_by_address(address)]:
                try:
                    staff.append(self._person(tx, call.actor, Key("user", id_)))
                except Refused:
                    continue
            return staff[:FOUND_MAX]

        return await self._desk.storage.read(look)

    def _person(self, tx: Tx, actor: Actor, key: Key) -> Person:
        """A member of staff, or a customer whom the actor may see. Raises Refused(not_found)."""
        user = self._people.identity.user(tx, key.id)
        if user is not None:
            return _of_staff(user)
        if not may(actor, "read", "requesters"):
            raise _missing("user")
        view = self._requesters.get(tx, actor, key.id, self._desk.clock())
        name = view.name or self._desk.numbers.name(tx, key) or view.email or "Visitor"
        client = self._people.client_id(tx, view.client) if view.client is not None else None
        return Person(key, name, view.email, verified=view.verified, client=client)

    async def shown(self, people: Sequence[Person]) -> list[ShownUser]:
        keys = {person.key for person in people}
        keys |= {Key("organization", person.client) for person in people if person.client is not None}
        numbers = await self._desk.numbered(keys, {})
        return [
            ShownUser(
                id=numbers[person.key],
                url=f"{self._desk.base_url}/api/v2/users/{numbers[person.key]}.json",
                name=person.name,
                email=person.email,
                role=person.role,
                organization_id=numbers[Key("organization", person.client)] if person.client is not None else None,
                verified=person.verified,
                active=person.active,
                suspended=not person.active,
            )
            for person in people
        ]

    # -- organizations and groups --------------------------------------------------------

    async def organizations(self, call: Call) -> Response:
        clients = await self._desk.storage.read(self._desk.clients, "heavy")
        part, paged = sliced(call, clients)
        return answer(
            paged(
                OrganizationList(organizations=await self.shown_clients(call.actor, part)),
                self._desk.origin(call.request),
            )
        )

    async def organization(self, call: Call) -> Response:
        key = await self._key(call, "organization")
        client = await self._desk.storage.read(lambda tx: self._people.client(tx, key.id))
        if client is None:
            raise _missing("organization")
        return answer(OneOrganization((await self.shown_clients(call.actor, [client]))[0]))

    async def shown_clients(self, actor: Actor, clients: Sequence[Client]) -> list[ShownOrganization]:
        """The clients. Only who may read the page of clients gets their domains and the tag `vip`."""
        whole = may(actor, "read", "clients")
        numbers = await self._desk.numbered([Key("organization", client.id) for client in clients], {})
        found = [(numbers[Key("organization", client.id)], client) for client in clients]
        return [
            ShownOrganization(
                id=number,
                url=f"{self._desk.base_url}/api/v2/organizations/{number}.json",
                name=client.name,
                domain_names=sorted(client.domains) if whole else [],
                tags=["vip"] if whole and client.vip else [],
            )
            for number, client in found
        ]

    async def groups(self, call: Call) -> Response:
        part, paged = sliced(call, list(self._teams.by_key.values()))
        return answer(paged(GroupList(groups=await self._shown_teams(part)), self._desk.origin(call.request)))

    async def group(self, call: Call) -> Response:
        team = self._teams.by_key.get((await self._key(call, "group")).id)
        if team is None:
            raise _missing("group")
        return answer(OneGroup((await self._shown_teams([team]))[0]))

    async def _shown_teams(self, teams: Sequence[Team]) -> list[ShownGroup]:
        numbers = await self._desk.numbered([Key("group", team.key) for team in teams], {})
        found = [(numbers[Key("group", team.key)], team) for team in teams]
        return [
            ShownGroup(
                id=number,
                url=f"{self._desk.base_url}/api/v2/groups/{number}.json",
                name=team.name,
                deleted=team.retired,
            )
            for number, team in found
        ]

    async def _key(self, call: Call, kind: Kind) -> Key:
        """The id whose number is in the path. Raises Refused(not_found)."""
        number = number_in(call, "id")
        if number is None:
            raise _missing(kind)
        key = await self._desk.storage.read(lambda tx: self._desk.numbers.key(tx, kind, number))
        if key is None:
            raise _missing(kind)
        return key

    OPERATIONS = (
        Operation(
            method="GET",
            path="/api/v2/users/me",
            endpoint=me,
            summary="Who am I, as Zendesk says it",
            needs=("read", "colleagues"),
            answers=(Answer(200, "The owner of the token.", OneUser),),
        ),
        Operation(
            method="GET",
            path="/api/v2/users/search",
            endpoint=search,
            summary="Find a user, as Zendesk does",
            needs=("read", "requesters"),
            in_query=(*PAGING, _QUERY),
            answers=(Answer(200, "Staff first.", UserList),),
        ),
        Operation(
            method="POST",
            path="/api/v2/users/create_or_update",
            endpoint=create_or_update,
            summary="Make a customer known by address, as Zendesk does",
            needs=("change", "requesters"),
            body=UserBody,
            answers=(Answer(200, "The customer.", OneUser),),
        ),
        Operation(
            method="GET",
            path="/api/v2/users/{id}",
            endpoint=user,
            summary="Get a user, as Zendesk does",
            needs=("read", "colleagues"),
            in_path=_ID,
            answers=(Answer(200, "A member of staff, or a customer whom you can see.", OneUser),),
        ),
        Operation(
            method="GET",
            path="/api/v2/organizations",
            endpoint=organizations,
            summary="List the clients, as Zendesk does",
            needs=("read", "requesters"),
            in_query=PAGING,
            answers=(Answer(200, "Ordered by name.", OrganizationList),),
        ),
        Operation(
            method="GET",
            path="/api/v2/organizations/{id}",
            endpoint=organization,
            summary="Get a client, as Zendesk does",
            needs=("read", "requesters"),
            in_path=_ID,
            answers=(Answer(200, "The client.", OneOrganization),),
        ),
        Operation(
            method="GET",
            path="/api/v2/groups",
            endpoint=groups,
            summary="List the teams, as Zendesk does",
            needs=("change", "tickets"),
            in_query=PAGING,
            answers=(Answer(200, "In the order of the hours file.", GroupList),),
        ),
        Operation(
            method="GET",
            path="/api/v2/groups/{id}",
            endpoint=group,
            summary="Get a team, as Zendesk does",
            needs=("change", "tickets"),
            in_path=_ID,
            answers=(Answer(200, "The team.", OneGroup),),
        ),
    )


def _of_staff(user: User) -> Person:
    role: Literal["agent", "admin"] = "admin" if user.role == "admin" else "agent"
    return Person(Key("user", user.id), user.name, user.email, role, active=user.disabled_at is None)


def _of_actor(actor: Actor) -> Person:
    role: Literal["agent", "admin"] = "admin" if actor.role == "admin" else "agent"
    return Person(Key("user", actor.id), actor.name or "", actor.email, role)


def _matches(actor: Actor, wanted: str) -> bool:
    return wanted in (actor.name or "").lower() or wanted in (actor.email or "")


def _missing(kind: Kind) -> Refused:
    return Refused("not_found", f"There is no such {kind}.")
