"""Sign-in, sign-out, and who am I."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from msgspec import Meta, Struct
from starlette.requests import Request
from starlette.responses import Response

from clock import rfc3339
from identity import visitors
from identity.actor import Actor
from identity.devices import VALID_MS
from identity.ports import FailedSignIns
from refusals import Refused
from server.edge import cookies
from server.edge.api.bodies import answer, read_body
from server.edge.api.registry import ANYONE, STAFF, USERS, Answer, Operation
from server.edge.asking import while_asked
from server.edge.authentication import (
    cookies_of,
    desk_of,
    origin_allowed,
    place_of,
    refuse_foreign_origin,
    required,
    shown_by,
)
from server.edge.peers import ServedPeer

if TYPE_CHECKING:
    from server.live.desk import Desk


class SignIn(Struct, frozen=True, forbid_unknown_fields=True):
    """The body of `POST /api/session`."""

    email: Annotated[str, Meta(max_length=254)]
    password: Annotated[str, Meta(max_length=4_096)]
    totp: Annotated[str, Meta(max_length=32)] | None = None
    """The code of the authenticator app, or a recovery code, where the answer without one has a field `totp`."""


class Failures(Struct, frozen=True):
    """Somebody failed to sign in as this person: `count` times since `since`, the last time from `last_network`."""

    count: int
    since: str
    last_at: str
    last_network: str | None


class Me(Struct, frozen=True):
    """Who asks. `role` and `teams` are of staff; a supervisor on no team is one of all. `totp` says whether a
    one-time code is asked for when they sign in, `recovery_codes` how many of those are left (null without a second
    factor). `limited`: their role needs a second factor and they have none; until then they may only set one up.
    `failed_sign_ins` is there from ten failures in an hour on, until it was seen (`DELETE /api/me/failed-sign-ins`)."""

    kind: str
    id: str
    name: str | None
    email: str | None
    role: str | None
    teams: list[str]
    totp: bool
    recovery_codes: int | None
    limited: bool
    failed_sign_ins: Failures | None


async def sign_in(request: Request) -> Response:
    """`POST /api/session` → who signed in, and the cookie."""
    desk, known = desk_of(request), cookies_of(request)
    if not origin_allowed(request, desk.settings):
        desk.refusal_log.note("origin", place_of(request))
        raise Refused("forbidden", "You can only sign in from our own pages. This request has another `Origin`.")
    wanted = await read_body(request, SignIn)
    place, agent = place_of(request), request.headers.get("user-agent")
    device = known.read(request, cookies.DEVICE)
    try:
        async with while_asked(request):
            signed_in = await desk.people.sign_in(
                wanted.email,
                wanted.password,
                place,
                agent,
                wanted.totp,
                device,
                before=shown_by_cookie(request),
                prefixed=known.secure,
            )
    except Refused as refused:
        desk.metrics.sign_ins.labels(refused.code).inc()
        raise
    desk.metrics.sign_ins.labels("ok").inc()
    response = answer(
        _me(signed_in.actor, totp=signed_in.second_factor, codes=signed_in.recovery_codes, failed=signed_in.failed)
    )
    known.set(response, cookies.SESSION, signed_in.cookie, (signed_in.expires_at - desk.clock()) // 1000)
    known.set(response, cookies.DEVICE, signed_in.device, VALID_MS // 1000, samesite="strict")
    return response


async def sign_out(request: Request) -> Response:
    """`DELETE /api/session` → 204, whether there was a session or not. A visitor's token, shown as bearer, ends too."""
    desk = desk_of(request)
    if (cookie := shown_by_cookie(request)) is not None:
        refuse_foreign_origin(request)
        await desk.people.sign_out(cookie)
    by, shown = shown_by(request)
    if by == "bearer" and shown is not None:
        await _sign_out_visitor(desk, shown)
    response = Response(status_code=204, headers={"Cache-Control": "no-store"})
    cookies_of(request).delete(response, cookies.SESSION)
    return response


def shown_by_cookie(request: Request) -> str | None:
    """The session's cookie, by whichever name."""
    known = cookies_of(request)
    return known.read(request, cookies.SESSION) or known.read_outdated(request, cookies.SESSION)


async def _sign_out_visitor(desk: Desk, token: str) -> None:
    visitor = visitors.open(desk.secret, token, desk.clock())
    if visitor is None:
        return
    await desk.people.visits.sign_out(visitor)
    for peer in desk.hub.peers_of(visitor.id):
        if isinstance(peer, ServedPeer):
            peer.close(4010, "signed out")


async def me(request: Request) -> Response:
    """`GET /api/me`."""
    actor, desk = await required(request, "read", "itself"), desk_of(request)
    if actor.kind != "staff":
        return answer(_me(actor))
    totp, codes = await desk.people.factors.state(actor)
    return answer(_me(actor, totp=totp, codes=codes, failed=await desk.people.failed_sign_ins(actor)))


async def failures_seen(request: Request) -> Response:
    """`DELETE /api/me/failed-sign-ins` → 204: one has seen them."""
    actor = await required(request, "change", "itself")
    await desk_of(request).people.failed_sign_ins_seen(actor)
    return Response(status_code=204, headers={"Cache-Control": "no-store"})


def _me(actor: Actor, *, totp: bool = False, codes: int | None = None, failed: FailedSignIns | None = None) -> Me:
    told = (
        Failures(failed.count, rfc3339(failed.since), rfc3339(failed.last_at), failed.last_network) if failed else None
    )
    return Me(
        kind=actor.kind,
        id=actor.id,
        name=actor.name,
        email=actor.email,
        role=actor.role,
        teams=sorted(actor.teams),
        totp=totp,
        recovery_codes=codes,
        limited=actor.limited,
        failed_sign_ins=told,
    )


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
