"""`/webinars`: live sessions with their dates, registration, and calendar files."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from learning.booking import Place
from learning.ports import Listed
from learning.sessions import Session
from refusals import Refused
from widgets.learning_ports import SessionsShown
from widgets.portal.frame import moments, portal_page, problem_of, refused_page
from widgets.ports import Form, program_of
from widgets.shared.catalogues import catalogue_for

_AT_ONCE = {"Cache-Control": "no-store"}
_NEW_RECORDINGS = 3
_RETRY_AFTER_S = "10"
_TOKEN_MAX = 100


@dataclass(frozen=True, slots=True)
class Series:
    """The dates of one subject in a month. `place` is the reader's registration for one of them."""

    key: str
    dates: Sequence[Listed]
    place: Place | None
    locked: bool
    """True for a class whose course the reader has not done."""

    @property
    def first(self) -> Session:
        return self.dates[0].session

    @property
    def free_instead(self) -> Listed | None:
        """The first date with a free place, besides the reader's."""
        own = self.place.session.id if self.place is not None else 0
        free = (one for one in self.dates if one.session.id != own and one.seats.left and not one.seats.waiting)
        return next(free, None)

    @property
    def full(self) -> bool:
        return all(not one.seats.left or one.seats.waiting for one in self.dates)


def routes() -> list[Route]:
    return [
        Route("/webinars", _webinars, methods=["GET"]),
        Route("/webinars/dates/{token}.ics", _dates, methods=["GET"]),
        Route("/webinars/register", _register, methods=["POST"]),
        Route("/webinars/{session}/leave", _leave, methods=["POST"]),
        Route("/webinars/{session}.ics", _calendar, methods=["GET"]),
        Route("/webinars/{session}", _session, methods=["GET"]),
    ]


async def _webinars(
    request: Request, problem: str = "", form: Form | None = None, wrong: Mapping[str, str] | None = None
) -> Response:
    program = program_of(request)
    try:
        customer = await program.portal.customer(request)
        shown = await program.learning.sessions(request)
    except Refused as refused:
        return refused_page(request, refused)
    months = _months(shown.sessions, request)
    asked = request.query_params.get("month", "")
    month = asked if asked in (*months, "recordings") else next(iter(months), "recordings")
    series, checked = _series(months.get(month, []), shown, _chosen(request)), _chosen(request)
    checked = checked or _number(form.line("session") if form else "")
    planned = any(one.session.id == _chosen(request) for one in shown.sessions)
    context = {
        "gone": bool(_chosen(request)) and not planned,
        "over": next((one for one in shown.recordings if one.id == _chosen(request)), None),
        "months": {key: date.fromisoformat(f"{key}-01") for key in months},
        "counts": {key: len({one.session.series for one in listed}) for key, listed in months.items()},
        "month": month,
        "series": series,
        "own": shown.own,
        "dates": shown.dates,
        "link_of": program.learning.link_of,
        "recordings": shown.recordings,
        "new_recordings": shown.recordings[:_NEW_RECORDINGS],
        "chosen": _chosen(request),
        "checked": checked,
        "near": any(date.session.id == checked for one in series for date in one.dates),
        "asked": request.query_params.get("asked") == "1",
        "late": request.query_params.get("late") == "1",
        "problem": problem,
        "form": form,
        "wrong": wrong or {},
        "courses": {one.source: one.title for one in shown.catalogue.resources},
    }
    busy = problem in ("unavailable", "unsaved", "unknown")
    status = 503 if busy else 422 if problem else 200
    answer = await portal_page(request, "portal/webinars.html", context, customer, "learning", status=status)
    if busy:
        answer.headers["Retry-After"] = _RETRY_AFTER_S
    return answer


async def _register(request: Request) -> Response:
    """Register for the chosen date: at once with an account, otherwise by a link that is mailed."""
    program = program_of(request)
    try:
        form = await program.portal.read_texts(request)
    except Refused as refused:
        return refused_page(request, refused)
    id_, before = _number(form.line("session")), form.line("seen")
    try:
        customer = await program.portal.customer(request)
        if customer is not None and customer.identified and customer.email and not form.line("email"):
            place = await program.learning.register(request, id_)
            instead_of = _number(form.line("instead_of"))
            if instead_of and place.registration.standing == "registered":
                # The place comes first: whoever gets none stays on the list.
                with suppress(Refused):
                    await program.learning.leave(request, instead_of)
            late = "&late=1" if place.number and before == "free" else ""
            return RedirectResponse(f"/webinars?session={id_}{late}#{place.session.series}", 303, _AT_ONCE)
        await program.learning.ask(request, id_, form.line("name"), form.line("email"))
    except Refused as refused:
        if refused.code in ("invalid", "conflict", "unavailable", "rate_limited"):
            return await _webinars(request, problem_of(refused), form, refused.fields)
        return refused_page(request, refused)
    return RedirectResponse(f"/webinars?session={id_}&asked=1#said", 303, _AT_ONCE)


async def _leave(request: Request) -> Response:
    program = program_of(request)
    try:
        place = await program.learning.leave(request, _id_of(request))
    except Refused as refused:
        if refused.code in ("conflict", "unavailable"):
            return await _webinars(request, problem_of(refused))
        return refused_page(request, refused)
    return RedirectResponse(f"/webinars#{place.session.series}", 303, _AT_ONCE)


async def _session(request: Request) -> Response:
    """The address of one session in calendars and letters: it leads to the page of all sessions."""
    try:
        return RedirectResponse(f"/webinars?session={_id_of(request)}", 303, _AT_ONCE)
    except Refused as refused:
        return refused_page(request, refused)


async def _calendar(request: Request) -> Response:
    token = request.query_params.get("registration", "")
    try:
        file = await program_of(request).learning.calendar(request, _id_of(request), token[:_TOKEN_MAX])
    except Refused as refused:
        return refused_page(request, refused)
    return _as_calendar(file)


async def _dates(request: Request) -> Response:
    try:
        file = await program_of(request).learning.dates(str(request.path_params["token"])[:_TOKEN_MAX])
    except Refused as refused:
        return refused_page(request, refused)
    return _as_calendar(file)


def _as_calendar(file: bytes) -> Response:
    headers = {"Cache-Control": "no-store", "Content-Disposition": 'attachment; filename="session.ics"'}
    return Response(file, 200, headers, "text/calendar; charset=utf-8")


def _months(sessions: Sequence[Listed], request: Request) -> dict[str, list[Listed]]:
    """The sessions by the month in which they begin, in the reader's zone, as `2026-12`."""
    when, months = moments(request, catalogue_for(request)), defaultdict[str, list[Listed]](list)
    for one in sessions:
        months[f"{when.date_of(one.session.starts_at):%Y-%m}"].append(one)
    return months


def _series(listed: Sequence[Listed], shown: SessionsShown, chosen: int) -> list[Series]:
    grouped = defaultdict[str, list[Listed]](list)
    for one in listed:
        grouped[one.session.series].append(one)
    own = defaultdict[str, list[Place]](list)
    for place in shown.own:
        own[place.session.series].append(place)
    return [
        Series(
            key,
            dates,
            next((place for place in own[key] if place.session.id == chosen), next(iter(own[key]), None)),
            locked=bool(dates[0].session.after) and f"resource:{dates[0].session.after}" not in shown.done,
        )
        for key, dates in grouped.items()
    ]


def _chosen(request: Request) -> int:
    return _number(request.query_params.get("session", ""))


def _id_of(request: Request) -> int:
    id_ = _number(str(request.path_params["session"]))
    if not id_:
        raise Refused("not_found", "There is no such session.")
    return id_


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else 0
