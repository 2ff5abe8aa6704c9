"""`/admin/audit`: who did what, when, and from which network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from urllib.parse import quote, unquote, urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from clock import rfc3339, zones
from identity.actor import Actor
from identity.audit import AuditLine
from identity.audit_search import AuditSearch, words_of
from refusals import Refused
from texts.numbers import whole_number
from ticketing.codes import CODES, name_of
from widgets.admin.audit_changes import Values
from widgets.admin.audit_words import KINDS, Said, said_of
from widgets.admin.frame import admin_page, after_change, guarded
from widgets.admin.ports import ClosingTeam
from widgets.portal.moments import Moments
from widgets.ports import program_of
from widgets.shared.pages import error_page

KEY = "audit"
_REFUSED = "switchboard_undo_refused"
"""The cookie with the sentence that says why nothing was undone. The next page shows it once."""
_KEPT_S = 60
_SENTENCE_MAX = 400
_DAY_MS = 86_400_000
_PERIODS: Mapping[str, int | None] = {"1": 1, "7": 7, "30": 30, "365": 365, "all": None}


def routes() -> list[Route]:
    return [
        Route("/admin/audit", guarded(KEY, _page), methods=["GET"]),
        Route("/admin/audit/{id}/undo", guarded(KEY, _undo), methods=["POST"]),
    ]


async def _page(request: Request, actor: Actor) -> Response:
    return await _shown(request, actor)


async def _undo(request: Request, actor: Actor) -> Response:
    form = await program_of(request).accounts.read_form(request)
    administration = program_of(request).administration
    line = whole_number(request.path_params["id"]) or 0
    if "admin" not in actor.roles:
        return error_page(request, 403)
    try:
        if not form.line("sure") and await administration.closed_by_undo(actor, line):
            return after_change(f"/admin/audit?asks={line}")
        await administration.undo(actor, line)
    except Refused as refused:
        if refused.code in ("unavailable", "not_found"):
            raise
        answer = after_change("/admin/audit?refused=1")
        _keep(answer, request, quote(refused.message[:_SENTENCE_MAX]), _KEPT_S)
        return answer
    return after_change("/admin/audit?undone=1")


def _keep(answer: Response, request: Request, sentence: str, seconds: int) -> None:
    answer.set_cookie(
        _REFUSED,
        sentence,
        seconds,
        path="/admin/audit",
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="strict",
    )


async def _closing(request: Request, actor: Actor) -> tuple[int, Sequence[ClosingTeam]]:
    """The line that `asks` names, and the teams that its undoing would close. Nothing if it cannot be undone any
    more."""
    line = whole_number(request.query_params.get("asks", "")) or 0
    if not line:
        return 0, []
    try:
        return line, await program_of(request).administration.closed_by_undo(actor, line)
    except Refused as refused:
        if refused.code == "unavailable":
            raise
        return 0, []


async def _shown(request: Request, actor: Actor) -> Response:
    asked, program = request.query_params, program_of(request)
    days, before = asked.get("days", "7"), asked.get("before", "")
    kind, who, q = asked.get("what", ""), asked.get("who", ""), asked.get("q", "").strip()
    verb, _, thing = kind.partition(":") if kind in KINDS else ("", "", "")
    period = _PERIODS.get(days, 7)
    wanted = AuditSearch(
        since=program.administration.now() - period * _DAY_MS if period is not None else 0,
        person=who or None,
        verb=verb or None,
        thing=thing or None,
        words=words_of(q),
        before=whole_number(before),
    )
    found = await program.administration.audit(actor, wanted)
    # An auditor sees no list of people, and so cannot filter by one.
    people = await program.administration.people(actor) if "admin" in actor.roles else []
    kept = {"days": days, "what": kind, "who": who, "q": q}
    line, closing = await _closing(request, actor)
    refused = unquote(request.cookies.get(_REFUSED, "")) if "refused" in asked else ""
    context = {
        "days": _by_day(request, actor, found.lines, found.names),
        "undone_lines": found.undone,
        "period": days,
        "kinds": KINDS,
        "kind": kind,
        "who": who,
        "asked": q,
        "people": people,
        "older": urlencode({**kept, "before": found.more}) if found.more is not None else "",
        "searched_to": found.searched_to,
        "export": urlencode(_exported(wanted)),
        "undone": "undone" in asked,
        "asks": line,
        "closing": closing,
        "refused": refused,
    }
    answer = await admin_page(request, actor, KEY, "admin/audit.html", context)
    if refused:
        _keep(answer, request, "", 0)
    return answer


def _exported(wanted: AuditSearch) -> dict[str, str]:
    """The query parameters for an export with the same filters as the page."""
    found = {"since": rfc3339(wanted.since) if wanted.since else None, "person": wanted.person}
    found |= {"verb": wanted.verb, "thing": wanted.thing, "q": " ".join(wanted.words) or None}
    return {name: value for name, value in found.items() if value is not None}


def _by_day(
    request: Request, actor: Actor, lines: Sequence[tuple[int, AuditLine]], names: Mapping[str, str]
) -> list[tuple[int, list[tuple[int, AuditLine, str, Said]]]]:
    """The lines, grouped by day in the desk's time zone. The first value of each group is the moment of its first
    line."""
    zone = program_of(request).timezone(request)

    def team(key: str) -> str:
        return program_of(request).team_names(request, [key])[0]

    when = Moments("en-US", zone, zone, program_of(request).administration.now())

    def code(key: str) -> str:
        return name_of(key, program_of(request).settings.brand_name) if key in CODES else key

    values = Values(names, team, code, when.day_and_time)
    shown = [(id_, line, _who(line, names), said_of(line, values, actor.id)) for id_, line in lines]
    days = [list(found) for _, found in groupby(shown, lambda one: zones.local(one[1].at, zone).date())]
    return [(found[0][1].at, found) for found in days]


def _who(line: AuditLine, names: Mapping[str, str]) -> str:
    if line.actor is None:
        return "the system" if line.actor_kind == "system" else "not signed in"
    return names.get(line.actor) or ("a customer" if line.actor_kind == "customer" else "a former person")
