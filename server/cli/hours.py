"""`switchboard hours`."""

from __future__ import annotations

import contextlib
import json
import re
import secrets
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from server.cli.inputs import Hours, fail, faults_said, load_desk

if TYPE_CHECKING:
    from routing.desk import Desk

YEARS = range(1970, 2101)


def hours(
    at: Annotated[
        str | None, typer.Option(help='A time in the timezone of the file, such as "2026-11-26 10:00". Default: now.')
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Output as in GET /api/hours.")] = False,
    hours: Hours = None,
) -> None:
    """Show which teams are open, and until when. Needs neither database nor server."""
    from msgspec import structs

    from clock import rfc3339, system_clock
    from server.settings import load

    given = {} if hours is None else {"hours": hours}
    # Only the path of the file is needed. Since a secret is given, none is generated.
    settings = faults_said(lambda: load(secret=secrets.token_urlsafe(32), database_url=None, **given))
    desk = load_desk(settings)
    now = system_clock() if at is None else _moment(at, desk.timezone)
    if as_json:
        teams = [structs.asdict(desk.opening(team, now, staffed=True)) for team in desk.open_to_chats()]
        for team in teams:
            # Only a running server knows who is connected.
            del team["staffed"]
        print(
            json.dumps({"now": rfc3339(now), "timezone": desk.timezone, "teams": teams}, ensure_ascii=False, indent=2)
        )
    else:
        print("\n".join(_lines(desk, now)))


def _moment(text: str, zone: str) -> int:
    from clock.zones import moment_of

    shown = None
    if re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d", text, re.ASCII):
        with contextlib.suppress(ValueError):
            shown = datetime.fromisoformat(text)
    if shown is None or shown.year not in YEARS:
        fail(f'--at {text!r}: a time from {YEARS[0]} to {YEARS[-1]}, like "2026-11-26 10:00", in {zone}')
    return moment_of(shown, zone)


def _lines(desk: Desk, now: int) -> list[str]:
    from clock.zones import local

    today = local(now, desk.timezone)
    lines = [f"{today:%A} {today.day} {today:%B} {today.year}, {today:%H:%M} in {desk.timezone}", ""]
    teams = list(desk.open_to_chats())
    width = max((len(team.name) for team in teams), default=0)
    for team in teams:
        standing = desk.hours_of(team.key).at(now)
        word, until = ("open", standing.closes_at) if standing.open else ("closed", standing.opens_at)
        lines.append(f"{team.name:<{width}}  {word} {_until(until, desk.timezone, today)}")
    return lines


def _until(moment: int | None, zone: str, today: datetime) -> str:
    from clock.zones import local

    if moment is None:
        return "at all times"
    then = local(moment, zone)
    day = "" if then.date() == today.date() else f"{then:%A} {then.day} {then:%B} {then.year}, "
    return f"until {day}{then:%H:%M}"
