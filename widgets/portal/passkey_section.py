"""The section about passkeys on `/account` of customers."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request

from identity.passkeys import NAME_MAX, PASSKEYS_MAX
from refusals import Refused
from widgets.passkey_ports import OwnPasskeys
from widgets.portal.devices import name_of
from widgets.portal.frame import problem_of
from widgets.ports import Form, program_of


@dataclass(frozen=True, slots=True)
class Tried:
    """A form of this section that was sent, with its result: a refusal, or the options for the next step."""

    form: Form
    refused: Refused | None = None
    options: str = ""
    """The options with which the browser makes a new passkey. Empty if the form was refused, or has no such step."""


async def shown(request: Request, tried: Tried) -> dict[str, object]:
    """The context of `passkeys.html`. Raises the errors of `Passkeys.own`."""
    own = await program_of(request).passkeys.own(request)
    full, refused = len(own.passkeys) >= PASSKEYS_MAX, tried.refused
    return {
        "offered": own.offered,
        "recent": own.recent,
        "password": own.password,
        "all": own.passkeys,
        "full": full,
        "options": tried.options or ("" if full else await _options(request, own)),
        "suggested": name_of(request.headers.get("user-agent", "")),
        "name_max": NAME_MAX,
        "at": tried.form.line("do"),
        "tried": tried.form.line("id"),
        "name": tried.form.line("name"),
        "wrong_name": refused is not None and "name" in (refused.fields or {}),
        "problem": _problem_of(refused) if refused is not None else "",
    }


async def _options(request: Request, own: OwnPasskeys) -> str:
    """The options with which the browser makes a new passkey. Empty if a password is needed first, or if browsers offer
    no passkeys here."""
    if not own.offered or not own.recent:
        return ""
    try:
        return await program_of(request).passkeys.begin(request, None)
    except Refused:
        # The ten minutes after the sign-in have just ended. The password is asked for.
        return ""


def _problem_of(refused: Refused) -> str:
    asked = {"password", "sign_in"} & set(refused.fields or {})
    return asked.pop() if asked else problem_of(refused)
