"""Staff who follow a ticket, and the colleagues who may see a ticket or a chat."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct
from starlette.responses import Response

from chat.adapters import archive
from clock import Clock
from identity.actor import Actor
from identity.adapters.people import People
from refusals import Refused
from server.edge.api.bodies import answer
from server.edge.api.queries import TEXT_PATTERN, Parameter
from server.edge.api.registry import Answer, Api, Call, Operation
from server.edge.api.ticket_parameters import number_of
from storage.ports import Storage, Tx
from ticketing.service import Tickets
from ticketing.staff_followers import StaffFollowers

_NUMBER = Parameter("number", Annotated[int, Meta(ge=1)], "Number of the ticket.")
_STAFF = Parameter("staff", Annotated[str, Meta(pattern=TEXT_PATTERN)], "The id of a staff member.")
_CHAT = Parameter("id", Annotated[str, Meta(pattern=TEXT_PATTERN)], "The id of the chat.")


class NamedStaff(Struct, frozen=True):
    """A staff member."""

    staff: str
    name: str


class FollowersView(Struct, frozen=True):
    """The followers of a ticket, oldest first. Who may no longer see the ticket is left out."""

    followers: list[NamedStaff]


class ColleaguesView(Struct, frozen=True):
    """The staff who may see a ticket or a chat, ordered by name."""

    colleagues: list[NamedStaff]


class TicketFollowersApi(Api):
    def __init__(
        self, storage: Storage, clock: Clock, people: People, tickets: Tickets, followers: StaffFollowers
    ) -> None:
        self._storage = storage
        self._clock = clock
        self._people = people
        self._tickets = tickets
        self._followers = followers

    async def followers(self, call: Call) -> Response:
        number = number_of(call.request)
        return answer(await self._storage.read(lambda tx: self._of(tx, call.actor, number)))

    async def follow(self, call: Call) -> Response:
        number, person, now = number_of(call.request), call.request.path_params["staff"], self._clock()

        def unit(tx: Tx) -> FollowersView:
            if self._followers.follow(tx, call.actor, number, person, now):
                self._people.record(tx, call.actor, "follow", "ticket", str(number), {"staff": person}, now)
            return self._of(tx, call.actor, number)

        return answer(await self._storage.write(unit))

    async def unfollow(self, call: Call) -> Response:
        number, person, now = number_of(call.request), call.request.path_params["staff"], self._clock()

        def unit(tx: Tx) -> FollowersView:
            if self._followers.unfollow(tx, call.actor, number, person):
                self._people.record(tx, call.actor, "unfollow", "ticket", str(number), {"staff": person}, now)
            return self._of(tx, call.actor, number)

        return answer(await self._storage.write(unit))

    async def of_ticket(self, call: Call) -> Response:
        number = number_of(call.request)

        def found(tx: Tx) -> ColleaguesView:
            return self._readers(tx, self._tickets.theirs(tx, call.actor, number).team)

        return answer(await self._storage.read(found))

    async def of_chat(self, call: Call) -> Response:
        chat = call.request.path_params["id"]

        def found(tx: Tx) -> ColleaguesView:
            row = archive.chat_row(tx, chat)
            if row is None or not call.actor.sees(row.team):
                raise Refused("not_found", "This chat doesn't exist, or you can't see it.")
            return self._readers(tx, row.team)

        return answer(await self._storage.read(found))

    def _of(self, tx: Tx, actor: Actor, number: int) -> FollowersView:
        return FollowersView([NamedStaff(*one) for one in self._followers.of(tx, actor, number).items()])

    def _readers(self, tx: Tx, team: str) -> ColleaguesView:
        staff = (person for person in self._people.all_staff(tx) if person.sees(team))
        return ColleaguesView([NamedStaff(person.id, person.name or "") for person in staff])

    OPERATIONS = (
        Operation(
            method="GET",
            path="/api/tickets/{number}/followers",
            endpoint=followers,
            summary="List the staff who follow a ticket",
            needs=("change", "tickets"),
            in_path=(_NUMBER,),
            answers=(Answer(200, "The followers.", FollowersView),),
        ),
        Operation(
            method="PUT",
            path="/api/tickets/{number}/followers/{staff}",
            endpoint=follow,
            summary="Follow a ticket, or have a colleague follow it",
            needs=("change", "tickets"),
            in_path=(_NUMBER, _STAFF),
            answers=(Answer(200, "The followers.", FollowersView),),
            errors=("conflict",),
        ),
        Operation(
            method="DELETE",
            path="/api/tickets/{number}/followers/{staff}",
            endpoint=unfollow,
            summary="End a follow of a ticket",
            needs=("change", "tickets"),
            in_path=(_NUMBER, _STAFF),
            answers=(Answer(200, "The followers.", FollowersView),),
        ),
        Operation(
            method="GET",
            path="/api/tickets/{number}/colleagues",
            endpoint=of_ticket,
            summary="List the staff who may see a ticket",
            needs=("change", "tickets"),
            in_path=(_NUMBER,),
            answers=(Answer(200, "The staff.", ColleaguesView),),
        ),
        Operation(
            method="GET",
            path="/api/chats/{id}/colleagues",
            endpoint=of_chat,
            summary="List the staff who may see a chat",
            needs=("read", "chats"),
            in_path=(_CHAT,),
            answers=(Answer(200, "The staff.", ColleaguesView),),
        ),
    )
