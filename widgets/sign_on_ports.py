"""The interface between pages and the rest of the program for single sign-on. It is a part of `widgets.ports`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from starlette.requests import Request
from starlette.responses import Response

from identity.actor import Actor

Way = Literal["all", "customers", "staff"]
"""The group of people for whom a button of the sign-in page is."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A person who has just signed in.

    `keep` sets the cookies of the new session. `attached` is the number of requests that were attached to the account.
    """

    actor: Actor
    keep: Callable[[Response], None]
    attached: int = 0


@dataclass(frozen=True, slots=True)
class SignOnEnd:
    """The end of a visit to a provider of single sign-on.

    `following` is the page to which the browser goes next. `signed_in` is None if nobody was signed in. `keep` sets or
    deletes the cookie of the sign-on in a response.
    """

    signed_in: SignedIn | None
    following: str
    keep: Callable[[Response], None]


class SignOns(Protocol):
    """The functions for single sign-on that pages need. Every method may raise Refused, for example during an
    outage."""

    @property
    def sign_on_ways(self) -> Sequence[Way]:
        """The groups of people who can sign in with a provider of single sign-on. Each group has its own button."""
        ...

    async def signed_out_by(self, request: Request) -> str | None:
        """The name of the supervisor or admin who signed out the person of this browser. None if nobody did, or if
        somebody has signed in since."""
        ...

    async def start_sign_on(self, following: str, way: Way, invitation: str) -> Response:
        """A redirect to the provider. `following` is the path of the page that is shown after the sign-in. `invitation`
        is the token of an invitation's link, or empty."""
        ...

    async def finish_sign_on(self, request: Request, *, staff: bool) -> SignOnEnd:
        """Handle the return from the provider of customers, or of staff.

        Raises Refused with one field, whose name says the reason, such as `sso_failed`.
        """
        ...

    def awaits_sign_on_code(self, request: Request) -> bool:
        """True if the person in this browser must enter a code to finish signing in with a provider."""
        ...

    async def finish_sign_on_code(self, request: Request, totp: str) -> SignOnEnd:
        """Finish a sign-in with a provider. Raises Refused, with the field `totp` for a wrong code."""
        ...

    def forget_sign_on(self, response: Response) -> None:
        """Delete the cookie of the sign-in with a provider."""
        ...
