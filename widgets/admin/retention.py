"""`/admin/retention`: how long the desk keeps what it stores."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from identity.actor import Actor
from refusals import Refused
from texts.numbers import whole_number
from widgets.admin.frame import admin_page, after_change, guarded, versions_of
from widgets.ports import program_of

KEY = "retention"


@dataclass(frozen=True, slots=True)
class _Kind:
    """A kind of data, as the page names it. `since`: the moment from which its days count. `otherwise`: how long it is
    kept without a number of days."""

    key: str
    label: str
    note: str
    since: str = "after the last use"
    otherwise: str = "for ever"

    @property
    def of_tickets(self) -> bool:
        return self.since == _CLOSED


_CLOSED = "after the ticket was closed for good"
_KINDS = (
    _Kind("conversations", "Texts, names and addresses", "Staff can redact a single message earlier", _CLOSED),
    _Kind(
        "files",
        "Files",
        "Files that were uploaded but not sent go after a day",
        _CLOSED,
        otherwise="as long as the texts",
    ),
    _Kind(
        "mails",
        "Addresses of letters and mails",
        "Letters about tickets that are not closed for good stay. The record of a letter stays, without its address",
        "after it was sent or came in",
    ),
    _Kind(
        "browsers",
        "Names in browsers of customers",
        "What a customer wrote about themselves before a chat. Tickets keep their own names",
        "after the customer last did something",
    ),
    _Kind(
        "networks",
        "Network addresses",
        "In the audit log, of sign-ins that are over, of uploads and of answers about articles",
        "after the request",
    ),
    _Kind("reviews", "Texts of reviews", "Verdicts and scores stay", "after the review"),
    _Kind(
        "feedback",
        "Comments on articles, and searches without a result",
        "Whether the article was useful stays",
        "after the comment or the last such search",
    ),
    _Kind(
        "training",
        "Names and addresses of registrations",
        "The number of participants stays",
        "after the session began",
    ),
)


def routes() -> list[Route]:
    return [
        Route("/admin/retention", guarded(KEY, _page), methods=["GET"]),
        Route("/admin/retention", guarded(KEY, _send), methods=["POST"]),
    ]


async def _page(request: Request, actor: Actor) -> Response:
    return await _shown(request, actor)


async def _send(request: Request, actor: Actor) -> Response:
    form = await program_of(request).accounts.read_form(request)
    given = {kind.key: form.line(kind.key) for kind in _KINDS}
    # Anything that is no number is refused as too few days.
    wanted = {kind: None if not text else whole_number(text) or 0 for kind, text in given.items()}
    try:
        data = program_of(request).administration.personal_data
        await data.change_retention(actor, wanted, versions_of(form))
    except Refused as refused:
        if refused.code in ("unavailable", "forbidden"):
            raise
        return await _shown(request, actor, refused=refused)
    return after_change("/admin/retention")


async def _shown(request: Request, actor: Actor, refused: Refused | None = None) -> Response:
    administration = program_of(request).administration
    kept = await administration.personal_data.retention(actor)
    context = {
        "mail_days": administration.mail_kept_days,
        "kept": kept.days,
        "kinds": _KINDS,
        "version": kept.version,
        "may_change": "admin" in actor.roles,
    }
    return await admin_page(request, actor, KEY, "admin/retention.html", context, refused=refused)
