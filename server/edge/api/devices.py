"""The caller's own sessions and password: list sessions, end sessions, change the password.

Only callers with a session may use these calls, not callers with a bearer token.
"""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct
from starlette.responses import Response

from clock import rfc3339
from identity.adapters.confirming import Confirming, Here
from identity.adapters.people import People
from identity.ports import Session
from refusals import Refused
from server.edge.api.bodies import answer, read_body
from server.edge.api.queries import Parameter
from server.edge.api.registry import Answer, Api, Call, Operation
from server.edge.authentication import Proof, place_of
from server.edge.client_disconnect import cancelled_on_disconnect

Password = Annotated[str, Meta(max_length=4_096)]
Code = Annotated[str, Meta(max_length=32)]


class Device(Struct, frozen=True):
    """A browser that is signed in. `current` is true for the caller's browser."""

    id: str
    current: bool
    created_at: str
    last_seen_at: str
    expires_at: str
    user_agent: str | None
    network: str | None
    """The network from which the person signed in: a range of many network addresses."""


class Devices(Struct, frozen=True):
    """The browsers in which a person is signed in, most recently used first."""

    sessions: list[Device]


class SignOut(Struct, frozen=True, forbid_unknown_fields=True):
    """The body of `DELETE /api/me/sessions` and `DELETE /api/me/sessions/{id}`.

    `password` may be absent only if the caller has no password and signed in within the last ten minutes.
    """

    password: Password | None = None


class NewPassword(Struct, frozen=True, forbid_unknown_fields=True):
    """The body of `POST /api/me/password`."""

    password: Password
    new_password: Password


_NO_CONTENT = (Answer(204, "Done.", media_type=None),)


class DevicesApi(Api):
    def __init__(self, people: People, confirming: Confirming) -> None:
        self._people = people
        self._confirming = confirming

    async def sessions(self, call: Call) -> Response:
        proof = in_a_browser(call)
        found = await self._people.sessions(proof.actor)
        return answer(Devices([_device(session, proof.fingerprint) for session in found]))

    async def sign_out(self, call: Call) -> Response:
        """End a session and close its connections."""
        proof = in_a_browser(call)
        wanted = await read_body(call.request, SignOut)
        await self._confirm(call, wanted)
        await self._people.sign_out_elsewhere(proof.actor, call.request.path_params["id"])
        return _done()

    async def sign_out_everywhere_else(self, call: Call) -> Response:
        """End all sessions of the caller except the current one, and close their connections."""
        proof = in_a_browser(call)
        wanted = await read_body(call.request, SignOut)
        await self._confirm(call, wanted)
        await self._people.sign_out_everywhere_else(proof.actor, proof.fingerprint or "")
        return _done()

    async def _confirm(self, call: Call, wanted: SignOut) -> None:
        """Check the caller's password, so that a thief of the session cannot sign out the owner's devices.

        A caller without a password must have signed in within the last ten minutes.
        """
        here = Here(call.proof.actor, call.proof.fingerprint or "", place_of(call.request))
        async with cancelled_on_disconnect(call.request):
            await self._confirming.owner(here, wanted.password)

    async def choose_password(self, call: Call) -> Response:
        """Set a new password, and end all sessions of the caller except the current one."""
        proof = in_a_browser(call)
        wanted = await read_body(call.request, NewPassword)
        session, place = proof.fingerprint or "", place_of(call.request)
        async with cancelled_on_disconnect(call.request):
            await self._people.choose_password(proof.actor, wanted.password, wanted.new_password, session, place)
        return _done()

    OPERATIONS = (
        Operation(
            method="GET",
            path="/api/me/sessions",
            endpoint=sessions,
            summary="List your devices",
            needs=("change", "sign_ins"),
            in_browser=True,
            answers=(Answer(200, "Your devices, last used first.", Devices),),
        ),
        Operation(
            method="DELETE",
            path="/api/me/sessions",
            endpoint=sign_out_everywhere_else,
            summary="Sign out all your other devices",
            needs=("change", "sign_ins"),
            in_browser=True,
            body=SignOut,
            answers=_NO_CONTENT,
        ),
        Operation(
            method="DELETE",
            path="/api/me/sessions/{id}",
            endpoint=sign_out,
            summary="Sign out one device",
            needs=("change", "sign_ins"),
            in_browser=True,
            in_path=(Parameter("id", str, "Id of the session."),),
            body=SignOut,
            answers=_NO_CONTENT,
        ),
        Operation(
            method="POST",
            path="/api/me/password",
            endpoint=choose_password,
            summary="Change your password and sign out everywhere else",
            needs=("change", "sign_ins"),
            in_browser=True,
            body=NewPassword,
            answers=_NO_CONTENT,
        ),
    )


def in_a_browser(call: Call) -> Proof:
    """The proof of a caller with a session. Raises Refused(forbidden) for a caller with a bearer token."""
    if call.proof.by != "session":
        raise Refused("forbidden", "Tokens can't do this. Sign in with a browser.")
    return call.proof


def _device(session: Session, current: str | None) -> Device:
    return Device(
        id=session.id,
        current=session.id == current,
        created_at=rfc3339(session.created_at),
        last_seen_at=rfc3339(session.last_seen_at),
        expires_at=rfc3339(session.expires_at),
        user_agent=session.user_agent,
        network=session.network,
    )


def _done() -> Response:
    return Response(status_code=204, headers={"Cache-Control": "no-store"})
