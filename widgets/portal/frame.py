"""The common part of all pages for customers: the head, dates in the reader's language and zone, refusals."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping
from contextlib import suppress
from typing import Literal
from urllib.parse import urlencode
from uuid import uuid4

from babel import Locale
from starlette.requests import Request
from starlette.responses import Response

from availability.board import headline
from identity.actor import Actor
from refusals import Refused
from widgets.following_ports import Unread
from widgets.portal.looks import look_of
from widgets.portal.moments import Moments
from widgets.ports import Form, program_of
from widgets.shared.catalogues import Catalogue, catalogue_for, languages
from widgets.shared.pages import error_page, own_path, page, signed_in
from widgets.shared.system_banner import banner_for

Here = Literal["home", "requests", "submit", "learning", "contacts", "status", ""]
STATUS_OF: Mapping[str, int] = {
    "forbidden": 403,
    "not_found": 404,
    "conflict": 409,
    "too_large": 413,
    "rate_limited": 429,
    "proof_needed": 429,
    "unavailable": 503,
}
"""The HTTP status of a page by the code of a refusal. Other codes have the status 422."""

_DIGITS_MAX = 15
_KEY_MAX = 100
_FAMILY_FIRST = ("CJK", "HIRAGANA", "KATAKANA", "HANGUL")
_IN_BRACKETS = re.compile(r"\s*\(.*")


async def portal_page(
    request: Request,
    template: str,
    context: Mapping[str, object],
    customer: Actor | None,
    here: Here,
    *,
    status: int = 200,
) -> Response:
    """A page of the portal. `here` is the current entry of the navigation."""
    catalogue = catalogue_for(request)
    try:
        actor = await signed_in(request)
    except Refused:
        actor = None
    settings = program_of(request).settings
    shown = {
        "brand": settings.brand_name,
        "keeps_letters": settings.demo and not settings.sends_mail,
        "learning_name": program_of(request).learning.name,
        "me": person_of(customer),
        "staff": actor is not None and actor.kind == "staff",
        "here": here,
        "languages": named_languages(),
        "language": catalogue.tag.split("-")[0],
        "here_path": _path_of(request),
        "when": moments(request, catalogue),
        **await _systems(request, customer),
        "unread": context["unread"] if "unread" in context else await unread_of(request, customer),
        "look_of": look_of([product for team in program_of(request).portal.teams() for product in team.products]),
        **context,
    }
    return page(request, template, shown, status=status, catalogue=catalogue)


async def _systems(request: Request, customer: Actor | None) -> dict[str, object]:
    """The state of the systems, for the banner and the foot. `banner_ticket` is the reader's ticket about the incident
    of the banner."""
    availability, banner = program_of(request).availability, await banner_for(request)
    shown: dict[str, object] = {
        "board": availability.board(),
        "banner": banner,
        "headline": headline,
        "banner_ticket": None,
    }
    if banner is not None and banner.incident is not None:
        with suppress(Refused):
            shown["banner_ticket"] = (await availability.tickets_of(customer)).get(banner.incident.incident.id)
    return shown


async def unread_of(request: Request, customer: Actor | None) -> Unread:
    """The notices under the bell that the reader has not seen. Empty during an outage."""
    if customer is None or not customer.identified:
        return Unread()
    try:
        return await program_of(request).following.unread(request)
    except Refused:
        return Unread()


def named_languages() -> list[tuple[str, str]]:
    """The languages that have texts, each with its own name for itself."""
    tags = ("en", *languages())
    return [(tag, (Locale(tag).get_display_name(tag) or tag).capitalize()) for tag in tags]


def _path_of(request: Request) -> str:
    """The path and query of this page, to which the reader returns after choosing a language."""
    kept = [
        (name, value)
        for name, value in request.query_params.multi_items()
        if name != "locale" and (name != "next" or own_path(value))
    ]
    query = urlencode(kept)
    return f"{request.url.path}?{query}" if query else request.url.path


def moments(request: Request, catalogue: Catalogue) -> Moments:
    program = program_of(request)
    desk_zone = program.timezone(request)
    return Moments(catalogue.tag, program.portal.zone(request) or desk_zone, desk_zone, program.portal.now())


def person_of(customer: Actor | None) -> dict[str, str] | None:
    """A customer with an account, for templates. None for visitors."""
    if customer is None or not customer.identified:
        return None
    return {"id": customer.customer, "name": customer.name or customer.email or "", "email": customer.email or ""}


def problem_of(refused: Refused) -> str:
    """A word that selects the sentence above a form. It is one of three: the outcome of a change during an outage, the
    reason for a refused single sign-on or passkey, or else the code of the refusal."""
    reason = next((name for name in refused.fields or {} if name.startswith(("sso_", "passkey_"))), refused.code)
    return str(refused.facts.get("outcome", reason))


def refused_page(request: Request, refused: Refused) -> Response:
    """The page for a refusal that cannot be shown in a form."""
    status = STATUS_OF.get(refused.code, 422)
    return error_page(request, 404 if status == 422 else status)


def number_of(request: Request) -> int:
    """The number of the ticket in the URL. Raises Refused(not_found) if it cannot be the number of a ticket."""
    number = str(request.path_params["number"])
    if not (number.isascii() and number.isdecimal() and len(number) <= _DIGITS_MAX):
        raise Refused("not_found", "There is no such request.")
    return int(number)


def known(customer: Actor | None) -> Actor:
    """Return `customer`. Raises Refused(not_found) if `customer` is None, which means that this browser is not known
    yet."""
    if customer is None:
        raise Refused("not_found", "There is no such request.")
    return customer


def key_of(form: Form) -> str:
    """The idempotency key of a form. If the form has none, a new key.

    With the key, a form that is sent twice takes effect only once.
    """
    key = form.line("key")
    return key if key and key.isascii() and key.isprintable() and len(key) <= _KEY_MAX else str(uuid4())


def first_name(name: str) -> str:
    """The first name of a person for use in a sentence, like `Priya` for `Priya Raman`.

    If the name begins with the family name, the whole name.

    `firstName` in people.js does the same.
    """
    whole = name.strip()
    if whole and unicodedata.name(whole[0], "").startswith(_FAMILY_FIRST):
        return _IN_BRACKETS.sub("", whole)
    return whole.split()[0] if whole else ""


def no_faults() -> defaultdict[str, str]:
    """A new dictionary without faults of a form.

    It maps the name of a field to a word for the field's fault. The word is empty if the field has no fault.
    """
    return defaultdict(str)


def faults_of(refused: Refused, form: Form) -> defaultdict[str, str]:
    """The faults that a refusal names, in a dictionary of the form that `no_faults` describes."""
    found = no_faults()
    for field in refused.fields or {}:
        found[field] = "long" if refused.code == "too_large" else "other"
    if found["text"] == "other" and not form.line("text"):
        found["text"] = "empty"
    return found
