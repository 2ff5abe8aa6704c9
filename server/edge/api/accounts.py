"""Accounts of customers: sign-up, confirmation of an email address, forgotten passwords, changes."""

from __future__ import annotations

from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType
from starlette.responses import Response

from clock.zones import is_zone
from identity.accounts import NAME_MAX, Wanted, checked_name
from identity.adapters.own_accounts import OwnAccounts
from identity.adapters.people import People
from identity.customers import acting
from identity.errors import invalid
from refusals import Refused
from server.edge.api.bodies import answer, read_body
from server.edge.api.devices import Password, in_a_browser
from server.edge.api.queries import Parameter
from server.edge.api.registry import Answer, Api, Call, Operation
from server.edge.api.sessions import Me, me_of
from server.edge.api.ticket_parameters import number_of
from server.edge.authentication import place_of
from server.edge.client_disconnect import cancelled_on_disconnect
from server.edge.email_addresses import checked_email
from server.edge.http_limits import HttpLimits
from server.edge.sign_ins import SignIns
from server.live.mail.address_claims import AddressClaims
from texts.addresses import normal_email
from widgets.shared.catalogues import catalogue_of

Email = Annotated[str, Meta(max_length=254)]
Name = Annotated[str, Meta(max_length=NAME_MAX)]
Locale = Annotated[str, Meta(max_length=35)]
Zone = Annotated[str, Meta(max_length=64)]


class SignUp(Struct, frozen=True, forbid_unknown_fields=True):
    """The body of `POST /api/account`. `locale` is the language of the letter, and of the account."""

    email: Email
    name: Name | None = None
    locale: Locale | None = None
    timezone: Zone | None = None


class Confirmation(Struct, frozen=True, forbid_unknown_fields=True):
    """The body of `POST /api/account/confirm`. `token` is from the link in the letter."""

    token: Annotated[str, Meta(max_length=200)]
    password: Password
    name: Name | None = None


class Forgotten(Struct, frozen=True, forbid_unknown_fields=True):
    """The body of `POST /api/account/reset`."""

    email: Email


class AccountChange(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The body of `PATCH /api/me`.

    An absent field keeps its value. Null clears the field. `password` needs `current_password`.
    """

    name: Name | None | UnsetType = UNSET
    locale: Locale | None | UnsetType = UNSET
    timezone: Zone | None | UnsetType = UNSET
    password: Password | UnsetType = UNSET
    current_password: Password | UnsetType = UNSET


class AccountsApi(Api):
    def __init__(
        self,
        accounts: OwnAccounts,
        people: People,
        claims: AddressClaims,
        sign_ins: SignIns,
        http_limits: HttpLimits,
    ) -> None:
        self._accounts = accounts
        self._claims = claims
        self._people = people
        self._sign_ins = sign_ins
        self._http_limits = http_limits

    async def sign_up(self, call: Call) -> Response:
        """Send a letter to the email address.

        A new customer's letter has a link to confirm the address and choose a password. If the customer has an account
        already, the link is for a new password. A staff member's letter has no link. The HTTP response is the same for
        every address, so it does not reveal whether the address has an account.
        """
        wanted = await read_body(call.request, SignUp)
        asked = Wanted(
            email=address_of(wanted.email),
            name=checked_name(wanted.name),
            locale=checked_locale(wanted.locale),
            timezone=checked_zone(wanted.timezone),
        )
        return await self._ask(call, asked)

    async def reset(self, call: Call) -> Response:
        """Send a letter to the email address.

        A customer's letter has a link to choose a new password. If the address has no account, the link is for a new
        account. A staff member's letter has no link. The HTTP response is the same for every address, so it does not
        reveal whether the address has an account.
        """
        wanted = await read_body(call.request, Forgotten)
        return await self._ask(call, Wanted(email=address_of(wanted.email), forgotten=True))

    async def _ask(self, call: Call, wanted: Wanted) -> Response:
        self._sign_ins.refuse_foreign_form(call.request)
        await self._http_limits.check(call.request, None, "sign_ups")
        await self._accounts.ask(wanted)
        return Response(status_code=202, headers={"Cache-Control": "no-store"})

    async def confirm(self, call: Call) -> Response:
        """Confirm the email address to which the link was sent, set the password, and sign the customer in."""
        request = call.request
        wanted = await read_body(request, Confirmation)
        signed_in, _ = await self._sign_ins.confirm(request, wanted.token, wanted.password, wanted.name)
        response = answer(me_of(signed_in.actor, own=await self._accounts.own(signed_in.actor)))
        self._sign_ins.keep(response, signed_in)
        return response

    async def change(self, call: Call) -> Response:
        proof = in_a_browser(call)
        wanted = await read_body(call.request, AccountChange)
        own = await self._accounts.own(proof.actor)
        name = own.name if wanted.name is UNSET else checked_name(wanted.name)
        locale = own.locale if wanted.locale is UNSET else checked_locale(wanted.locale)
        timezone = own.timezone if wanted.timezone is UNSET else checked_zone(wanted.timezone)
        if wanted.password is not UNSET:
            if wanted.current_password is UNSET:
                raise invalid("current_password", "Enter your current password too.")
            session, place = proof.fingerprint or "", place_of(call.request)
            async with cancelled_on_disconnect(call.request):
                await self._people.choose_password(
                    proof.actor, wanted.current_password, wanted.password, session, place, "password"
                )
        changed = await self._accounts.change(proof.actor, name, locale, timezone)
        return answer(me_of(acting(changed.id, changed.account), own=changed))

    async def not_mine(self, call: Call) -> Response:
        """Give a ticket back to the browser that began it with the caller's email address.

        The call also removes the email address from the ticket.
        """
        await self._claims.not_mine(call.actor, number_of(call.request))
        return Response(status_code=204, headers={"Cache-Control": "no-store"})

    OPERATIONS = (
        Operation(
            method="POST",
            path="/api/account",
            endpoint=sign_up,
            summary="Sign up",
            body=SignUp,
            answers=(Answer(202, "A letter with a link is on its way.", media_type=None),),
        ),
        Operation(
            method="POST",
            path="/api/account/confirm",
            endpoint=confirm,
            summary="Confirm an address and choose a password",
            body=Confirmation,
            answers=(
                Answer(
                    200,
                    "The customer, who is now signed in. The cookie has the session.",
                    Me,
                    headers={"Set-Cookie": "The session."},
                ),
            ),
            errors=("not_found", "conflict", "unauthorized"),
        ),
        Operation(
            method="POST",
            path="/api/account/reset",
            endpoint=reset,
            summary="Ask for a link to choose another password",
            body=Forgotten,
            answers=(Answer(202, "A letter with a link is on its way.", media_type=None),),
        ),
        Operation(
            method="PATCH",
            path="/api/me",
            endpoint=change,
            summary="Change your account, for customers who signed up here",
            needs=("change", "account"),
            in_browser=True,
            body=AccountChange,
            answers=(Answer(200, "The account after the change.", Me),),
        ),
        Operation(
            method="POST",
            path="/api/tickets/{number}/not-mine",
            endpoint=not_mine,
            summary="Give back a ticket that somebody else began with your address",
            needs=("change", "account"),
            in_path=(Parameter("number", Annotated[int, Meta(ge=1)], "Number of the ticket."),),
            answers=(Answer(204, "It is no longer yours.", media_type=None),),
            errors=("conflict",),
        ),
    )


def checked_locale(tag: str | None) -> str | None:
    """Return `tag` if the desk has texts in this language. Return None if `tag` is empty. Otherwise raise
    Refused(invalid)."""
    if not tag:
        return None
    if catalogue_of(tag) is None:
        raise invalid("locale", f"There are no texts in {tag[:35]!r}. Choose a language such as en, fr or es.")
    return tag


def checked_zone(name: str | None) -> str | None:
    """Return `name` if it is the name of a time zone. Return None if `name` is empty. Otherwise raise
    Refused(invalid)."""
    if not name:
        return None
    if not is_zone(name):
        raise invalid("timezone", f"There is no time zone {name[:64]!r}. Write it like America/Chicago.")
    return name


def address_of(text: str) -> str:
    """Normalize an email address, so that it can be compared. Raises Refused(invalid) if it is empty or not valid."""
    address = checked_email(text)
    if address is None:
        raise Refused("invalid", "Enter an email address.", {"email": "Enter an email address."})
    return normal_email(address)
