"""`/reports`: the figures of a period. The page works without scripts. Its URL contains all filters."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from clock import from_rfc3339
from identity.actor import Actor
from identity.permissions import MAY
from refusals import Refused
from reports.definitions import DEFINITIONS
from reports.drill import CURRENT, FILE_MAX
from reports.overview import FEW, Overview
from reports.periods import DAYS_MAX, WEEKLY_AT, Period, presets
from reports.tables import NAMES
from texts.numbers import whole_number
from ticketing.codes import name_of
from widgets.portal.frame import STATUS_OF
from widgets.portal.moments import Moments
from widgets.ports import program_of
from widgets.reports import agent_view, behind, by_day, list_csv, panes, service_levels, ticket_view, view, words
from widgets.reports.filters import CHANNEL_NAMES, Filters, as_given, day_of, filters_of, ordinals_of
from widgets.reports.ports import AgentDay, Choices
from widgets.shared.pages import error_page, page, person, signed_in, to_sign_in, vocabulary


def routes() -> list[Route]:
    return [
        Route("/reports", _shown_to(_overview, admins=True)),
        Route("/reports/weekly", _shown_to(_choose_weekly, admins=False), methods=["POST"]),
        Route("/reports/weekly/{token}", _to_weekly, methods=["GET"]),
        Route("/reports/weekly/{token}", _stop_weekly, methods=["POST"]),
        # An admin sees figures, but neither lists nor the days of agents.
        Route(behind.PATH, _shown_to(_list, admins=False)),
        Route("/reports/agents/{id}", _shown_to(_agent, admins=False)),
        Route("/reports/tickets/{number}", _shown_to(_ticket, admins=False)),
    ]


def _shown_to(
    show: Callable[[Request, Actor], Awaitable[Response]], *, admins: bool
) -> Callable[[Request], Awaitable[Response]]:
    """The handler of a page for staff. If `admins` is false, people who are only admins do not see the page."""

    async def handle(request: Request) -> Response:
        actor = await signed_in(request)
        if actor is None:
            return to_sign_in(request)
        readers = MAY["read", "reports" if admins else "counted"]
        if actor.kind != "staff" or readers.isdisjoint(actor.roles):
            return error_page(request, 403)
        if actor.limited:
            # They must set up a second factor there first.
            return RedirectResponse("/account", 303, {"Cache-Control": "no-store"})
        try:
            return await show(request, actor)
        except Refused as refused:
            return error_page(request, STATUS_OF.get(refused.code, 404))

    return handle


async def _agent(request: Request, actor: Actor) -> Response:
    reports, brand = program_of(request).reports, program_of(request).settings.brand_name
    found = await reports.agent_day(request, actor, request.path_params["id"], day_of(request.query_params.get("day")))
    frame = _frame(request, actor, reports.now())
    own, when = actor.id == found.timeline.agent, Moments("en-US", reports.zone(), reports.zone(), reports.now())
    day = date.fromisoformat(found.timeline.day)
    figures, before = found.overview.figures, found.overview.previous
    context = {
        **frame,
        # The script that shows an agent their feedback names codes.
        "page": {"me": frame["me"], **(vocabulary(brand) if own else {})},
        "agent": found,
        "own": own,
        "day": day.isoformat(),
        "earlier": (day - timedelta(days=1)).isoformat(),
        "day_after": (day + timedelta(days=1)).isoformat(),
        "today": when.desk_date_of(reports.now()) == day,
        "day_name": words.days(day.toordinal(), day.toordinal() + 1),
        "period": words.days(*ordinals_of(found.overview.period)),
        "against": _against(found.overview),
        "few_of": FEW,
        "headlines": view.headlines(figures, before),
        "chart": agent_view.day_chart(found.timeline, reports.zone()),
        "chats": agent_view.chats(found.timeline, reports.zone(), reports.team_name),
        "times": agent_view.times(found.timeline),
        "code_name": lambda key: name_of(key, brand),
        "behind": _behind_of_agent(found),
        "load": found.timeline.load,
        "words": words,
    }
    return page(request, "reports/agent.html", context)


def _behind_of_agent(found: AgentDay) -> Callable[..., str]:
    """The address of the list behind a figure of this agent."""
    first, after = ordinals_of(found.overview.period)
    chosen = {"agent": found.timeline.agent}
    return partial(Filters(first=first, after=after, chosen=chosen).address, behind.PATH)


async def _overview(request: Request, actor: Actor) -> Response:
    reports = program_of(request).reports
    choices = await reports.choices(request, actor)
    usual = reports.usual_period()
    filters = _filters(request, usual, choices)
    shown: Overview | None = None
    if filters.fault is None:
        shown = await reports.overview(request, actor, filters.wanted())
    context = {
        **_frame(request, actor, reports.now()),
        "choices": choices,
        "product_options": [(product, product) for product in choices.products],
        "chosen": filters.chosen,
        "narrowed": filters.named(choices),
        "channel_names": CHANNEL_NAMES,
        "first": filters.first_day,
        "last": filters.last_day,
        "fault": filters.fault,
        "presets": [
            (name, filters.over(period).address(), (period.first, period.after) == (filters.first, filters.after))
            for name, period in presets(usual.after)
        ],
        "swapped": filters.swapped().address() if filters.fault == "reversed" else None,
        "period": words.days(filters.first, filters.after) if filters.fault is None else "",
        "unknown": " and ".join(filters.unknown),
        "no_days": filters.no_days,
        "known": filters.address(),
        "days_max": DAYS_MAX,
        "definitions": DEFINITIONS,
        "weekly": await reports.weekly(actor),
        "weekly_address": filters.address("/reports/weekly"),
        "weekly_at": f"{WEEKLY_AT:%H:%M}",
        "weekly_zone": reports.zone(),
        **(
            _shown(shown, choices, filters, actor, program_of(request).settings.brand_name, reports.zone())
            if shown is not None
            else {"overview": None}
        ),
    }
    return page(request, "reports/overview.html", context, status=422 if filters.fault else 200)


def _filters(request: Request, usual: Period, choices: Choices) -> Filters:
    """The filters of an address. Those that ask for a list which does not exist are unknown too."""
    found = filters_of(request.query_params, usual, choices)
    return replace(found, unknown=[*found.unknown, *behind.unknown_of(request.query_params)])


async def _choose_weekly(request: Request, actor: Actor) -> Response:
    """Start or stop the weekly mail, and show the same report again."""
    program = program_of(request)
    form = await program.accounts.read_form(request)
    if (wanted := form.line("weekly")) not in ("on", "off"):
        raise Refused("invalid", "This form has no choice.")
    await program.reports.choose_weekly(actor, wanted=wanted == "on")
    choices = await program.reports.choices(request, actor)
    address = filters_of(request.query_params, program.reports.usual_period(), choices).address()
    return RedirectResponse(f"{address}#weekly", 303, {"Cache-Control": "no-store"})


async def _to_weekly(request: Request) -> Response:
    """Opening the link of a letter changes nothing, because programs that check mail open links too."""
    return RedirectResponse("/reports#weekly", 303, {"Cache-Control": "no-store"})


async def _stop_weekly(request: Request) -> Response:
    """Mail programs send this (RFC 8058), without a session. It may come from any site: the token is all it needs."""
    try:
        stopped = await program_of(request).reports.stop_weekly(request.path_params["token"])
    except Refused as refused:
        return error_page(request, STATUS_OF.get(refused.code, 503))
    if not stopped:
        return error_page(request, 404)
    return PlainTextResponse("You no longer get the weekly mail.\n", headers={"Cache-Control": "no-store"})


async def _list(request: Request, actor: Actor) -> Response:
    reports, brand = program_of(request).reports, program_of(request).settings.brand_name
    choices = await reports.choices(request, actor)
    filters = _filters(request, reports.usual_period(), choices)
    if filters.fault is not None:
        # The page of figures says what is wrong.
        return RedirectResponse(
            as_given(request.query_params, "metric", *behind.LIMITS), 303, {"Cache-Control": "no-store"}
        )
    asked = behind.behind_of(request.query_params)
    as_csv = list_csv.is_wanted(request.query_params)
    found = await reports.counted(request, actor, filters.wanted(), list_csv.whole(asked) if as_csv else asked)
    code_name = partial(name_of, brand=brand)
    if as_csv:
        return list_csv.file_of(filters, asked, found, choices, code_name)
    context = {
        **_frame(request, actor, reports.now()),
        "title": behind.title(asked, code_name),
        "column": behind.column(asked),
        "asked": asked,
        "order": behind.order(asked),
        "other_order": behind.other_order(filters, asked),
        "csv": list_csv.address(filters, asked),
        "csv_rows": FILE_MAX,
        "at_name": {"backlog": "Created", "late_now": "Was due"}.get(asked.metric, "Time"),
        "period": "" if asked.metric in CURRENT else words.days(filters.first, filters.after),
        "narrowed": filters.named(choices),
        "found": found,
        "lines": behind.lines(found, asked, choices, code_name),
        "back": filters.address(),
        "intervals": lambda ticket: behind.address(
            filters, asked, asked.after or None, path=f"/reports/tickets/{ticket}"
        ),
        "next": None if found.next is None else behind.address(filters, asked, found.next),
        "first_page": behind.address(filters, asked) if asked.after else None,
        "words": words,
    }
    return page(request, "reports/list.html", context)


async def _ticket(request: Request, actor: Actor) -> Response:
    reports = program_of(request).reports
    number = whole_number(request.path_params["number"])
    if number is None:
        return error_page(request, 404)
    times, names = await reports.ticket_times(request, actor, number)
    context = {
        **_frame(request, actor, reports.now()),
        "number": times.ticket,
        "back": await _list_before(request, actor),
        "has_chats": any(one.chat is not None for one in times.intervals),
        "late": ticket_view.late(times, reports.team_name, names),
        "lines": ticket_view.lines(times, reports.team_name, names),
        "sums": [
            ("The ticket", ticket_view.sums(times, of_chats=False)),
            ("Its chats", ticket_view.sums(times, of_chats=True)),
        ],
    }
    return page(request, "reports/ticket.html", context)


async def _list_before(request: Request, actor: Actor) -> tuple[str, str] | None:
    """The address and the title of the list that the reader came from. None if they came from elsewhere."""
    if "metric" not in request.query_params:
        return None
    reports, brand = program_of(request).reports, program_of(request).settings.brand_name
    choices = await reports.choices(request, actor)
    filters = filters_of(request.query_params, reports.usual_period(), choices)
    asked = behind.behind_of(request.query_params)
    return behind.address(filters, asked, asked.after or None), behind.title(asked, lambda key: name_of(key, brand))


def _frame(request: Request, actor: Actor, now: int) -> dict[str, object]:
    me, zone = person(actor), program_of(request).timezone(request)
    return {"me": me, "page": {"me": me}, "when": Moments("en-US", zone, zone, now), "now": now}


def _shown(
    overview: Overview, choices: Choices, filters: Filters, actor: Actor, brand: str, zone: str
) -> dict[str, object]:
    period = Period(filters.first, filters.after)
    query = {"from": overview.period.from_, "to": overview.period.to}
    query |= {name: value for name, value in filters.chosen.items() if value}
    columns, heat = view.hours(overview)
    days = by_day.days_of(overview, zone)
    shown_teams = [part.key for part in overview.by_team if part.key in choices.goals]
    return {
        "overview": overview,
        "few": overview.figures.offered < FEW,
        "few_of": FEW,
        "headlines": view.headlines(overview.figures, overview.previous),
        "against": _against(overview),
        "days": days,
        "chart": by_day.day_chart(days),
        "wait_chart": by_day.wait_chart(overview, days, [choices.goals[team].wait_s for team in shown_teams]),
        "hour_columns": columns,
        "heat": heat,
        "teams": view.rows_of(
            overview.by_team, lambda key: choices.teams.get(key, key), choices.goals, overview.before_by_team
        ),
        "agents": view.rows_of(overview.by_agent, lambda key: choices.agents.get(key, "") if key else "Nobody"),
        "products": view.rows_of(overview.by_product, lambda key: key or "None"),
        "codes": view.codes(overview, lambda key: name_of(key, brand)),
        "counted_to": from_rfc3339(overview.counted_to),
        "as_of": from_rfc3339(overview.as_of),
        "tables": {name: f"/api/reports/{name}.csv?{urlencode(query)}" for name in NAMES},
        "earlier": filters.over(period.beside(-1)).address(),
        "period_after": filters.over(period.beside(1)).address(),
        "calendar": period.calendar,
        **{name: show(overview) for name, show in panes.PANES.items()},
        "service_levels": service_levels.shown(overview, days, lambda key: choices.teams.get(key, key)),
        "late_now": service_levels.late(overview, lambda key: choices.teams.get(key, key)),
        "ticket_counts": panes.TICKET_COUNTS,
        "age_names": panes.AGE_NAMES,
        "behind": None if not actor.converses else partial(filters.address, behind.PATH),
        "words": words,
    }


def _against(overview: Overview) -> str:
    if overview.compared is None:
        return ""
    return words.days(*ordinals_of(overview.compared))
