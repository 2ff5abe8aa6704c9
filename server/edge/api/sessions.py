"""Sign-in, sign-out, and the caller's own account."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct
from starlette.responses import Response

from chat.adapters.hub import Hub
from clock import Clock, rfc3339
from identity import visitors
from identity.account_ports import OwnAccount
from identity.actor import Actor
from identity.adapters.own_accounts import OwnAccounts
from identity.adapters.people import People
from identity.ports import FailedSignIns
from server.edge.api.bodies import answer, read_body
from server.edge.api.registry import Answer, Api, Call, Operation
from server.edge.authentication import Authentication
from server.edge.peers import ServedPeer
from server.edge.sign_ins import SignIns
from server.settings import Settings


class SignIn(Struct, frozen=True, forbid_unknown_fields=True):
    """The body of `POST /api/session`."""

    email: Annotated[str, Meta(max_length=254)]
    password: Annotated[str, Meta(max_length=4_096)]
    totp: Annotated[str, Meta(max_length=32)] | None = None
    """A code of the authenticator app, or a recovery code.

    If a request without this field is refused, and the refusal names the field `totp`, a code is needed.
    """


class Failures(Struct, frozen=True):
    """Failed attempts to sign in with this person's email address.

    There were `count` attempts since `since`. The last one came at `last_at`, from `last_network`.
    """

    count: int
    since: str
    last_at: str
    last_network: str | None


class Me(Struct, frozen=True):
    """The caller.

    Only staff have `role`, `roles` and `teams`. `role` decides what they may do in conversations: `supervisor` for a
    supervisor, otherwise `agent` for an agent, otherwise `admin`. A supervisor without teams supervises all teams.

    `totp` is true if sign-in asks for a one-time code. `recovery_codes` is the number of unused codes, or null without
    a second factor. `limited` is true if the role requires a second factor that is not set up yet. As long as it is
    true, the person may use only the calls about their own sign-in. `failed_sign_ins` is set after ten failures within
    an hour, until the person dismisses the notice (`DELETE /api/me/failed-sign-ins`).

    Only customers who signed up here can have a `locale` and a `timezone`. Each is null until the customer chooses one.
    """

    kind: str
    id: str
    name: str | None
    email: str | None
    role: str | None
    roles: list[str]
    teams: list[str]
    totp: bool
    recovery_codes: int | None
    limited: bool
    failed_sign_ins: Failures | None
    locale: str | None
    timezone: str | None


class SessionsApi(Api):
    def __init__(
        self,
        settings: Settings,
        clock: Clock,
        people: People,
        accounts: OwnAccounts,
        hub: Hub,
        authentication: Authentication,
        sign_ins: SignIns,
    ) -> None:
        self._secret = settings.secret_bytes()
        self._clock = clock
        self._people = people
        self._accounts = accounts
        self._hub = hub
        self._authentication = authentication
        self._cookies = authentication.cookies
        self._sign_ins = sign_ins

    async def sign_in(self, call: Call) -> Response:
        wanted = await read_body(call.request, SignIn)
        signed_in = await self._sign_ins.sign_in(call.request, wanted.email, wanted.password, wanted.totp)
        own = await self._own(signed_in.actor)
        said = me_of(
            signed_in.actor,
            totp=signed_in.second_factor,
            codes=signed_in.recovery_codes,
            failed=signed_in.failed,
            own=own,
        )
        response = answer(said)
        self._sign_ins.keep(response, signed_in)
        return response

    async def sign_out(self, call: Call) -> Response:
        """End the caller's session. If the request also has a visitor's token as its bearer token, revoke all tokens of
        this visitor too.

        The answer is 204 even if the caller has no session.
        """
        request = call.request
        if (cookie := self._sign_ins.session_cookie(request)) is not None:
            self._authentication.refuse_foreign_origin(request)
        by, shown = self._authentication.shown_by(request)
        visitor = visitors.open(self._secret, shown, self._clock()) if by == "bearer" and shown is not None else None
        await self._people.sign_out(cookie, visitor)
        if visitor is not None:
            self._close_connections(visitor)
        response = Response(status_code=204, headers={"Cache-Control": "no-store"})
        self._sign_ins.forget(response)
        return response

    def _close_connections(self, visitor: visitors.Visitor) -> None:
        for peer in self._hub.peers_of(visitor.id):
            if isinstance(peer, ServedPeer):
                peer.close(4010, "signed out")

    async def me(self, call: Call) -> Response:
        actor = call.actor
        if actor.kind != "staff":
            return answer(me_of(actor, own=await self._own(actor) if call.proof.by == "session" else None))
        totp, codes = await self._people.factors.state(actor)
        return answer(me_of(actor, totp=totp, codes=codes, failed=await self._people.failed_sign_ins(actor)))

    async def _own(self, actor: Actor) -> OwnAccount | None:
        return await self._accounts.own(actor) if actor.kind == "customer" else None

    async def failures_seen(self, call: Call) -> Response:
        await self._people.failed_sign_ins_seen(call.actor)
        return Response(status_code=204, headers={"Cache-Control": "no-store"})

    OPERATIONS = (
        Operation(
            method="POST",
            path="/api/session",
            endpoint=sign_in,
            summary="Sign in",
            body=SignIn,
            answers=(
                Answer(
                    200,
                    "The person who signed in. The cookie has the session.",
                    Me,
                    headers={"Set-Cookie": "The session."},
                ),
            ),
            errors=("unauthorized",),
        ),
        Operation(
            method="DELETE",
            path="/api/session",
            endpoint=sign_out,
            summary="Sign out",
            answers=(Answer(204, "The session has ended.", media_type=None),),
        ),
        Operation(
            method="GET",
            path="/api/me",
            endpoint=me,
            summary="Get the caller",
            needs=("read", "itself"),
            answers=(Answer(200, "The caller.", Me),),
        ),
        Operation(
            method="DELETE",
            path="/api/me/failed-sign-ins",
            endpoint=failures_seen,
            summary="Dismiss the notice of failed sign-ins",
            needs=("change", "itself"),
            answers=(Answer(204, "The notice is dismissed.", media_type=None),),
        ),
    )


def me_of(
    actor: Actor,
    *,
    totp: bool = False,
    codes: int | None = None,
    failed: FailedSignIns | None = None,
    own: OwnAccount | None = None,
) -> Me:
    """The answer about the caller. `own` is the account of a customer who signed up here."""
    told = (
        Failures(failed.count, rfc3339(failed.since), rfc3339(failed.last_at), failed.last_network) if failed else None
    )
    return Me(
        kind=actor.kind,
        id=actor.id,
        name=actor.name,
        email=actor.email,
        role=actor.role,
        roles=list(actor.roles),
        teams=sorted(actor.teams),
        totp=totp,
        recovery_codes=codes,
        limited=actor.limited,
        failed_sign_ins=told,
        locale=own.locale if own is not None else None,
        timezone=own.timezone if own is not None else None,
    )
