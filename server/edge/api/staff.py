"""`/api/staff`: colleagues, their presence, and signing them out."""

from __future__ import annotations

from collections.abc import Collection
from typing import Annotated, Literal

from msgspec import Meta, Struct
from starlette.responses import Response

from clock import rfc3339
from identity.actor import Actor
from identity.adapters.people import People
from refusals import Refused
from routing.adapters import store
from routing.agents import CAPACITY_MAX, Agent, Choice
from routing.service import Dispatcher
from server.edge.api.bodies import answer, read_body
from server.edge.api.queries import TEXT_PATTERN, Parameter, choice, many
from server.edge.api.registry import Answer, Api, Call, Operation
from server.live.supervision.day_changes import DayChanges
from server.live.supervision.directing import Directing
from server.live.teams import Teams
from storage.ports import Storage, Tx

TEAM = many("team", "On any of these teams.")
EVERYBODY = choice("everybody", ("true",), "Include people outside your teams.", type=Literal["true"])


class Colleague(Struct, frozen=True):
    """A staff member with their status, chats and teams.

    `since` is the start of the status, `held` the number of chats, and `free` the number of free slots. A chat with a
    silent customer takes no slot. A chat in wrap-up takes one. `teams` has the teams that the reader may see, or all
    teams if the query has `everybody`. The person takes no new chats from the teams in `paused`. `reason` is null if
    the person is in none of the reader's teams. `languages` has the codes of the languages that the person speaks.
    `today_by` is the name of the supervisor who changed the capacity or the teams for today. It is null where `reason`
    is.
    """

    staff: str
    name: str
    teams: list[str]
    status: Literal["available", "away", "offline"]
    reason: str | None
    since: str
    connected: bool
    held: int
    capacity: int
    free: int
    paused: list[str]
    languages: list[str]
    today_by: str | None


class SignOut(Struct, frozen=True, forbid_unknown_fields=True):
    """The body of `POST /api/staff/{id}/sign-out`.

    If `tokens` is true, the person's bearer tokens end too. Only admins may set it.
    """

    tokens: bool = False


class StatusChange(Struct, frozen=True, forbid_unknown_fields=True):
    """The body of `PATCH /api/staff/{id}`. `capacity` and `teams` hold until the end of the day. With `usual`, the
    values from before the change of today return at once, and `capacity` and `teams` must be left out.
    """

    status: Literal["away"] | None = None
    capacity: Annotated[int, Meta(ge=0, le=CAPACITY_MAX)] | None = None
    teams: (
        Annotated[list[Annotated[str, Meta(min_length=1, max_length=32, pattern=TEXT_PATTERN)]], Meta(max_length=100)]
        | None
    ) = None
    usual: bool = False


class SignedOut(Struct, frozen=True):
    """The number of sessions that ended."""

    sessions: int


class StaffApi(Api):
    def __init__(
        self,
        storage: Storage,
        people: People,
        routing: Dispatcher,
        teams: Teams,
        directing: Directing,
        day_changes: DayChanges,
    ) -> None:
        self._directing = directing
        self._day_changes = day_changes
        self._storage = storage
        self._people = people
        self._routing = routing
        self._teams = teams

    async def staff(self, call: Call) -> Response:
        asked, everybody = call.query[TEAM], call.query[EVERYBODY] is not None
        own = frozenset(self._teams.seen_by(call.actor))
        seen = frozenset(self._teams.open) if everybody else own
        wanted = seen.intersection(asked) if asked else seen
        agents = {agent.staff: agent for agent in self._routing.floor.agents()}

        def look(tx: Tx) -> list[Colleague]:
            people = [person for person in self._people.all_staff(tx) if any(person.sees(team) for team in wanted)]
            chosen = {choice.staff: choice for choice in store.choices(tx)}
            spoken = store.languages(tx)
            return [
                _colleague(one, agents.get(one.id), chosen.get(one.id), spoken.get(one.id, []), seen, own)
                for one in people
            ]

        return answer(await self._storage.read(look))

    async def sign_out(self, call: Call) -> Response:
        """End the person's sessions. Their connections are closed within two seconds."""
        wanted = await read_body(call.request, SignOut)
        if wanted.tokens and "admin" not in call.actor.roles:
            raise Refused("forbidden", "Only an admin can revoke someone's tokens.")
        count = await self._people.sign_out_person(call.actor, call.request.path_params["id"], and_tokens=wanted.tokens)
        return answer(SignedOut(count))

    async def change(self, call: Call) -> Response:
        wanted, staff = await read_body(call.request, StatusChange), call.request.path_params["id"]
        if wanted == StatusChange():
            said = "Name a status, a capacity or teams."
            raise Refused("invalid", said, {"status": said})
        if wanted.usual and (wanted.capacity is not None or wanted.teams is not None):
            said = "Change capacity and teams, or let the usual values return."
            raise Refused("invalid", said, {"usual": said})
        if wanted.usual:
            await self._day_changes.end(call.actor, staff)
        if wanted.capacity is not None or wanted.teams is not None:
            await self._day_changes.change(call.actor, staff, capacity=wanted.capacity, teams=wanted.teams)
        if wanted.status is not None:
            await self._directing.set_away(call.actor, staff)
        return Response(status_code=204)

    OPERATIONS = (
        Operation(
            method="GET",
            path="/api/staff",
            endpoint=staff,
            summary="List the people of your teams, or of all teams",
            needs=("read", "staff"),
            in_query=(TEAM, EVERYBODY),
            answers=(Answer(200, "Sorted by name.", list[Colleague]),),
        ),
        Operation(
            method="PATCH",
            path="/api/staff/{id}",
            endpoint=change,
            summary="Set an agent of your teams to away, or change capacity and teams for today",
            needs=("supervise", "chats"),
            in_path=(Parameter("id", str, "Id of the agent."),),
            body=StatusChange,
            answers=(Answer(204, "The agent is changed, and is told.", media_type=None),),
            errors=("conflict",),
        ),
        Operation(
            method="POST",
            path="/api/staff/{id}/sign-out",
            endpoint=sign_out,
            summary="Sign a staff member out everywhere",
            needs=("change", "staff"),
            in_path=(Parameter("id", str, "Id of the person."),),
            body=SignOut,
            answers=(Answer(200, "Their sessions have ended.", SignedOut),),
        ),
    )


def _colleague(
    person: Actor,
    here: Agent | None,
    chosen: Choice | None,
    languages: list[str],
    seen: Collection[str],
    own: Collection[str],
) -> Colleague:
    teams = {team for team in seen if person.sees(team)}
    choice = here.choice if here is not None else chosen or Choice(staff=person.id)
    is_own = any(person.sees(team) for team in own)
    return Colleague(
        staff=person.id,
        name=person.name or "",
        teams=sorted(teams),
        status=choice.status,
        reason=choice.reason if is_own else None,
        since=rfc3339(choice.since),
        connected=here is not None and here.connected,
        held=len(here.held) if here is not None else 0,
        capacity=choice.capacity,
        free=here.free if here is not None else choice.capacity,
        paused=sorted(choice.paused & teams),
        languages=languages,
        today_by=choice.today_by if is_own else None,
    )
