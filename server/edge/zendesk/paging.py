"""The numbers in paths, and the two ways in which Zendesk's lists are paged: by page number, and by cursor."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import urlencode

from msgspec import structs

from server.edge.api.queries import number, text
from server.edge.api.registry import Call
from texts.numbers import whole_number
from zendesk.shapes import Links, Meta, Paged

T = TypeVar("T")
L = TypeVar("L", bound=Paged)

PER_PAGE = 100
PAGES_MAX = 100
PAGE = number("page", 1, PAGES_MAX, "Page, from 1.")
SIZE = number("per_page", 1, PER_PAGE, "Entries of a page, 100 by default.")
CURSOR_SIZE = number("page[size]", 1, PER_PAGE, "Entries of a page. With it, the list is paged by cursor.")
CURSOR_AFTER = text("page[after]", "The `after_cursor` of the previous page.")
PAGING = (PAGE, SIZE, CURSOR_SIZE, CURSOR_AFTER)


@dataclass(frozen=True, slots=True)
class Wanted:
    """The page that a program asks for. `by_cursor` is false for pages by number."""

    by_cursor: bool
    page: int
    size: int
    after: str | None

    @property
    def places(self) -> tuple[int, int]:
        """The first and the last place of a page by number, from 0."""
        return (self.page - 1) * self.size, self.page * self.size


def wanted_of(call: Call) -> Wanted:
    query = call.query
    size, after = query[CURSOR_SIZE], query[CURSOR_AFTER]
    by_cursor = size is not None or after is not None
    return Wanted(by_cursor, query[PAGE] or 1, size or query[SIZE] or PER_PAGE, after)


def by_cursor(listed: L, call: Call, base_url: str, after: str | None) -> L:
    """The list with the fields for the next page. `after`: the cursor of this page, None at the end."""
    following = address(call, base_url, {"page[after]": after}) if after is not None else None
    return structs.replace(listed, meta=Meta(after is not None, after), links=Links(following))


def by_number(listed: L, call: Call, base_url: str, wanted: Wanted, count: int) -> L:
    """The list with the fields for other pages. `count`: the length of the whole list."""
    more = wanted.page * wanted.size < count and wanted.page < PAGES_MAX
    return structs.replace(
        listed,
        count=count,
        next_page=address(call, base_url, {"page": str(wanted.page + 1)}) if more else None,
        previous_page=address(call, base_url, {"page": str(wanted.page - 1)}) if wanted.page > 1 else None,
    )


def sliced(call: Call, items: Sequence[T]) -> tuple[Sequence[T], Callable[[L, str], L]]:
    """A page of a list that is in memory, and a function that adds the fields for the next page to its answer. Its
    cursors are places."""
    wanted = wanted_of(call)
    if not wanted.by_cursor:
        return items[slice(*wanted.places)], lambda listed, url: by_number(listed, call, url, wanted, len(items))
    start = whole_number(wanted.after or "") or 0
    end = start + wanted.size
    after = str(end) if end < len(items) else None
    return items[start:end], lambda listed, url: by_cursor(listed, call, url, after)


def number_in(call: Call, name: str) -> int | None:
    """The number in the path. Those that the desk gives have up to 53 bits. None if it is no such number."""
    text = str(call.request.path_params[name])
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= len(str(2**53)) else None


def address(call: Call, base_url: str, changed: dict[str, str | None]) -> str:
    """The address of this request, with other values in its query. None removes a value."""
    query = {**dict(call.request.query_params), **changed}
    given = {name: value for name, value in query.items() if value is not None}
    return f"{base_url}{call.request.url.path}.json?{urlencode(given)}"
