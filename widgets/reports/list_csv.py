"""The list behind a figure as a CSV file."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping
from dataclasses import replace

from starlette.responses import Response

from reports.drill import FILE_MAX, Behind, CountedPage
from reports.tables import Names, counted_table
from ticketing.spreadsheet_safety import harmless
from widgets.reports import behind
from widgets.reports.filters import Filters
from widgets.reports.ports import Choices


def is_wanted(query: Mapping[str, str]) -> bool:
    return query.get("format") == "csv"


def address(filters: Filters, asked: Behind) -> str:
    return f"{behind.address(filters, asked)}&format=csv"


def whole(asked: Behind) -> Behind:
    """All rows of the list, at most FILE_MAX."""
    return replace(asked, after=0, most=FILE_MAX)


def file_of(
    filters: Filters, asked: Behind, found: CountedPage, choices: Choices, code_name: Callable[[str], str]
) -> Response:
    name = f"{asked.metric}-{filters.first_day}-{filters.last_day}.csv"
    headers = {"Cache-Control": "no-store", "Content-Disposition": f'attachment; filename="{name}"'}
    return Response(text_of(found, asked, choices, code_name), 200, headers, "text/csv; charset=utf-8")


def text_of(found: CountedPage, asked: Behind, choices: Choices, code_name: Callable[[str], str]) -> str:
    """Cells that a spreadsheet could run as a formula begin with `'`."""
    names = Names(
        team=lambda key: choices.teams.get(key, key), agent=lambda key: choices.agents.get(key, ""), code=code_name
    )
    columns, rows = counted_table(found, asked.metric, names)
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)
    writer.writerow(columns)
    writer.writerows([harmless(cell) if isinstance(cell, str) else cell for cell in row] for row in rows)
    return text.getvalue()
