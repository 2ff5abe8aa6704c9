"""`/api/admin/teams` and `/api/admin/products`: teams and products in the hours file."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType, structs
from starlette.responses import Response

from routing.hours_changes import Key
from server.edge.api.admin_hours import LastSaved, saved_of, version_of
from server.edge.api.bodies import answer, read_body
from server.edge.api.queries import Parameter
from server.edge.api.registry import Answer, Api, Call, Operation
from server.live.hours.hours_editing import HoursEditing
from server.live.hours.team_editing import TeamEditing

Text = Annotated[str, Meta(min_length=1, max_length=100)]
Address = Annotated[str, Meta(min_length=3, max_length=200)]
Seconds = Annotated[int, Meta(ge=1, le=86_400)]
Products = Annotated[list[Text], Meta(min_length=1, max_length=50)]
TEAM = Parameter("id", Key, "Key of the team.")


class TeamFields(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The body of `PATCH /api/admin/teams/{id}`. Null sets a value back to its default.

    With `own_hours`, the team gets a new schedule, which is a copy of `schedule`, or of its present schedule.
    """

    name: Text | UnsetType = UNSET
    schedule: Key | UnsetType = UNSET
    topic: Text | None | UnsetType = UNSET
    email: Address | None | UnsetType = UNSET
    published_as: Text | None | UnsetType = UNSET
    own_hours: bool = False
    products: Products | None | UnsetType = UNSET
    wait_target_s: Seconds | UnsetType = UNSET
    first_reply_s: Seconds | UnsetType = UNSET
    assign: Literal["auto", "offer"] | UnsetType = UNSET
    offer_s: Seconds | UnsetType = UNSET
    retired: bool | UnsetType = UNSET
    successor: Key | None | UnsetType = UNSET


class NewTeam(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The body of `POST /api/admin/teams`. `team` is the key, which never changes.

    With `own_hours`, the team gets a new schedule, which is a copy of `schedule`. Without `products`, it has the
    `default_products` of `GET /api/admin/teams`.
    """

    team: Key
    name: Text
    schedule: Key
    topic: Text | None = None
    email: Address | None = None
    own_hours: bool = False
    products: Products | None = None


class ProductTeams(Struct, frozen=True, forbid_unknown_fields=True):
    """The body of `PUT /api/admin/products`: the teams of a product. `name` renames it. With `is_new`, there must
    be no such product yet."""

    product: Text
    teams: Annotated[list[Key], Meta(max_length=200)]
    name: Text | None = None
    is_new: bool = False


class TeamOfFile(Struct, frozen=True):
    """A team of the hours file, with the number of its people and tickets."""

    team: str
    name: str
    topic: str
    email: str | None
    published_as: str
    schedule: str
    products: list[str]
    wait_target_s: int
    first_reply_s: int
    assign: str
    offer_s: int
    retired: bool
    successor: str | None
    people: int
    tickets: int


class AdminTeams(Struct, frozen=True):
    """All teams, retired ones included. `read_only` says why they cannot be changed here. `saved` is as in
    `/api/admin/hours`. `default_products` are the products of a team that lists none."""

    version: str | None
    saved: LastSaved | None
    read_only: str | None
    schedules: list[str]
    default_team: str
    default_products: list[str]
    teams: list[TeamOfFile]


class SavedFile(Struct, frozen=True):
    """The new version of the hours file."""

    version: str


class AdminTeamsApi(Api):
    def __init__(self, hours: HoursEditing, editing: TeamEditing) -> None:
        self._hours = hours
        self._editing = editing

    async def teams(self, call: Call) -> Response:
        standing = await self._hours.standing()
        people, tickets = await self._editing.uses()
        desk = standing.desk
        teams = [
            TeamOfFile(
                team=one.key,
                people=people.get(one.key, 0),
                tickets=tickets.get(one.key, 0),
                products=list(one.products),
                **{name: getattr(one, name) for name in _COPIED},
            )
            for one in desk.teams.values()
        ]
        saved, schedules = saved_of(call.actor, standing), list(desk.schedules)
        view = AdminTeams(
            version=standing.version,
            saved=saved,
            read_only=standing.read_only,
            schedules=schedules,
            default_team=desk.default_team,
            default_products=list(desk.default_products),
            teams=teams,
        )
        return answer(view, headers={} if standing.version is None else {"ETag": f'"{standing.version}"'})

    async def add(self, call: Call) -> Response:
        wanted = await read_body(call.request, NewTeam)
        values = {name: value for name, value in structs.asdict(wanted).items() if name not in ("team", "own_hours")}
        version, own = version_of(call.request), wanted.own_hours
        return _saved(await self._editing.add(call.actor, wanted.team, values, version, own_hours=own), 201)

    async def change(self, call: Call) -> Response:
        wanted = await read_body(call.request, TeamFields)
        values = {name: value for name, value in structs.asdict(wanted).items() if value is not UNSET}
        own = bool(values.pop("own_hours"))
        key, version = call.request.path_params["id"], version_of(call.request)
        return _saved(await self._editing.change(call.actor, key, values, version, own_hours=own))

    async def set_product(self, call: Call) -> Response:
        wanted = await read_body(call.request, ProductTeams)
        name, version = wanted.name or wanted.product, version_of(call.request)
        product, teams, is_new = wanted.product, wanted.teams, wanted.is_new
        return _saved(await self._editing.set_product(call.actor, product, name, teams, version, is_new=is_new))

    OPERATIONS = (
        Operation(
            method="GET",
            path="/api/admin/teams",
            endpoint=teams,
            summary="List all teams with their settings",
            needs=("read", "teams"),
            answers=(Answer(200, "The teams.", AdminTeams),),
            etag=True,
        ),
        Operation(
            method="POST",
            path="/api/admin/teams",
            endpoint=add,
            summary="Add a team",
            needs=("change", "teams"),
            body=NewTeam,
            answers=(Answer(201, "The team is in the hours file.", SavedFile),),
            errors=("conflict",),
            if_match=True,
            etag=True,
        ),
        Operation(
            method="PATCH",
            path="/api/admin/teams/{id}",
            endpoint=change,
            summary="Change or retire a team",
            needs=("change", "teams"),
            in_path=(TEAM,),
            body=TeamFields,
            answers=(Answer(200, "The team has changed.", SavedFile),),
            errors=("conflict",),
            if_match=True,
            etag=True,
        ),
        Operation(
            method="PUT",
            path="/api/admin/products",
            endpoint=set_product,
            summary="Add, rename or remove a product of teams",
            needs=("change", "teams"),
            body=ProductTeams,
            answers=(Answer(200, "The teams have these products.", SavedFile),),
            errors=("conflict",),
            if_match=True,
            etag=True,
        ),
    )


_COPIED = (
    "name",
    "topic",
    "email",
    "published_as",
    "schedule",
    "wait_target_s",
    "first_reply_s",
    "assign",
    "offer_s",
    "retired",
    "successor",
)


def _saved(version: str, status: int = 200) -> Response:
    return answer(SavedFile(version), status=status, headers={"ETag": f'"{version}"'})
