"""Where one is signed in, signing out there, and another password; only in a browser where one is signed in."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct
from starlette.requests import Request
from starlette.responses import Response

from clock import rfc3339
from refusals import Refused
from server.edge.api.bodies import answer, read_body
from server.edge.api.registry import STAFF, Answer, Operation, Parameter
from server.edge.asking import while_asked
from server.edge.authentication import Proof, acted, desk_of, place_of, required_proof

Password = Annotated[str, Meta(max_length=4_096)]


class Device(Struct, frozen=True):
    """A browser where somebody is signed in. `current`: the one that asks."""

    id: str
    current: bool
    created_at: str
    last_seen_at: str
    expires_at: str
    user_agent: str | None
    network: str | None
    """Where it was signed in from, as a network of many addresses."""


class Devices(Struct, frozen=True):
    """Where somebody is signed in, the last used first."""

    sessions: list[Device]


class SignOut(Struct, frozen=True, forbid_unknown_fields=True):
    """The body of `DELETE /api/me/sessions/{id}`."""

    password: Password


class NewPassword(Struct, frozen=True, forbid_unknown_fields=True):
    """The body of `POST /api/me/password`."""

    password: Password
    new_password: Password


async def sessions(request: Request) -> Response:
    """`GET /api/me/sessions` → one's devices."""
    proof, desk = await _signed_in(request, "read"), desk_of(request)
    found = await desk.people.sessions(proof.actor)
    return answer(
        Devices(
            [
                Device(
                    id=one.id,
                    current=one.id == proof.fingerprint,
                    created_at=rfc3339(one.created_at),
                    last_seen_at=rfc3339(one.last_seen_at),
                    expires_at=rfc3339(one.expires_at),
                    user_agent=one.user_agent,
                    network=one.network,
                )
                for one in found
            ]
        )
    )


async def sign_out(request: Request) -> Response:
    """`DELETE /api/me/sessions/{id}` → 204: signed out there, sockets and all."""
    proof, desk = await _signed_in(request, "change"), desk_of(request)
    wanted = await read_body(request, SignOut)
    session, place = request.path_params["id"], place_of(request)
    async with while_asked(request):
        await desk.people.sign_out_elsewhere(proof.actor, session, wanted.password, place)
    return _done()


async def choose_password(request: Request) -> Response:
    """`POST /api/me/password` → 204: the new one counts, and one is signed in here alone."""
    proof, desk = await _signed_in(request, "change"), desk_of(request)
    wanted = await read_body(request, NewPassword)
    session, place = proof.fingerprint or "", place_of(request)
    async with while_asked(request):
        await desk.people.choose_password(proof.actor, wanted.password, wanted.new_password, session, place)
    return _done()


async def _signed_in(request: Request, verb: Literal["read", "change"]) -> Proof:
    proof = await required_proof(request, verb, "itself")
    if proof.by != "session":
        raise Refused("forbidden", "Tokens can't do this. Sign in with a browser.")
    if verb == "change":
        acted(request, proof)
    return proof


def _done() -> Response:
    return Response(status_code=204, headers={"Cache-Control": "no-store"})


_NO_CONTENT = (Answer(204, "It is done.", media_type=None),)

OPERATIONS = (
    Operation(
        method="GET",
        path="/api/me/sessions",
        endpoint=sessions,
        summary="Where one is signed in",
        callers=STAFF,
        answers=(Answer(200, "One's devices, the last used first.", Devices),),
    ),
    Operation(
        method="DELETE",
        path="/api/me/sessions/{id}",
        endpoint=sign_out,
        summary="Sign out on one device",
        callers=STAFF,
        in_path=(Parameter("id", str, "Of the session."),),
        body=SignOut,
        answers=_NO_CONTENT,
    ),
    Operation(
        method="POST",
        path="/api/me/password",
        endpoint=choose_password,
        summary="Choose another password, and sign out everywhere else",
        callers=STAFF,
        body=NewPassword,
        answers=_NO_CONTENT,
    ),
)
