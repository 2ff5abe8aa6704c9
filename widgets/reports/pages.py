"""`/reports`: the figures of a period. The page works without scripts. Its URL contains all filters."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from clock import from_rfc3339
from identity.actor import Actor
from refusals import Refused
from reports.asking import Wanted
from reports.definitions import DEFINITIONS
from reports.overview import FEW, Overview, Span
from reports.periods import DAYS_MAX, Period
from ticketing.codes import CHANNELS, name_of
from widgets.portal.frame import STATUS_OF
from widgets.portal.moments import Moments
from widgets.ports import program_of
from widgets.reports import agent_view, view, words
from widgets.reports.ports import Choices
from widgets.shared.pages import error_page, page, person, signed_in, to_sign_in

TABLES = ("days", "teams", "agents", "products", "hours", "codes")
_YEARS = range(2000, 2101)


def routes() -> list[Route]:
    async def overview(request: Request) -> Response:
        actor = await signed_in(request)
        if actor is None:
            return to_sign_in(request)
        if actor.kind != "staff":
            return error_page(request, 403)
        if actor.limited:
            # They must set up a second factor there first.
            return RedirectResponse("/account", 303, {"Cache-Control": "no-store"})
        try:
            return await _overview(request, actor)
        except Refused as refused:
            return error_page(request, STATUS_OF.get(refused.code, 404))

    async def agent(request: Request) -> Response:
        actor = await signed_in(request)
        if actor is None:
            return to_sign_in(request)
        # An admin sees figures, but nobody's day.
        if actor.kind != "staff" or actor.roles == ("admin",):
            return error_page(request, 403)
        if actor.limited:
            return RedirectResponse("/account", 303, {"Cache-Control": "no-store"})
        try:
            return await _agent(request, actor, program_of(request).settings.brand_name)
        except Refused as refused:
            return error_page(request, STATUS_OF.get(refused.code, 404))

    return [Route("/reports", overview), Route("/reports/agents/{id}", agent)]


async def _agent(request: Request, actor: Actor, brand: str) -> Response:
    reports = program_of(request).reports
    found = await reports.agent_day(request, actor, request.path_params["id"], _day(request.query_params.get("day")))
    frame = _frame(request, actor, reports.now())
    day = date.fromisoformat(found.timeline.day)
    figures, before = found.overview.figures, found.overview.previous
    context = {
        **frame,
        "agent": found,
        "own": actor.id == found.timeline.agent,
        "day": day.isoformat(),
        "earlier": (day - timedelta(days=1)).isoformat(),
        "later": (day + timedelta(days=1)).isoformat(),
        "day_name": words.days(day.toordinal(), day.toordinal() + 1),
        "period": words.days(*_span(found.overview.period)),
        "against": _against(found.overview),
        "headlines": view.headlines(figures, before),
        "chart": agent_view.day_chart(found.timeline, reports.zone()),
        "chats": agent_view.chats(found.timeline, reports.zone()),
        "times": agent_view.times(found.timeline),
        "code_name": lambda key: name_of(key, brand),
        "load": found.timeline.load,
        "words": words,
    }
    return page(request, "reports/agent.html", context)


def _span(span: Span) -> tuple[int, int]:
    return date.fromisoformat(span.from_).toordinal(), date.fromisoformat(span.to).toordinal()


async def _overview(request: Request, actor: Actor) -> Response:
    reports = program_of(request).reports
    choices = await reports.choices(request, actor)
    usual, given = reports.usual_period(), request.query_params
    first, after, fault = _days(given, usual)
    chosen = {name: _known(given.get(name), known) for name, known in _filters(choices).items()}
    shown: Overview | None = None
    if fault is None:
        shown = await reports.overview(request, actor, _wanted(Period(first, after), chosen))
    context = {
        **_frame(request, actor, reports.now()),
        "choices": choices,
        "product_options": [(product, product) for product in choices.products],
        "chosen": chosen,
        "first": date.fromordinal(first).isoformat(),
        "last": date.fromordinal(after - 1).isoformat(),
        "fault": fault,
        "swapped": _address(after - 1, first, chosen) if fault == "reversed" else None,
        "period": words.days(first, after) if after > first else "",
        "days_max": DAYS_MAX,
        "definitions": DEFINITIONS,
        **(
            _shown(shown, choices, chosen, program_of(request).settings.brand_name)
            if shown is not None
            else {"overview": None}
        ),
    }
    return page(request, "reports/overview.html", context, status=422 if fault else 200)


def _frame(request: Request, actor: Actor, now: int) -> dict[str, object]:
    me, zone = person(actor), program_of(request).timezone(request)
    return {"me": me, "page": {"me": me}, "when": Moments("en-US", zone, zone, now), "now": now}


def _filters(choices: Choices) -> dict[str, list[str]]:
    return {
        "team": list(choices.teams),
        "agent": list(choices.agents),
        "product": list(choices.products),
        "channel": list(CHANNELS),
    }


def _known(value: str | None, known: list[str]) -> str:
    """`value`, if it is one of the `known` values. Otherwise empty."""
    return value if value is not None and value in known else ""


def _days(given: Mapping[str, str], usual: Period) -> tuple[int, int, str | None]:
    """Three values: the first day, the day after the last one, and a word for what is wrong with these days, or None.
    The form itself has the last day, not the day after."""
    first, last = _day(given.get("from")), _day(given.get("last"))
    first = usual.first if first is None else first
    after = usual.after if last is None else last + 1
    if after <= first:
        return first, after, "reversed"
    return first, after, "too_long" if after - first > DAYS_MAX else None


def _day(text: str | None) -> int | None:
    try:
        found = date.fromisoformat(text or "")
    except ValueError:
        return None
    return found.toordinal() if found.year in _YEARS else None


def _wanted(period: Period, chosen: Mapping[str, str]) -> Wanted:
    def one(name: str) -> tuple[str, ...]:
        return (chosen[name],) if chosen[name] else ()

    return Wanted(
        first=period.first,
        after=period.after,
        teams=one("team"),
        agent=chosen["agent"] or None,
        products=one("product"),
        channels=one("channel"),
    )


def _address(first: int, last: int, chosen: Mapping[str, str]) -> str:
    days = {"from": date.fromordinal(first).isoformat(), "last": date.fromordinal(last).isoformat()}
    return "/reports?" + urlencode({**days, **{name: value for name, value in chosen.items() if value}})


def _shown(overview: Overview, choices: Choices, chosen: Mapping[str, str], brand: str) -> dict[str, object]:
    first, after = (date.fromisoformat(day).toordinal() for day in (overview.period.from_, overview.period.to))
    length = after - first
    query = {"from": overview.period.from_, "to": overview.period.to}
    query |= {name: value for name, value in chosen.items() if value}
    columns, heat = view.hours(overview)
    return {
        "overview": overview,
        "few": overview.figures.offered < FEW,
        "headlines": view.headlines(overview.figures, overview.previous),
        "against": _against(overview),
        "chart": view.day_chart(overview),
        "hour_columns": columns,
        "heat": heat,
        "teams": view.rows_of(overview.by_team, lambda key: choices.teams.get(key, key)),
        "agents": view.rows_of(overview.by_agent, lambda key: choices.agents.get(key, "") if key else "Nobody"),
        "products": view.rows_of(overview.by_product, lambda key: key or "None"),
        "codes": view.codes(overview, lambda key: name_of(key, brand)),
        "counted_to": from_rfc3339(overview.counted_to),
        "as_of": from_rfc3339(overview.as_of),
        "tables": {name: f"/api/reports/{name}.csv?{urlencode(query)}" for name in TABLES},
        "earlier": _address(first - length, first - 1, chosen),
        "later": _address(after, after + length - 1, chosen),
        "words": words,
    }


def _against(overview: Overview) -> str:
    if overview.compared is None:
        return ""
    return words.days(*_span(overview.compared))
