"""The caller's own passkeys. Only callers with a session may use these calls, not callers with a bearer token."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct
from starlette.responses import Response

from chat.adapters.hub import Hub
from clock import rfc3339
from identity.adapters.own_passkeys import OwnPasskeys
from identity.passkey_ceremonies import Created
from identity.passkeys import Passkey
from server.edge.api.bodies import answer, read_body
from server.edge.api.devices import Code, Password, in_a_browser
from server.edge.api.queries import Parameter
from server.edge.api.registry import Answer, Api, Call, Operation
from server.edge.client_disconnect import cancelled_on_disconnect
from server.edge.passkey_sign_ins import PasskeySignIns, here_of
from server.edge.peers import close_limited

Name = Annotated[str, Meta(max_length=200)]


class PasskeyView(Struct, frozen=True):
    """A passkey. `last_used_at` is null until the first sign-in with it."""

    id: str
    name: str
    created_at: str
    last_used_at: str | None


class OwnPasskeysView(Struct, frozen=True):
    """The caller's passkeys, oldest first, and what the caller needs to change them.

    - `available` is false if browsers offer no passkeys at this address. Passkeys need https and a host name.
    - `recent` is true if the caller signed in within the last ten minutes. Then changes need nothing more. Otherwise
      they need the password.
    - `code` is true if they need a one-time code besides the password.
    - `password` is false if the caller has no password. Such a caller must sign in again instead.
    """

    available: bool
    recent: bool
    password: bool
    code: bool
    passkeys: list[PasskeyView]


class Options(Struct, frozen=True):
    """Options for the browser, as JSON of WebAuthn.

    A script passes them to `PublicKeyCredential.parseCreationOptionsFromJSON` or `parseRequestOptionsFromJSON`. The
    options work once, for ten minutes, and only in the browser that requested them.
    """

    options: Annotated[object, Meta(extra_json_schema={"type": "object"})]


class BeginPasskey(Struct, frozen=True, forbid_unknown_fields=True):
    """The body of `POST /api/me/passkeys/options`. If two-step verification is on, `password` must come with `totp`."""

    password: Password | None = None
    totp: Code | None = None


class NewPasskey(Struct, frozen=True, forbid_unknown_fields=True):
    """The body of `POST /api/me/passkeys`."""

    name: Name
    passkey: Created


class RenamePasskey(Struct, frozen=True, forbid_unknown_fields=True):
    """The body of `PATCH /api/me/passkeys/{id}`."""

    name: Name


class RemovePasskey(Struct, frozen=True, forbid_unknown_fields=True):
    """The body of `DELETE /api/me/passkeys/{id}`. If two-step verification is on, `password` must come with `totp`."""

    password: Password | None = None
    totp: Code | None = None


_NO_CONTENT = (Answer(204, "Done.", media_type=None),)
_ID = (Parameter("id", str, "Id of the passkey."),)


class PasskeysApi(Api):
    def __init__(self, passkeys: OwnPasskeys, sign_ins: PasskeySignIns, hub: Hub) -> None:
        self._passkeys = passkeys
        self._sign_ins = sign_ins
        self._hub = hub

    async def own(self, call: Call) -> Response:
        found, ways = await self._passkeys.own(here_of(call.request, in_a_browser(call)))
        offered, passkeys = self._sign_ins.offered(call.request), [_view(one) for one in found]
        return answer(OwnPasskeysView(offered, ways.recent, ways.password, ways.code, passkeys))

    async def begin(self, call: Call) -> Response:
        """Get the options with which the browser makes a new passkey.

        If the sign-in was more than ten minutes ago, the caller must give the password. If two-step verification is on,
        the caller must then also give the code.
        """
        proof, wanted = in_a_browser(call), await read_body(call.request, BeginPasskey)
        party = self._sign_ins.party(call.request)
        async with cancelled_on_disconnect(call.request):
            options = await self._passkeys.begin(here_of(call.request, proof), wanted.password, wanted.totp, party)
        return answer(Options(options))

    async def add(self, call: Call) -> Response:
        """Store the passkey that the browser has made."""
        proof, wanted = in_a_browser(call), await read_body(call.request, NewPasskey)
        party = self._sign_ins.party(call.request)
        added = await self._passkeys.add(here_of(call.request, proof), wanted.passkey, wanted.name, party)
        return answer(_view(added), status=201)

    async def rename(self, call: Call) -> Response:
        proof, wanted = in_a_browser(call), await read_body(call.request, RenamePasskey)
        await self._passkeys.rename(here_of(call.request, proof), call.request.path_params["id"], wanted.name)
        return _done()

    async def remove(self, call: Call) -> Response:
        """Remove a passkey, and end all other sessions in which it was used.

        If the sign-in was more than ten minutes ago, the caller must give the password. If two-step verification is on,
        the caller must then also give the code.
        """
        proof, wanted = in_a_browser(call), await read_body(call.request, RemovePasskey)
        here, id_ = here_of(call.request, proof), call.request.path_params["id"]
        async with cancelled_on_disconnect(call.request):
            limited = await self._passkeys.remove(here, id_, wanted.password, wanted.totp)
        close_limited(self._hub, here.actor, limited)
        return _done()

    async def ask(self, call: Call) -> Response:
        """Get the options with which the browser lets a person choose a passkey, to sign in at `/sign-in/passkey`.

        Sets a cookie that binds these options to this browser.
        """
        options, keep = self._sign_ins.begin(call.request)
        response = answer(Options(options))
        keep(response)
        return response

    OPERATIONS = (
        Operation(
            method="GET",
            path="/api/me/passkeys",
            endpoint=own,
            summary="List your passkeys",
            needs=("change", "sign_ins"),
            in_browser=True,
            answers=(Answer(200, "Your passkeys, oldest first.", OwnPasskeysView),),
        ),
        Operation(
            method="POST",
            path="/api/me/passkeys/options",
            endpoint=begin,
            summary="Begin to add a passkey",
            needs=("change", "sign_ins"),
            in_browser=True,
            body=BeginPasskey,
            answers=(Answer(200, "For `navigator.credentials.create`.", Options),),
            errors=("conflict",),
        ),
        Operation(
            method="POST",
            path="/api/me/passkeys",
            endpoint=add,
            summary="Add a passkey",
            needs=("change", "sign_ins"),
            in_browser=True,
            body=NewPasskey,
            answers=(Answer(201, "The new passkey.", PasskeyView),),
            errors=("conflict",),
        ),
        Operation(
            method="PATCH",
            path="/api/me/passkeys/{id}",
            endpoint=rename,
            summary="Rename a passkey",
            needs=("change", "sign_ins"),
            in_browser=True,
            in_path=_ID,
            body=RenamePasskey,
            answers=_NO_CONTENT,
        ),
        Operation(
            method="DELETE",
            path="/api/me/passkeys/{id}",
            endpoint=remove,
            summary="Remove a passkey",
            needs=("change", "sign_ins"),
            in_browser=True,
            in_path=_ID,
            body=RemovePasskey,
            answers=_NO_CONTENT,
            errors=("conflict",),
        ),
        Operation(
            method="POST",
            path="/api/session/passkey",
            endpoint=ask,
            summary="Begin to sign in with a passkey",
            answers=(Answer(200, "For `navigator.credentials.get`.", Options),),
            errors=("conflict",),
        ),
    )


def _view(passkey: Passkey) -> PasskeyView:
    used_at = passkey.last_used_at
    return PasskeyView(
        id=passkey.id,
        name=passkey.name,
        created_at=rfc3339(passkey.created_at),
        last_used_at=rfc3339(used_at) if used_at is not None else None,
    )


def _done() -> Response:
    return Response(status_code=204, headers={"Cache-Control": "no-store"})
