"""The second factor of one's own: set up, confirmed, taken away; only in the browser where one is signed in."""

from __future__ import annotations

from typing import Annotated

import segno
from msgspec import Meta, Struct
from starlette.requests import Request
from starlette.responses import Response

from identity import one_time_codes
from identity.actor import Actor
from refusals import Refused
from server.edge.api.bodies import answer, read_body
from server.edge.api.registry import STAFF, Answer, Operation
from server.edge.asking import while_asked
from server.edge.authentication import acted, desk_of, place_of, required_proof
from server.edge.peers import ServedPeer

Password = Annotated[str, Meta(max_length=4_096)]
Code = Annotated[str, Meta(max_length=32)]


class Begin(Struct, frozen=True, forbid_unknown_fields=True):
    """The body of `POST /api/me/totp`."""

    password: Password


class Begun(Struct, frozen=True):
    """What an authenticator app is given: `uri`, which `qr` is a picture of, or `secret` by hand. Told this once."""

    secret: str
    uri: str
    qr: str
    """The QR code as an SVG, in an address of the kind `data:`."""


class Confirm(Struct, frozen=True, forbid_unknown_fields=True):
    """The body of `POST /api/me/totp/confirm`: the code that the app shows."""

    totp: Code


class RecoveryCodes(Struct, frozen=True):
    """Each signs in once in place of a code of the app. Told this once."""

    recovery_codes: list[str]


class Renew(Struct, frozen=True, forbid_unknown_fields=True):
    """The body of `POST /api/me/recovery-codes`."""

    password: Password


class End(Struct, frozen=True, forbid_unknown_fields=True):
    """The body of `POST /api/me/totp/off`."""

    password: Password
    totp: Code


async def begin(request: Request) -> Response:
    """`POST /api/me/totp` → the secret for one's app, which counts once it is confirmed."""
    actor, _ = await _signed_in(request)
    desk, wanted = desk_of(request), await read_body(request, Begin)
    async with while_asked(request):
        secret = await desk.people.factors.begin(actor, wanted.password, place_of(request))
    uri = one_time_codes.uri(secret, actor.email or "", f"{desk.settings.brand_name} support")
    return answer(Begun(secret, uri, _picture_of(uri)), status=201)


def _picture_of(uri: str) -> str:
    # Dark on light with its margin, whatever it is shown on: else no telephone reads it.
    return segno.make(uri, error="m", micro=False).svg_data_uri(border=4, dark="#000", light="#fff", omitsize=True)


async def confirm(request: Request) -> Response:
    """`POST /api/me/totp/confirm` → the recovery codes: from now on a code is asked for at sign-in."""
    actor, session = await _signed_in(request)
    desk, wanted = desk_of(request), await read_body(request, Confirm)
    codes = await desk.people.factors.confirm(actor, wanted.totp, session, place_of(request))
    return answer(RecoveryCodes(codes))


async def renew(request: Request) -> Response:
    """`POST /api/me/recovery-codes` → new ones; the old ones hold no more."""
    actor, _ = await _signed_in(request)
    desk, wanted = desk_of(request), await read_body(request, Renew)
    async with while_asked(request):
        codes = await desk.people.factors.renew(actor, wanted.password, place_of(request))
    return answer(RecoveryCodes(codes))


async def end(request: Request) -> Response:
    """`POST /api/me/totp/off` → 204: no code is asked for any more."""
    actor, session = await _signed_in(request)
    desk, wanted = desk_of(request), await read_body(request, End)
    async with while_asked(request):
        await desk.people.factors.end(actor, wanted.password, wanted.totp, session, place_of(request))
    if desk.people.needs_second_factor(actor):
        for peer in desk.hub.peers_of(actor.id):
            if isinstance(peer, ServedPeer) and peer.session == session:
                peer.close(4003, "set up a second factor first")
    return Response(status_code=204, headers={"Cache-Control": "no-store"})


async def _signed_in(request: Request) -> tuple[Actor, str]:
    """Who is signed in, and in which session."""
    proof = await required_proof(request, "change", "itself")
    if proof.by != "session" or proof.fingerprint is None:
        raise Refused("forbidden", "Tokens can't change two-step verification. Sign in with a browser.")
    acted(request, proof)
    return proof.actor, proof.fingerprint


_NO_CONTENT = (Answer(204, "It is done.", media_type=None),)

OPERATIONS = (
    Operation(
        method="POST",
        path="/api/me/totp",
        endpoint=begin,
        summary="Set up a second factor",
        callers=STAFF,
        body=Begin,
        answers=(Answer(201, "For the authenticator app, told this once.", Begun),),
        errors=("conflict",),
    ),
    Operation(
        method="POST",
        path="/api/me/totp/confirm",
        endpoint=confirm,
        summary="Confirm the second factor by its first code",
        callers=STAFF,
        body=Confirm,
        answers=(Answer(200, "A code is asked for from now on. The recovery codes, told this once.", RecoveryCodes),),
        errors=("conflict",),
    ),
    Operation(
        method="POST",
        path="/api/me/recovery-codes",
        endpoint=renew,
        summary="New recovery codes in place of the old ones",
        callers=STAFF,
        body=Renew,
        answers=(Answer(200, "The recovery codes, told this once.", RecoveryCodes),),
        errors=("conflict",),
    ),
    Operation(
        method="POST",
        path="/api/me/totp/off",
        endpoint=end,
        summary="Take the second factor away",
        callers=STAFF,
        body=End,
        answers=_NO_CONTENT,
        errors=("conflict",),
    ),
)
