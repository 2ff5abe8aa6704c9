"""`/submit` and `/learning/training`: a new request by a form, without scripts. The second asks for a training."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from identity.actor import Actor
from refusals import Refused
from routing.other_hours import OtherHours, closures
from texts.addresses import is_email
from texts.visible import fault_of_line, shows_something
from ticketing.custom_fields import PREFIX
from ticketing.requests import NewTicket
from ticketing.ticket import NAME_MAX, SUBJECT_MAX, TEXT_MAX
from widgets.portal.field_inputs import FieldInput, inputs, no_number, wanted
from widgets.portal.frame import (
    STATUS_OF,
    Here,
    faults_of,
    key_of,
    known,
    moments,
    no_faults,
    portal_page,
    problem_of,
    refused_page,
)
from widgets.portal.story import files_of, story
from widgets.ports import Form, TeamView, program_of
from widgets.shared.catalogues import catalogue_for

_TRAINING = "/learning/training"
_AHEAD_DAYS = 60
_DAYS_OFF_MAX = 2
_LINE_MAX = {"name": NAME_MAX, "subject": SUBJECT_MAX}


def routes() -> list[Route]:
    return [
        Route("/submit", _submit, methods=["GET"]),
        Route("/submit", _send, methods=["POST"]),
        Route(_TRAINING, _submit, methods=["GET"]),
        Route(_TRAINING, _send, methods=["POST"]),
    ]


@dataclass(frozen=True, slots=True)
class DaysOff:
    """Days on which the same teams are closed."""

    off: OtherHours
    teams: Sequence[str]


async def _submit(request: Request) -> Response:
    """The page with the form. With `?sent=NUMBER`, the page instead says what happens next with the request that was
    just sent."""
    portal = program_of(request).portal
    sent = request.query_params.get("sent", "")
    if sent.isdecimal() and len(sent) < 16:
        return await _sent(request, int(sent))
    try:
        customer = await portal.writer(request)
    except Refused as refused:
        return refused_page(request, refused)
    fields = {name: request.query_params.get(name, "") for name in ("team", "product", "subject")}
    if _asks_for_training(request) and not fields["subject"]:
        fields["subject"] = catalogue_for(request).gettext("Custom training")
    form = Form(fields)
    return await _form(request, customer, form, no_faults())


async def _send(request: Request) -> Response:
    portal = program_of(request).portal
    try:
        portal.check_form(request)
        customer = await portal.writer(request)
    except Refused as refused:
        return await _nobody(request, refused)
    try:
        form = await portal.read_form(request, customer)
    except Refused as refused:
        return refused_page(request, refused)
    if changed := _changed(form, customer):
        return await _form(request, customer, form, no_faults(), problem=changed, status=409)
    team = _team(request, form, portal.teams())
    fields = await _fields(request, form, team)
    wrong = _faults(form, team) | _field_faults(fields)
    if wrong:
        return await _form(request, customer, form, wrong, status=422)
    try:
        number = await portal.submit(request, customer, _wanted(request, form, customer, team, fields), key_of(form))
    except Refused as refused:
        status = STATUS_OF.get(refused.code, 422)
        faults = faults_of(refused, form)
        return await _form(request, customer, form, faults, problem=problem_of(refused), status=status)
    return RedirectResponse(f"/submit?sent={number}", 303, {"Cache-Control": "no-store"})


async def _nobody(request: Request, refused: Refused) -> Response:
    """The answer if it cannot be found out who sent the form. During an outage, the form is shown again with its texts.
    Otherwise, an error page is shown."""
    if refused.code != "unavailable":
        return refused_page(request, refused)
    try:
        form = await program_of(request).portal.read_texts(request)
    except Refused:
        return refused_page(request, refused)
    return await _form(request, None, form, no_faults(), problem=problem_of(refused), status=503)


def _changed(form: Form, customer: Actor) -> str:
    """A word for the reason why the customer who filled in the form is no longer the one who is signed in. Empty if it
    is the same customer."""
    account = form.line("account")
    if not account or (customer.identified and customer.customer == account):
        return ""
    return "other_account" if customer.identified else "signed_out"


async def _sent(request: Request, number: int) -> Response:
    portal = program_of(request).portal
    try:
        customer = known(await portal.customer(request))
        view = await portal.request(request, customer, number)
    except Refused as refused:
        return refused_page(request, refused)
    ticket = view.ticket
    when = moments(request, catalogue_for(request))
    days = story(ticket.transcript or (), customer.ids, None, when.date_of)
    team = next((one for one in portal.teams() if one.key == ticket.team), None)
    name = program_of(request).team_names(request, [ticket.team])[0]
    settings = program_of(request).settings
    shown = {
        "ticket": ticket,
        "files": len(files_of(days)),
        "team": team,
        "team_name": name,
        "letter_to": ticket.requester.email if settings.sends_mail or settings.demo else None,
    }
    return await portal_page(request, "portal/sent.html", shown, customer, "submit")


async def _form(
    request: Request,
    customer: Actor | None,
    form: Form,
    wrong: defaultdict[str, str],
    *,
    problem: str = "",
    status: int = 200,
) -> Response:
    portal = program_of(request).portal
    teams = portal.teams()
    team = next((one for one in teams if one.key == form.line("team")), None)
    shown = {
        "form": form,
        "path": request.url.path,
        "training": _asks_for_training(request),
        "wrong": wrong,
        "problem": problem or ("invalid" if wrong or form.refused else ""),
        "key": key_of(form),
        "teams": teams,
        "team": team,
        "receives": program_of(request).settings.receives_mail,
        "products": team.products if team is not None else _products(teams),
        "fields": await _fields(request, form, team),
        "closed": days_off([team] if team is not None else teams, moments(request, catalogue_for(request)).today()),
    }
    here: Here = "learning" if _asks_for_training(request) else "submit"
    return await portal_page(request, "portal/submit.html", shown, customer, here, status=status)


def _asks_for_training(request: Request) -> bool:
    return request.url.path == _TRAINING


def _team(request: Request, form: Form, teams: Sequence[TeamView]) -> TeamView | None:
    """The chosen team. Customers who ask for a training need not know it: then it is the first team of the product."""
    chosen, product = form.line("team"), form.line("product")
    if chosen or not _asks_for_training(request):
        return next((one for one in teams if one.key == chosen), None)
    open_to_all = [one for one in teams if not one.proven_only]
    return next((one for one in open_to_all if not product or product in one.products), None)


def _faults(form: Form, team: TeamView | None) -> defaultdict[str, str]:
    """The faults that the customer must correct.

    A file that was refused is a fault too, so that the customer decides whether to send the request without the file.
    """
    found = no_faults()
    if team is None:
        found["team"] = "team"
    elif form.line("product") and form.line("product") not in team.products:
        found["product"] = "product"
    if form.line("email") and not is_email(form.line("email")):
        found["email"] = "email"
    for name in ("name", "subject"):
        if len(form.line(name)) > _LINE_MAX[name]:
            found[name] = "long_line"
        elif fault_of_line(form.line(name)):
            found[name] = "line"
    text = form.values.get("text", "")
    if not (shows_something(text) or (form.attached and not text.strip())):
        found["text"] = "empty"
    elif len(text) > TEXT_MAX:
        found["text"] = "long"
    if form.refused:
        found["files"] = "files"
    return found


def _wanted(
    request: Request, form: Form, customer: Actor, team: TeamView | None, fields: Sequence[FieldInput]
) -> NewTicket:
    stranger = not customer.identified
    return NewTicket(
        team=team.key if team is not None else "",
        text=form.values.get("text", ""),
        product=form.line("product") or None,
        subject=form.line("subject") or None,
        files=[file.id for file in form.attached],
        training_request=_asks_for_training(request),
        custom_fields=wanted(fields),
        name=(form.line("name") or None) if stranger else None,
        email=(form.line("email") or None) if stranger else None,
    )


async def _fields(request: Request, form: Form, team: TeamView | None) -> list[FieldInput]:
    """The custom fields of the form. None during an outage, when nothing can be sent."""
    try:
        known = await program_of(request).portal.fields()
    except Refused:
        return []
    language = catalogue_for(request).tag
    return inputs(known, form, team.key if team is not None else None, form.line("product"), language)


def _field_faults(fields: Sequence[FieldInput]) -> defaultdict[str, str]:
    """The custom fields that the customer must still fill in, or correct."""
    said, found = wanted(fields), no_faults()
    for one in fields:
        if one.needed and one.name.removeprefix(PREFIX) not in said:
            found[one.name] = "needed"
        elif one.value and no_number(one):
            found[one.name] = "number"
    return found


def _products(teams: Sequence[TeamView]) -> list[str]:
    return list(dict.fromkeys(product for team in teams for product in team.products))


def days_off(teams: Sequence[TeamView], today: date) -> list[DaysOff]:
    """The next days on which the teams do not answer mail. Teams that are closed on the same days are one item."""
    found: dict[OtherHours, list[str]] = {}
    for team in teams:
        for off in closures(team.mail, today, _AHEAD_DAYS):
            found.setdefault(off, []).append(team.name)
    first = sorted(found, key=lambda off: off.first)[:_DAYS_OFF_MAX]
    return [DaysOff(off, found[off]) for off in first]
