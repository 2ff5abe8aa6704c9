"""The caller's own single sign-on, for staff: link and unlink.

Only callers with a session may use these calls, not callers with a bearer token.
"""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct
from starlette.responses import Response

from clock import rfc3339
from identity.adapters.staff_sign_ons import StaffSignOns
from refusals import Refused
from server.edge.api.bodies import answer, read_body
from server.edge.api.devices import in_a_browser
from server.edge.api.registry import Answer, Api, Call, Operation
from server.edge.client_disconnect import cancelled_on_disconnect
from server.edge.passkey_sign_ins import here_of
from server.edge.single_sign_on import SingleSignOn

Password = Annotated[str, Meta(max_length=4_096)]
Code = Annotated[str, Meta(max_length=32)]


class Linked(Struct, frozen=True):
    """The account at the provider with which the caller signs in. `email` is the account's address at the time of
    linking."""

    email: str | None
    linked_at: str


class SignOnState(Struct, frozen=True):
    """The caller's single sign-on.

    `issuer` is the provider of staff, or null if there is none. `linked` is null if the caller is not linked with this
    provider. `password` is false if the caller has no password. Such a caller cannot unlink single sign-on, and can
    link it only within ten minutes of the sign-in. `code` is true if a one-time code is needed in addition to the
    password.
    """

    issuer: str | None
    linked: Linked | None
    password: bool
    code: bool


class Link(Struct, frozen=True, forbid_unknown_fields=True):
    """The body of `POST /api/me/sign-on`. `totp` is needed if two-step verification is on."""

    password: Password | None = None
    totp: Code | None = None


class Unlink(Struct, frozen=True, forbid_unknown_fields=True):
    """The body of `DELETE /api/me/sign-on`. `totp` is needed if two-step verification is on."""

    password: Password
    totp: Code | None = None


class ToProvider(Struct, frozen=True):
    """The URL of the provider's page that the browser must open next."""

    url: str


class SingleSignOnApi(Api):
    def __init__(self, sign_on: SingleSignOn, staff: StaffSignOns) -> None:
        self._sign_on = sign_on
        self._staff = staff

    async def state(self, call: Call) -> Response:
        proof, issuer = in_a_browser(call), self._sign_on.issuer_of_staff
        link, ways = await self._staff.state(here_of(call.request, proof), issuer)
        linked = Linked(link.email, rfc3339(link.linked_at)) if link is not None else None
        return answer(SignOnState(issuer, linked, ways.password, ways.code))

    async def link(self, call: Call) -> Response:
        """Begin to link single sign-on. The response contains the URL of the provider's page, which the browser must
        open."""
        proof, issuer = in_a_browser(call), self._sign_on.issuer_of_staff
        wanted = await read_body(call.request, Link)
        if issuer is None:
            raise Refused("conflict", "This desk has no single sign-on for staff.")
        if proof.actor.limited:
            raise Refused("forbidden", "Set up two-step verification first.")
        here = here_of(call.request, proof)
        async with cancelled_on_disconnect(call.request):
            await self._staff.confirm(here, wanted.password, wanted.totp)
        if (await self._staff.state(here, issuer))[0] is not None:
            raise Refused("conflict", "Single sign-on is linked already. Unlink it first.")
        url, keep = await self._sign_on.start_link(proof.fingerprint or "")
        response = answer(ToProvider(url))
        keep(response)
        return response

    async def unlink(self, call: Call) -> Response:
        """Unlink single sign-on, and end all sessions of the caller except the current one."""
        proof = in_a_browser(call)
        wanted = await read_body(call.request, Unlink)
        async with cancelled_on_disconnect(call.request):
            await self._staff.unlink(here_of(call.request, proof), wanted.password, wanted.totp)
        return Response(status_code=204, headers={"Cache-Control": "no-store"})

    OPERATIONS = (
        Operation(
            method="GET",
            path="/api/me/sign-on",
            endpoint=state,
            summary="Read your single sign-on",
            needs=("change", "itself"),
            in_browser=True,
            answers=(Answer(200, "Your single sign-on.", SignOnState),),
        ),
        Operation(
            method="POST",
            path="/api/me/sign-on",
            endpoint=link,
            summary="Begin to link your single sign-on",
            needs=("change", "itself"),
            in_browser=True,
            body=Link,
            answers=(
                Answer(
                    200,
                    "The page of the provider.",
                    ToProvider,
                    headers={"Set-Cookie": "The sign-on that is under way."},
                ),
            ),
            errors=("conflict",),
        ),
        Operation(
            method="DELETE",
            path="/api/me/sign-on",
            endpoint=unlink,
            summary="Unlink your single sign-on",
            needs=("change", "itself"),
            in_browser=True,
            body=Unlink,
            answers=(Answer(204, "Unlinked.", media_type=None),),
            errors=("conflict",),
        ),
    )
