"""The list behind a figure as a CSV file."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping
from dataclasses import replace

from starlette.responses import Response

from reports.drill import Behind, CountedPage
from ticketing.spreadsheet_safety import harmless
from widgets.reports import behind
from widgets.reports.filters import Filters
from widgets.reports.ports import Choices

ROWS_MAX = 5_000


def is_wanted(query: Mapping[str, str]) -> bool:
    return query.get("format") == "csv"


def address(filters: Filters, asked: Behind) -> str:
    return f"{behind.address(filters, asked)}&format=csv"


def whole(asked: Behind) -> Behind:
    """All rows of the list, at most ROWS_MAX."""
    return replace(asked, after=0, most=ROWS_MAX)


def file_of(
    filters: Filters, asked: Behind, found: CountedPage, choices: Choices, code_name: Callable[[str], str]
) -> Response:
    name = f"{asked.metric}-{filters.first_day}-{filters.last_day}.csv"
    headers = {"Cache-Control": "no-store", "Content-Disposition": f'attachment; filename="{name}"'}
    return Response(text_of(found, choices, code_name), 200, headers, "text/csv; charset=utf-8")


def text_of(found: CountedPage, choices: Choices, code_name: Callable[[str], str]) -> str:
    """Cells that a spreadsheet could run as a formula begin with `'`."""
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)
    writer.writerow(["ticket", "at", "team", "agent", "product", "seconds", "rating", "code"])
    for row in found.rows:
        names = [choices.teams.get(row.team, row.team), choices.agents.get(row.agent or "", ""), row.product or ""]
        code = "" if row.code is None else code_name(row.code)
        writer.writerow([row.ticket, row.at, *map(harmless, names), row.seconds, row.rating, code])
    return text.getvalue()
