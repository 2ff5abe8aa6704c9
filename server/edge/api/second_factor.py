"""The caller's own second factor: set up, confirm, turn off.

Only callers with a session may use these calls, not callers with a bearer token.
"""

from __future__ import annotations

from typing import Annotated

import segno
from msgspec import Meta, Struct
from starlette.responses import Response

from chat.adapters.hub import Hub
from identity import one_time_codes
from identity.adapters.people import People
from refusals import Refused
from server.edge.api.bodies import answer, read_body
from server.edge.api.registry import Answer, Api, Call, Operation
from server.edge.authentication import place_of
from server.edge.client_disconnect import cancelled_on_disconnect
from server.edge.peers import close_limited
from server.settings import Settings

Password = Annotated[str, Meta(max_length=4_096)]
Code = Annotated[str, Meta(max_length=32)]


class Begin(Struct, frozen=True, forbid_unknown_fields=True):
    """The body of `POST /api/me/totp`."""

    password: Password


class Begun(Struct, frozen=True):
    """The secret for an authenticator app: as `uri`, as the QR code `qr`, and as `secret` to type. Shown only once."""

    secret: str
    uri: str
    qr: str
    """The QR code as an SVG in a `data:` URL."""


class Confirm(Struct, frozen=True, forbid_unknown_fields=True):
    """The body of `POST /api/me/totp/confirm`: the code that the app shows."""

    totp: Code


class RecoveryCodes(Struct, frozen=True):
    """Each recovery code replaces the app's code at one sign-in. The codes are shown only once."""

    recovery_codes: list[str]


class Renew(Struct, frozen=True, forbid_unknown_fields=True):
    """The body of `POST /api/me/recovery-codes`."""

    password: Password


class End(Struct, frozen=True, forbid_unknown_fields=True):
    """The body of `POST /api/me/totp/off`."""

    password: Password
    totp: Code


_NO_CONTENT = (Answer(204, "Done.", media_type=None),)


class SecondFactorApi(Api):
    def __init__(self, settings: Settings, people: People, hub: Hub) -> None:
        self._settings = settings
        self._people = people
        self._hub = hub

    async def begin(self, call: Call) -> Response:
        """Create a secret. The second factor is not on until the caller confirms the secret with a code."""
        _session_of(call)
        wanted = await read_body(call.request, Begin)
        async with cancelled_on_disconnect(call.request):
            secret = await self._people.factors.begin(call.actor, wanted.password, place_of(call.request))
        uri = one_time_codes.uri(secret, call.actor.email or "", f"{self._settings.brand_name} support")
        return answer(Begun(secret, uri, _picture_of(uri)), status=201)

    async def confirm(self, call: Call) -> Response:
        """Turn the second factor on. From now on, the caller needs a code to sign in."""
        session = _session_of(call)
        wanted = await read_body(call.request, Confirm)
        codes = await self._people.factors.confirm(call.actor, wanted.totp, session, place_of(call.request))
        return answer(RecoveryCodes(codes))

    async def renew(self, call: Call) -> Response:
        """Create new recovery codes. The old ones stop working."""
        _session_of(call)
        wanted = await read_body(call.request, Renew)
        async with cancelled_on_disconnect(call.request):
            codes = await self._people.factors.renew(call.actor, wanted.password, place_of(call.request))
        return answer(RecoveryCodes(codes))

    async def end(self, call: Call) -> Response:
        session = _session_of(call)
        wanted = await read_body(call.request, End)
        async with cancelled_on_disconnect(call.request):
            await self._people.factors.end(call.actor, wanted.password, wanted.totp, session, place_of(call.request))
        if self._people.needs_second_factor(call.actor):
            close_limited(self._hub, call.actor, [session])
        return Response(status_code=204, headers={"Cache-Control": "no-store"})

    OPERATIONS = (
        Operation(
            method="POST",
            path="/api/me/totp",
            endpoint=begin,
            summary="Set up two-step verification",
            needs=("change", "itself"),
            body=Begin,
            answers=(Answer(201, "For the authenticator app. Only returned once.", Begun),),
            errors=("conflict",),
        ),
        Operation(
            method="POST",
            path="/api/me/totp/confirm",
            endpoint=confirm,
            summary="Confirm two-step verification with the first code",
            needs=("change", "itself"),
            body=Confirm,
            answers=(
                Answer(200, "Two-step verification is on. The recovery codes are only returned once.", RecoveryCodes),
            ),
            errors=("conflict",),
        ),
        Operation(
            method="POST",
            path="/api/me/recovery-codes",
            endpoint=renew,
            summary="Replace the recovery codes",
            needs=("change", "itself"),
            body=Renew,
            answers=(Answer(200, "The recovery codes. Only returned once.", RecoveryCodes),),
            errors=("conflict",),
        ),
        Operation(
            method="POST",
            path="/api/me/totp/off",
            endpoint=end,
            summary="Turn off two-step verification",
            needs=("change", "itself"),
            body=End,
            answers=_NO_CONTENT,
            errors=("conflict",),
        ),
    )


def _session_of(call: Call) -> str:
    if call.proof.by != "session" or call.proof.fingerprint is None:
        raise Refused("forbidden", "Tokens can't change two-step verification. Sign in with a browser.")
    return call.proof.fingerprint


def _picture_of(uri: str) -> str:
    # Dark on light with a margin, whatever the page's colors. Otherwise phones cannot read it.
    return segno.make(uri, error="m", micro=False).svg_data_uri(border=4, dark="#000", light="#fff", omitsize=True)
