"""Sign-in, sign-out, and who am I."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct
from starlette.requests import Request
from starlette.responses import Response

import identity.errors
from clock import rfc3339
from identity.actor import Actor
from identity.devices import VALID_MS
from identity.ports import FailedSignIns
from server.api.bodies import answer, read_body
from server.api.registry import ANYONE, STAFF, USERS, Answer, Operation
from server.authentication import (
    SESSION_COOKIE,
    desk_of,
    device_cookie,
    origin_allowed,
    place_of,
    refuse_foreign_origin,
    required,
)
from server.connected import while_connected
from server.problems import Refused


class SignIn(Struct, frozen=True, forbid_unknown_fields=True):
    """The body of `POST /api/session`."""

    email: Annotated[str, Meta(max_length=254)]
    password: Annotated[str, Meta(max_length=4_096)]
    totp: Annotated[str, Meta(max_length=16)] | None = None
    """The code of the authenticator app, where the answer without one has a field `totp`."""


class Failures(Struct, frozen=True):
    """Somebody failed to sign in as this person: `count` times since `since`, the last time from `last_network`."""

    count: int
    since: str
    last_at: str
    last_network: str | None


class Me(Struct, frozen=True):
    """Who asks. `role` and `teams` are of staff; a supervisor on no team is one of all. `totp` says whether a
    one-time code is asked for when they sign in. `failed_sign_ins` is there from ten failures in an hour on, until it
    was seen (`DELETE /api/me/failed-sign-ins`)."""

    kind: str
    id: str
    name: str | None
    email: str | None
    role: str | None
    teams: list[str]
    totp: bool
    failed_sign_ins: Failures | None


async def sign_in(request: Request) -> Response:
    """`POST /api/session` → who signed in, and the cookie."""
    desk = desk_of(request)
    if not origin_allowed(request, desk.settings):
        desk.refusals.note("origin", place_of(request))
        raise Refused("forbidden", "Sign-in is only taken from our own pages: this request names a foreign `Origin`.")
    wanted = await read_body(request, SignIn)
    place, agent = place_of(request), request.headers.get("user-agent")
    device = request.cookies.get(device_cookie(desk.settings))
    try:
        signed_in = await while_connected(
            request, desk.people.sign_in(wanted.email, wanted.password, place, agent, wanted.totp, device)
        )
    except identity.errors.Refused as refused:
        desk.metrics.sign_ins.labels(refused.code).inc()
        raise
    desk.metrics.sign_ins.labels("ok").inc()
    response = answer(_me(signed_in.actor, totp=signed_in.second_factor, failed=signed_in.failed))
    response.set_cookie(
        SESSION_COOKIE,
        signed_in.cookie,
        max_age=(signed_in.expires_at - desk.clock()) // 1000,
        path="/",
        secure=desk.settings.base_url.startswith("https:"),
        httponly=True,
        samesite="lax",
    )
    response.set_cookie(
        device_cookie(desk.settings),
        signed_in.device,
        max_age=VALID_MS // 1000,
        path="/",
        secure=desk.settings.base_url.startswith("https:"),
        httponly=True,
        samesite="strict",
    )
    return response


async def sign_out(request: Request) -> Response:
    """`DELETE /api/session` → 204, whether there was a session or not."""
    desk = desk_of(request)
    if (cookie := request.cookies.get(SESSION_COOKIE)) is not None:
        refuse_foreign_origin(request)
        await desk.people.sign_out(cookie)
    response = Response(status_code=204, headers={"Cache-Control": "no-store"})
    response.delete_cookie(
        SESSION_COOKIE,
        path="/",
        secure=desk.settings.base_url.startswith("https:"),
        httponly=True,
        samesite="lax",
    )
    return response


async def me(request: Request) -> Response:
    """`GET /api/me`."""
    actor, desk = await required(request, "read", "itself"), desk_of(request)
    if actor.kind != "staff":
        return answer(_me(actor))
    totp = await desk.storage.read(lambda tx: desk.people.second_factors.is_on(tx, actor.id))
    return answer(_me(actor, totp=totp, failed=await desk.people.failed_sign_ins(actor)))


async def failures_seen(request: Request) -> Response:
    """`DELETE /api/me/failed-sign-ins` → 204: one has seen them."""
    actor = await required(request, "change", "itself")
    await desk_of(request).people.failed_sign_ins_seen(actor)
    return Response(status_code=204, headers={"Cache-Control": "no-store"})


def _me(actor: Actor, *, totp: bool = False, failed: FailedSignIns | None = None) -> Me:
    told = (
        Failures(failed.count, rfc3339(failed.since), rfc3339(failed.last_at), failed.last_network) if failed else None
    )
    return Me(actor.kind, actor.id, actor.name, actor.email, actor.role, sorted(actor.teams), totp, told)


OPERATIONS = (
    Operation(
        method="POST",
        path="/api/session",
        endpoint=sign_in,
        summary="Sign in",
        callers=ANYONE,
        body=SignIn,
        answers=(
            Answer(200, "Who signed in; the session is in the cookie.", Me, headers={"Set-Cookie": "The session."}),
        ),
        errors=("unauthorized",),
    ),
    Operation(
        method="DELETE",
        path="/api/session",
        endpoint=sign_out,
        summary="Sign out",
        callers=ANYONE,
        answers=(Answer(204, "There is no session any more.", media_type=None),),
    ),
    Operation(
        method="GET",
        path="/api/me",
        endpoint=me,
        summary="Who am I?",
        callers=USERS,
        answers=(Answer(200, "Who asks.", Me),),
    ),
    Operation(
        method="DELETE",
        path="/api/me/failed-sign-ins",
        endpoint=failures_seen,
        summary="Dismiss the notice of failed sign-ins",
        callers=STAFF,
        answers=(Answer(204, "It is shown no more.", media_type=None),),
    ),
)
