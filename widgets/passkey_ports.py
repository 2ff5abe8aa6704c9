"""The interface between the pages of passkeys and the rest of the program."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from starlette.requests import Request

from widgets.sign_on_ports import SignedIn


@dataclass(frozen=True, slots=True)
class PasskeyView:
    """A passkey. `used_at` is None until the first sign-in with it. Moments are in ms since the epoch, UTC."""

    id: str
    name: str
    created_at: int
    used_at: int | None


@dataclass(frozen=True, slots=True)
class OwnPasskeys:
    """The passkeys of the signed-in person, oldest first.

    `offered` is False if browsers offer no passkeys at this address. `recent` is True if changes need no password.
    `password` is False if the person has no password, and must sign in again in place of giving one.
    """

    offered: bool
    recent: bool
    password: bool
    passkeys: Sequence[PasskeyView]


class Passkeys(Protocol):
    """The functions that the pages of passkeys need. Every method but `offered` may raise Refused.

    `answer` is the answer of the authenticator, which the page's script got from the browser, as JSON.
    """

    def offered(self, request: Request) -> bool:
        """True if browsers offer passkeys for the host of this request."""
        ...

    async def sign_in(self, request: Request, answer: str) -> SignedIn: ...

    async def own(self, request: Request) -> OwnPasskeys: ...

    async def begin(self, request: Request, password: str | None) -> str:
        """The options with which the browser makes a new passkey, as JSON."""
        ...

    async def add(self, request: Request, answer: str, name: str) -> None: ...

    async def rename(self, request: Request, passkey: str, name: str) -> None: ...

    async def remove(self, request: Request, passkey: str, password: str | None) -> None: ...
