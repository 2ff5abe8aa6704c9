"""`/scim/v2/`: staff and teams for identity providers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, TypeVar

import msgspec
from msgspec import Meta
from starlette.requests import Request
from starlette.responses import Response

from identity.permissions import Thing, Verb
from identity.provisioning import ProvisionedPerson, ProvisionedTeam, WantedPerson, WantedTeam
from refusals import Refused
from server.edge.api.bodies import read_body
from server.edge.api.queries import Parameter, text
from server.edge.api.registry import JSON, Answer, Api, Call, Operation
from server.edge.problems import SCIM_JSON
from server.edge.scim import bodies, shapes
from server.edge.scim.bodies import ScimGroup, ScimPatch, ScimUser
from server.edge.scim.filters import matches, terms_of
from server.edge.scim.patching import patched
from server.edge.scim.shapes import PAGE_MAX, Said
from server.live.administration.provisioning import Provisioning
from texts.numbers import whole_number

T = TypeVar("T")
_ID = (Parameter("id", Annotated[str, Meta(min_length=1, max_length=100)], "The id of the resource."),)
_FILTER = text("filter", 'Attributes with `eq`, joined by `and`: `userName eq "ada@desk.example"`.')
_START = text("startIndex", "The first resource of the page, from 1.")
_COUNT = text("count", f"At most so many resources, {PAGE_MAX} at most.")
_ATTRIBUTES = text("attributes", "Attributes to show, with commas between them.")
_EXCLUDED = text("excludedAttributes", "Attributes to leave out.")
_SHOWN = (_ATTRIBUTES, _EXCLUDED)
_LISTED = (_FILTER, _START, _COUNT, *_SHOWN)
_MAY: tuple[Verb, Thing] = ("provision", "people")


class ScimApi(Api):
    def __init__(self, provisioning: Provisioning, base_url: str | None) -> None:
        self._provisioning = provisioning
        self._base_url = base_url

    # -- users ------------------------------------------------------------------------

    async def users(self, call: Call) -> Response:
        people = await self._provisioning.people(call.actor)
        return self._page(call, await self._users(call, people))

    async def user(self, call: Call) -> Response:
        return await self._user(call, await self._provisioning.person(call.actor, _id(call)))

    async def add_user(self, call: Call) -> Response:
        wanted = bodies.wanted_person(await _read(call.request, ScimUser))
        added = await self._provisioning.create(call.actor, wanted)
        return await self._user(call, added, status=201)

    async def put_user(self, call: Call) -> Response:
        wanted = bodies.wanted_person(await _read(call.request, ScimUser))
        return await self._change_user(call, lambda _: wanted)

    async def patch_user(self, call: Call) -> Response:
        changes = bodies.changes_of(await _read(call.request, ScimPatch))

        def changed(person: ProvisionedPerson) -> WantedPerson:
            after = patched(bodies.person_attributes(person), changes, bodies.USER_ATTRIBUTES)
            return bodies.wanted_person(bodies.as_user(after))

        return await self._change_user(call, changed)

    async def remove_user(self, call: Call) -> Response:
        await self._provisioning.remove(call.actor, _id(call))
        return Response(status_code=204)

    async def _change_user(self, call: Call, changed: Callable[[ProvisionedPerson], WantedPerson]) -> Response:
        return await self._user(call, await self._provisioning.change(call.actor, _id(call), changed))

    async def _user(self, call: Call, person: ProvisionedPerson, status: int = 200) -> Response:
        (said,) = await self._users(call, [person])
        return _answer(_shown(call, said), status, _location(said) if status == 201 else None)

    async def _users(self, call: Call, people: Sequence[ProvisionedPerson]) -> list[Said]:
        names = {team.key: team.name for team in await self._provisioning.teams(call.actor)}
        return [shapes.user_resource(person, self._origin(call.request), names) for person in people]

    # -- groups -----------------------------------------------------------------------

    async def groups(self, call: Call) -> Response:
        teams = await self._provisioning.teams(call.actor)
        return self._page(call, [shapes.group_resource(team, self._origin(call.request)) for team in teams])

    async def group(self, call: Call) -> Response:
        for team in await self._provisioning.teams(call.actor):
            if team.key == _id(call):
                return self._group(call, team)
        raise Refused("not_found", "There is no such group.")

    async def add_group(self, call: Call) -> Response:
        """Refused: a team needs hours and products, which a provider does not know."""
        name = (await _read(call.request, ScimGroup)).display_name or ""
        if any(team.name.casefold() == name.casefold() for team in await self._provisioning.teams(call.actor)):
            raise Refused("conflict", "There is a group of this name. Change its members.", {"displayName": "In use."})
        sentence = f"There is no team {name[:80]!r}. An admin adds teams at /admin/teams."
        raise Refused("invalid", sentence, {"displayName": sentence})

    async def put_group(self, call: Call) -> Response:
        wanted = bodies.wanted_team(await _read(call.request, ScimGroup))
        return await self._change_group(call, lambda _: wanted)

    async def patch_group(self, call: Call) -> Response:
        changes = bodies.changes_of(await _read(call.request, ScimPatch))

        def changed(team: ProvisionedTeam) -> WantedTeam:
            after = patched(bodies.team_attributes(team), changes, bodies.GROUP_ATTRIBUTES)
            return bodies.wanted_team(bodies.as_group(after))

        return await self._change_group(call, changed)

    async def _change_group(self, call: Call, changed: Callable[[ProvisionedTeam], WantedTeam]) -> Response:
        return self._group(call, await self._provisioning.change_team(call.actor, _id(call), changed))

    def _group(self, call: Call, team: ProvisionedTeam) -> Response:
        return _answer(_shown(call, shapes.group_resource(team, self._origin(call.request))))

    # -- what the desk says of itself -----------------------------------------------------

    async def service_provider(self, call: Call) -> Response:
        return _answer(shapes.service_provider(self._origin(call.request)))

    async def resource_types(self, call: Call) -> Response:
        return self._all(shapes.resource_types(self._origin(call.request)))

    async def resource_type(self, call: Call) -> Response:
        return _one(shapes.resource_types(self._origin(call.request)), _id(call))

    async def schemas(self, call: Call) -> Response:
        return self._all(shapes.schemas(self._origin(call.request)))

    async def schema(self, call: Call) -> Response:
        return _one(shapes.schemas(self._origin(call.request)), _id(call))

    # -- lists ------------------------------------------------------------------------

    def _page(self, call: Call, resources: Sequence[Said]) -> Response:
        wanted = call.query[_FILTER]
        terms = terms_of(wanted) if wanted else ()
        found = [one for one in resources if matches(one, terms)]
        start = max(1, whole_number(call.query[_START] or "") or 1)
        asked = whole_number(call.query[_COUNT] or "")
        count = PAGE_MAX if asked is None else min(asked, PAGE_MAX)
        part = [_shown(call, one) for one in found[start - 1 :][:count]]
        return _answer(shapes.listed(part, len(found), start))

    def _all(self, resources: Sequence[Said]) -> Response:
        return _answer(shapes.listed(resources, len(resources), 1))

    def _origin(self, request: Request) -> str:
        return self._base_url or str(request.base_url).rstrip("/")

    OPERATIONS = (
        Operation(
            method="GET",
            path="/scim/v2/Users",
            endpoint=users,
            summary="List staff",
            needs=_MAY,
            in_query=_LISTED,
            answers=(Answer(200, "A page of users, by name.", media_type=SCIM_JSON),),
        ),
        Operation(
            method="POST",
            path="/scim/v2/Users",
            endpoint=add_user,
            summary="Add a person",
            needs=_MAY,
            in_query=_SHOWN,
            body=ScimUser,
            answers=(Answer(201, "The user.", media_type=SCIM_JSON),),
            errors=("conflict",),
        ),
        Operation(
            method="GET",
            path="/scim/v2/Users/{id}",
            endpoint=user,
            summary="Read a person",
            needs=_MAY,
            in_path=_ID,
            in_query=_SHOWN,
            answers=(Answer(200, "The user.", media_type=SCIM_JSON),),
            errors=("not_found",),
        ),
        Operation(
            method="PUT",
            path="/scim/v2/Users/{id}",
            endpoint=put_user,
            summary="Replace a person",
            needs=_MAY,
            in_path=_ID,
            in_query=_SHOWN,
            body=ScimUser,
            answers=(Answer(200, "The user.", media_type=SCIM_JSON),),
            errors=("not_found", "conflict"),
        ),
        Operation(
            method="PATCH",
            path="/scim/v2/Users/{id}",
            endpoint=patch_user,
            summary="Change a person",
            needs=_MAY,
            in_path=_ID,
            in_query=_SHOWN,
            body=ScimPatch,
            answers=(Answer(200, "The user.", media_type=SCIM_JSON),),
            errors=("not_found", "conflict"),
        ),
        Operation(
            method="DELETE",
            path="/scim/v2/Users/{id}",
            endpoint=remove_user,
            summary="Remove a person",
            needs=_MAY,
            in_path=_ID,
            answers=(Answer(204, "The person is disabled.", media_type=None),),
            errors=("not_found", "conflict"),
        ),
        Operation(
            method="GET",
            path="/scim/v2/Groups",
            endpoint=groups,
            summary="List teams",
            needs=_MAY,
            in_query=_LISTED,
            answers=(Answer(200, "A page of groups.", media_type=SCIM_JSON),),
        ),
        Operation(
            method="POST",
            path="/scim/v2/Groups",
            endpoint=add_group,
            summary="Name a team that is there",
            needs=_MAY,
            body=ScimGroup,
            answers=(Answer(201, "Never: an admin adds teams.", media_type=SCIM_JSON),),
            errors=("conflict",),
        ),
        Operation(
            method="GET",
            path="/scim/v2/Groups/{id}",
            endpoint=group,
            summary="Read a team",
            needs=_MAY,
            in_path=_ID,
            in_query=_SHOWN,
            answers=(Answer(200, "The group.", media_type=SCIM_JSON),),
            errors=("not_found",),
        ),
        Operation(
            method="PUT",
            path="/scim/v2/Groups/{id}",
            endpoint=put_group,
            summary="Replace the people of a team",
            needs=_MAY,
            in_path=_ID,
            in_query=_SHOWN,
            body=ScimGroup,
            answers=(Answer(200, "The group.", media_type=SCIM_JSON),),
            errors=("not_found", "conflict"),
        ),
        Operation(
            method="PATCH",
            path="/scim/v2/Groups/{id}",
            endpoint=patch_group,
            summary="Change the people of a team",
            needs=_MAY,
            in_path=_ID,
            in_query=_SHOWN,
            body=ScimPatch,
            answers=(Answer(200, "The group.", media_type=SCIM_JSON),),
            errors=("not_found", "conflict"),
        ),
        Operation(
            method="GET",
            path="/scim/v2/ServiceProviderConfig",
            endpoint=service_provider,
            summary="Read what the desk serves of SCIM",
            needs=_MAY,
            answers=(Answer(200, "The features.", media_type=SCIM_JSON),),
        ),
        Operation(
            method="GET",
            path="/scim/v2/ResourceTypes",
            endpoint=resource_types,
            summary="List the kinds of resources",
            needs=_MAY,
            answers=(Answer(200, "The kinds.", media_type=SCIM_JSON),),
        ),
        Operation(
            method="GET",
            path="/scim/v2/ResourceTypes/{id}",
            endpoint=resource_type,
            summary="Read a kind of resources",
            needs=_MAY,
            in_path=_ID,
            answers=(Answer(200, "The kind.", media_type=SCIM_JSON),),
            errors=("not_found",),
        ),
        Operation(
            method="GET",
            path="/scim/v2/Schemas",
            endpoint=schemas,
            summary="List the schemas",
            needs=_MAY,
            answers=(Answer(200, "The schemas.", media_type=SCIM_JSON),),
        ),
        Operation(
            method="GET",
            path="/scim/v2/Schemas/{id}",
            endpoint=schema,
            summary="Read a schema",
            needs=_MAY,
            in_path=_ID,
            answers=(Answer(200, "The schema.", media_type=SCIM_JSON),),
            errors=("not_found",),
        ),
    )


async def _read(request: Request, type_: type[T]) -> T:
    return await read_body(request, type_, media_types=(SCIM_JSON, JSON))


def _answer(said: Said, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    known = {"Cache-Control": "no-store", **(headers or {})}
    return Response(msgspec.json.encode(said), status, known, SCIM_JSON)


def _one(resources: Sequence[Said], id_: str) -> Response:
    for said in resources:
        if said["id"] == id_:
            return _answer(said)
    raise Refused("not_found", "There is no such resource.")


def _shown(call: Call, said: Said) -> Said:
    return shapes.narrowed(said, call.query[_ATTRIBUTES], call.query[_EXCLUDED])


def _location(said: Said) -> dict[str, str]:
    meta = said["meta"]
    assert isinstance(meta, dict), "every resource has it"
    return {"Location": meta["location"]}


def _id(call: Call) -> str:
    id_: str = call.request.path_params["id"]
    return id_
