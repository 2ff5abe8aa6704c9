"""`/requests/{number}`: one request with its conversation, and the forms to answer it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from identity.actor import Actor
from learning.suggested import Attached
from refusals import Refused
from texts.visible import shows_something
from ticketing.codes import CODES
from ticketing.requests import NewReply
from ticketing.ticket import TEXT_MAX, Says
from widgets.portal import field_inputs, mailed
from widgets.portal.coverage import days_not_counted
from widgets.portal.frame import (
    STATUS_OF,
    faults_of,
    first_name,
    key_of,
    known,
    moments,
    no_faults,
    number_of,
    portal_page,
    problem_of,
    refused_page,
)
from widgets.portal.moments import Moments
from widgets.portal.story import files_of, last_of_staff, last_post, story
from widgets.portal.written import blocks_of
from widgets.ports import Form, RequestView, program_of
from widgets.shared.catalogues import catalogue_for

SOLVED_WORDS = "This solved it."
"""The text of the reply that only confirms."""
_FILE_ID_MAX = 64


def routes() -> list[Route]:
    return [
        Route("/requests/{number}", _request, methods=["GET"]),
        Route("/requests/{number}", _answer, methods=["POST"]),
        Route("/requests/{number}/files/{id}", _file, methods=["GET"]),
    ]


async def _request(request: Request) -> Response:
    says = "not_fixed" if "not_fixed" in request.query_params else ""
    return await _shown(request, Form({"says": says}), no_faults())


async def _file(request: Request) -> Response:
    """A redirect to the URL of a file. The links on the customers' pages lead here, because only these pages recognize
    browsers without an account."""
    portal = program_of(request).portal
    try:
        number_of(request)
        customer = known(await portal.customer(request))
        address = await portal.file(request, customer, _file_id(request))
    except Refused as refused:
        return refused_page(request, refused)
    return RedirectResponse(address, 302, {"Cache-Control": "private, no-store"})


async def _answer(request: Request) -> Response:
    portal = program_of(request).portal
    try:
        number = number_of(request)
        portal.check_form(request)
        customer = await portal.customer(request)
        if customer is None:
            return await _missing(request, None, await portal.read_texts(request))
        form = await portal.read_form(request, customer)
    except Refused as refused:
        return await _not_here(request, refused)
    wrong = _faults(form)
    if wrong:
        return await _shown(request, form, wrong, status=422)
    said = NewReply(text=_text(request, form), files=[one.id for one in form.attached], says=_says(form))
    try:
        made = await portal.reply(request, customer, number, said, form.line("seen"), key_of(form))
    except Refused as refused:
        if refused.code == "not_found":
            return await _missing(request, customer, form)
        status = STATUS_OF.get(refused.code, 422)
        return await _shown(request, form, faults_of(refused, form), problem=problem_of(refused), status=status)
    return RedirectResponse(f"/requests/{made}#latest", 303, {"Cache-Control": "no-store"})


async def _shown(
    request: Request, form: Form, wrong: defaultdict[str, str], *, problem: str = "", status: int = 200
) -> Response:
    portal = program_of(request).portal
    try:
        customer = known(await portal.customer(request))
        view = await portal.request(request, customer, number_of(request))
        proven = _mails_to(customer, view) if view.ticket.requester.verified else None
        failing = await mailed.failing_address(request, customer, proven)
        training = await _training(request, customer, view)
        fields = await program_of(request).portal.fields() if view.ticket.custom_fields else ()
    except Refused as refused:
        return await _not_here(request, refused)
    shown = {
        **_story_of(request, customer, view),
        "form": form,
        "failing": failing,
        "training": training,
        "custom": field_inputs.shown(fields, view.ticket.custom_fields, catalogue_for(request).tag),
        "wrong": wrong,
        "problem": problem or ("invalid" if wrong else ""),
        "key": key_of(form),
    }
    return await portal_page(request, "portal/request.html", shown, customer, "requests", status=status)


async def _training(request: Request, customer: Actor, view: RequestView) -> Attached:
    """The training that the solved ticket attaches. What has become of the place in a session is the requester's."""
    ticket = view.ticket
    code = CODES.get(ticket.resolution or "")
    if code is None or not code.trains or view.as_seen:
        return Attached()
    address = ticket.requester.email if ticket.requester.id in customer.ids else None
    return await program_of(request).learning.of_ticket(ticket.number, address)


async def _not_here(request: Request, refused: Refused) -> Response:
    """The page for a request that does not exist, or that this browser may not see.

    Both cases get the same page, so that the page does not reveal whether the request exists.
    """
    if refused.code != "not_found":
        return refused_page(request, refused)
    return await _missing(request, await program_of(request).portal.customer(request), Form({}))


async def _missing(request: Request, customer: Actor | None, form: Form) -> Response:
    """The page if this browser may not see the request. If a form was sent and the customer is not signed in, the page
    keeps the text of the form, to send it again."""
    kept = form.values.get("text", "") if customer is None or not customer.identified else ""
    shown = {"path": request.url.path, "text": kept, "form": form}
    return await portal_page(request, "portal/no-request.html", shown, customer, "requests", status=404)


def _story_of(request: Request, customer: Actor, view: RequestView) -> dict[str, object]:
    program, ticket = program_of(request), view.ticket
    when = moments(request, catalogue_for(request))
    days = story(ticket.transcript or (), customer.ids, ticket.solved_at, when.date_of, view.mailed)
    last = last_post(days)
    teams = {team.key: team.name for team in program.portal.teams()}
    return {
        "ticket": ticket,
        "may_write": view.may_write,
        "as_seen": view.as_seen,
        "issue_solved": view.issue_solved,
        "days": days,
        "files": files_of(days),
        "latest": last,
        "confirmed": last is not None and last.says == "solved" and ticket.status == "open",
        "answers": first_name(last_of_staff(days) or (ticket.assignee.name if ticket.assignee is not None else "")),
        "team_name": program.team_names(request, [ticket.team])[0],
        "teams": teams,
        "code": CODES.get(ticket.resolution or ""),
        "first": first_name,
        "blocks_of": blocks_of,
        "own": ticket.requester.id in customer.ids,
        "not_counted": _not_counted(request, view, when),
        "mails_to": _mails_to(customer, view),
        "mailed": mailed.result_of(request),
    }


def _not_counted(request: Request, view: RequestView, when: Moments) -> Sequence[date]:
    """The coming days that the waiting clock of the request does not count, such as holidays."""
    solves = view.ticket.promise.auto_solve
    teams = [team for team in program_of(request).portal.teams() if team.key == view.ticket.team]
    if solves is None or not teams:
        return ()
    return days_not_counted(teams[0].chat, when.today(), when.desk_date_of(solves))


def _mails_to(customer: Actor, view: RequestView) -> str | None:
    """The address to which the conversation can be mailed. None if the reader is not the requester."""
    ticket = view.ticket
    asked = ticket.requester.id in customer.ids or ticket.number in customer.confirmed
    return ticket.requester.email if asked and not view.as_seen else None


def _file_id(request: Request) -> str:
    id_ = str(request.path_params["id"])
    if not (id_.isascii() and id_.isprintable() and len(id_) <= _FILE_ID_MAX):
        raise Refused("not_found", "There is no such file.")
    return id_


def _faults(form: Form) -> defaultdict[str, str]:
    found = no_faults()
    text = form.values.get("text", "")
    if _says(form) != "solved" and not (shows_something(text) or (form.attached and not text.strip())):
        found["text"] = "empty"
    elif len(text) > TEXT_MAX:
        found["text"] = "long"
    if form.refused:
        found["files"] = "files"
    return found


def _says(form: Form) -> Says | None:
    match form.line("says"):
        case "solved":
            return "solved"
        case "not_fixed":
            return "not_fixed"
        case _:
            return None


def _text(request: Request, form: Form) -> str:
    """The text of a reply.

    If the customer confirms the solution and writes no text, the reply gets a standard text.
    """
    text = form.values.get("text", "")
    if _says(form) == "solved" and not shows_something(text):
        return catalogue_for(request).gettext(SOLVED_WORDS)
    return text
