"""The calls of the learning center: resources, plans, playlists, progress, live sessions and registrations."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Annotated

from msgspec import Meta, Struct
from starlette.requests import Request
from starlette.responses import Response

from clock import Clock, rfc3339
from learning.booking import Place
from learning.catalogue import Plan, Resource, ResourceKind, SessionKind
from learning.playlist import ITEMS_MAX, TITLE_MAX, Playlist
from learning.ports import Listed
from learning.sessions import Registrant, Standing
from refusals import Refused
from server.edge.api.bodies import answer, read_body
from server.edge.api.queries import Parameter, choice, text
from server.edge.api.registry import Answer, Api, Call, Operation
from server.edge.authentication import host_of
from server.live.learning.learning_center import LearningCenter
from storage.ports import Storage, Tx
from texts.numbers import whole_number

_PLATFORM = text("platform", "Only of this platform.")
_TOPIC = text("topic", "Only on the topic with this key.")
_KINDS: tuple[ResourceKind, ...] = ("document", "video", "course", "quick_card", "recording")
_SESSION_KINDS: tuple[SessionKind, ...] = ("webinar", "class")
_KIND = choice("kind", _KINDS, "Only of this kind.")
_SESSION_KIND = choice("kind", _SESSION_KINDS, "Only of this kind.")
_ID = Parameter("id", Annotated[int, Meta(ge=1)], "Id of the session.")
_PLAYLIST = Parameter("id", Annotated[str, Meta(max_length=100)], "Secret address of the playlist.")
_THING = Parameter("kind", str, "Kind of the item: `resource` or `session`.")
_KEY = Parameter("id", Annotated[str, Meta(max_length=100)], "Key of the resource, or of the series of sessions.")
Title = Annotated[str, Meta(max_length=TITLE_MAX)]
Items = Annotated[list[Annotated[int, Meta(ge=1, le=2**53)]], Meta(min_length=1, max_length=ITEMS_MAX)]


class ResourceView(Struct, frozen=True, kw_only=True):
    id: int
    key: str
    kind: ResourceKind
    title: str
    url: str
    minutes: int
    platform: str
    topics: list[str]
    locale: str


class ResourcesView(Struct, frozen=True):
    resources: list[ResourceView]


class PlanView(Struct, frozen=True, kw_only=True):
    id: int
    key: str
    role: str
    title: str
    platform: str
    stages: list[str]
    steps: int


class PlansView(Struct, frozen=True):
    plans: list[PlanView]


class PlaylistView(Struct, frozen=True, kw_only=True):
    id: str
    """The secret address. Whoever knows it sees the list."""
    title: str
    items: list[int]
    own: bool


class PlaylistsView(Struct, frozen=True):
    playlists: list[PlaylistView]


class PlaylistWanted(Struct, frozen=True, forbid_unknown_fields=True):
    items: Items
    title: Title = ""


class PlaylistChange(Struct, frozen=True, forbid_unknown_fields=True):
    title: Annotated[str, Meta(min_length=1, max_length=TITLE_MAX)] | None = None
    items: Items | None = None


class SessionView(Struct, frozen=True, kw_only=True):
    id: int
    series: str
    kind: SessionKind
    title: str
    starts_at: str
    ends_at: str
    platform: str
    locale: str
    capacity: int
    places_left: int
    waiting: int


class SessionsView(Struct, frozen=True):
    sessions: list[SessionView]


class RegistrationView(Struct, frozen=True, kw_only=True):
    session: int
    standing: Standing
    number: int | None
    """The place on the waiting list. Null for everybody else."""
    offered_until: str | None


class Done(Struct, frozen=True, forbid_unknown_fields=True):
    done: bool


class LearningApi(Api):
    def __init__(self, clock: Clock, storage: Storage, center: LearningCenter) -> None:
        self._clock = clock
        self._storage = storage
        self._center = center

    async def resources(self, call: Call) -> Response:
        platform, topic, kind = call.query[_PLATFORM], call.query[_TOPIC], call.query[_KIND]
        catalogue = await self._storage.read(self._center.library.catalogue)
        found = [
            one
            for one in catalogue.published
            if (not platform or one.platform in ("", platform))
            and (not topic or topic in one.topics)
            and (kind is None or one.kind == kind)
        ]
        return answer(ResourcesView([resource_view(one) for one in found]))

    async def plans(self, call: Call) -> Response:
        return answer(PlansView([_plan(one) for one in await self._storage.read(self._center.library.plans)]))

    async def sessions(self, call: Call) -> Response:
        kind, now = call.query[_SESSION_KIND], self._clock()
        listed = await self._storage.read(lambda tx: self._center.planning.listed(tx, now, kind))
        return answer(SessionsView([session_view(one) for one in listed]))

    async def register(self, call: Call) -> Response:
        actor, id_, now = call.actor, _session_of(call.request), self._clock()
        if actor.email is None:
            raise Refused("forbidden", "Your account has no email address. Register on the page.")
        who = Registrant(
            person=actor.customer, name=actor.name or actor.email, address=actor.email, origin=host_of(call.request)
        )
        async with self._center.turns.turn():
            place = await self._storage.write(lambda tx: self._center.booking.register(tx, id_, who, now))
        return answer(registration_view(place), status=201)

    async def leave(self, call: Call) -> Response:
        actor, id_, booking, now = call.actor, _session_of(call.request), self._center.booking, self._clock()

        def leave(tx: Tx) -> Place:
            return booking.leave(tx, booking.own_in(tx, actor.ids, id_).id, now)

        return answer(registration_view(await self._storage.write(leave)))

    async def progress(self, call: Call) -> Response:
        actor, now, wanted = call.actor, self._clock(), await read_body(call.request, Done)
        key = f"{call.request.path_params['kind']}:{call.request.path_params['id']}"
        finish, person = self._center.library.finish, actor.customer
        await self._storage.write(lambda tx: finish(tx, person, actor.ids, key, done=wanted.done, now=now))
        return Response(status_code=204)

    async def add_playlist(self, call: Call) -> Response:
        wanted, now, id_ = await read_body(call.request, PlaylistWanted), self._clock(), secrets.token_urlsafe(16)
        owner, compose = call.actor.customer, self._center.library.compose
        made = await self._storage.write(lambda tx: compose(tx, owner, id_, wanted.title, wanted.items, now))
        return answer(playlist_view(made, own=True), status=201)

    async def playlists(self, call: Call) -> Response:
        persons, own = call.actor.ids, self._center.library.playlists
        found = await self._storage.read(lambda tx: own(tx, persons))
        return answer(PlaylistsView([playlist_view(one, own=True) for one in found]))

    async def playlist(self, call: Call) -> Response:
        id_, persons = str(call.request.path_params["id"]), call.actor.ids
        shown = await self._storage.read(lambda tx: self._center.library.playlist(tx, id_, persons))
        return answer(playlist_view(shown.playlist, own=shown.own))

    async def change_playlist(self, call: Call) -> Response:
        wanted, now, id_ = await read_body(call.request, PlaylistChange), self._clock(), call.request.path_params["id"]
        change, persons = self._center.library.change, call.actor.ids
        made = await self._storage.write(lambda tx: change(tx, id_, persons, wanted.title, wanted.items, now))
        return answer(playlist_view(made, own=True))

    OPERATIONS = (
        Operation(
            method="GET",
            path="/api/learning",
            endpoint=resources,
            summary="List the resources of the learning center",
            in_query=(_PLATFORM, _TOPIC, _KIND),
            answers=(Answer(200, "The resources, in the order of the page.", ResourcesView),),
        ),
        Operation(
            method="GET",
            path="/api/plans",
            endpoint=plans,
            summary="List the learning plans",
            answers=(Answer(200, "The plans, in the order of the page.", PlansView),),
        ),
        Operation(
            method="GET",
            path="/api/sessions",
            endpoint=sessions,
            summary="List the webinars and classes to come",
            in_query=(_SESSION_KIND,),
            answers=(Answer(200, "The sessions, earliest first.", SessionsView),),
        ),
        Operation(
            method="POST",
            path="/api/sessions/{id}/registration",
            endpoint=register,
            summary="Register for a session. Repeats without effect",
            needs=("change", "learning"),
            identified=True,
            in_path=(_ID,),
            answers=(Answer(201, "A place, or a place on the waiting list.", RegistrationView),),
            errors=("conflict",),
        ),
        Operation(
            method="DELETE",
            path="/api/sessions/{id}/registration",
            endpoint=leave,
            summary="Give up a place, decline an offer, or leave the waiting list",
            needs=("change", "learning"),
            identified=True,
            in_path=(_ID,),
            answers=(Answer(200, "The cancelled registration.", RegistrationView),),
            errors=("conflict",),
        ),
        Operation(
            method="PUT",
            path="/api/progress/{kind}/{id}",
            endpoint=progress,
            summary="Keep that you have finished an item, or have not",
            needs=("change", "learning"),
            identified=True,
            in_path=(_THING, _KEY),
            body=Done,
            answers=(Answer(204, "It is kept.", media_type=None),),
        ),
        Operation(
            method="GET",
            path="/api/playlists",
            endpoint=playlists,
            summary="List your playlists",
            needs=("change", "learning"),
            answers=(Answer(200, "Your playlists. The one changed last comes first.", PlaylistsView),),
        ),
        Operation(
            method="POST",
            path="/api/playlists",
            endpoint=add_playlist,
            summary="Build a playlist of resources, in the given order",
            needs=("change", "learning"),
            body=PlaylistWanted,
            answers=(Answer(201, "The playlist.", PlaylistView),),
        ),
        Operation(
            method="GET",
            path="/api/playlists/{id}",
            endpoint=playlist,
            summary="Show a playlist",
            needs=("change", "learning"),
            in_path=(_PLAYLIST,),
            answers=(Answer(200, "The playlist, without anybody's progress.", PlaylistView),),
        ),
        Operation(
            method="PATCH",
            path="/api/playlists/{id}",
            endpoint=change_playlist,
            summary="Give your playlist another title, or other items in another order",
            needs=("change", "learning"),
            in_path=(_PLAYLIST,),
            body=PlaylistChange,
            answers=(Answer(200, "The playlist.", PlaylistView),),
        ),
    )


def _session_of(request: Request) -> int:
    number = whole_number(request.path_params["id"])
    if number is None:
        raise Refused("not_found", "There is no such session.")
    return number


def resource_view(one: Resource) -> ResourceView:
    return ResourceView(
        id=one.id,
        key=one.source,
        kind=one.kind,
        title=one.title,
        url=one.address,
        minutes=one.minutes,
        platform=one.platform,
        topics=list(one.topics),
        locale=one.locale,
    )


def _plan(one: Plan) -> PlanView:
    stages: Sequence[str] = [stage.title for stage in one.stages]
    return PlanView(
        id=one.id,
        key=one.source,
        role=one.role,
        title=one.title,
        platform=one.platform,
        stages=list(stages),
        steps=len(one.items),
    )


def playlist_view(one: Playlist, *, own: bool) -> PlaylistView:
    return PlaylistView(id=one.id, title=one.title, items=list(one.items), own=own)


def session_view(one: Listed) -> SessionView:
    session = one.session
    return SessionView(
        id=session.id,
        series=session.series,
        kind=session.kind,
        title=session.title,
        starts_at=rfc3339(session.starts_at),
        ends_at=rfc3339(session.ends_at),
        platform=session.platform,
        locale=session.locale,
        capacity=session.capacity,
        places_left=one.seats.left,
        waiting=one.seats.waiting,
    )


def registration_view(place: Place) -> RegistrationView:
    until = place.registration.offered_until
    return RegistrationView(
        session=place.session.id,
        standing=place.registration.standing,
        number=place.number or None,
        offered_until=rfc3339(until) if until is not None else None,
    )
