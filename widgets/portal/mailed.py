"""Words with which the customers' pages say what became of mail to the customer.

`/requests/{number}/transcript` mails the conversation to the customer who asks for it.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from identity.actor import Actor
from refusals import Refused
from widgets.portal.frame import known, number_of, refused_page
from widgets.ports import program_of

RESULTS = {"conflict": "back", "rate_limited": "later", "unavailable": "unsaved"}
"""The word for the result of a refused request, by the code of the refusal. After an accepted request it is `sent`."""


def routes() -> list[Route]:
    return [Route("/requests/{number}/transcript", _mail, methods=["POST"])]


def result_of(request: Request) -> str:
    """A word for the result of mailing the conversation. Empty if the customer has not asked for it."""
    word = request.query_params.get("mailed", "")
    return word if word in ("sent", *RESULTS.values()) else ""


async def failing_address(request: Request, customer: Actor, other: str | None = None) -> str:
    """The customer's proven address, if letters to this address come back. Otherwise an empty text.

    `other` is an address that a customer without an account has proven for one request.
    """
    address = customer.email if customer.identified else other
    comes_back = address is not None and await program_of(request).portal.comes_back(address)
    return address if address is not None and comes_back else ""


async def _mail(request: Request) -> Response:
    portal = program_of(request).portal
    try:
        number = number_of(request)
        portal.check_form(request)
        customer = known(await portal.customer(request))
    except Refused as refused:
        return refused_page(request, refused)
    result = "sent"
    try:
        await portal.mail_transcript(request, customer, number)
    except Refused as refused:
        if refused.code not in RESULTS:
            return refused_page(request, refused)
        result = RESULTS[refused.code]
    # The page is loaded anew, so that loading it once more mails nothing.
    return RedirectResponse(f"/requests/{number}?mailed={result}#mailed", 303, {"Cache-Control": "no-store"})
