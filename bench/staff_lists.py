"""`make bench ARGS=lists`: the response times of staff's ticket lists, views and searches at a million tickets
(`bench.two_sizes`).

A supervisor of all teams requests the lists over HTTP, as the pages do, and an agent of one team some of them. Writes
`bench/out/lists.md`. With `--write`, also writes the table into `docs/benchmarks.md`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from urllib.parse import urlencode

from bench import people, portal, two_sizes
from bench.caller import Caller
from bench.databases import opened
from bench.large_desk import COMMON_TAG, FIELD, RARE, RARE_TAG
from bench.processes import Cores
from bench.seed import Large, large
from bench.two_sizes import Page, Visitor, visiting
from storage.ports import Dialect

MUST_MS = 50.0
"""Limit in ms for the 95th percentile of each list at a million tickets."""
REQUESTS = 20
_WORK = (("status", "open"), ("status", "awaiting_reply"))
_VIEWS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "Due soon": (*_WORK, ("due", "soon")),
    "Moved": (*_WORK, ("tag", COMMON_TAG)),
    "Weather": (*_WORK, ("custom", f"{FIELD}:weather")),
    "Nobody's": (*_WORK, ("assignee", "nobody")),
    "High": (*_WORK, ("priority", "high")),
    "Lumina, solved too": (("product", "Lumina"),),
    "A code of no ticket": (("resolution", "code_fix"),),
    "Moved, solved too": (("tag", COMMON_TAG),),
    "Moved, with a code of no ticket": (("tag", COMMON_TAG), ("resolution", "code_fix")),
}
"""Saved views that are counted together, by their names."""


def pages(desk: Large, supervisor: str, agent: str) -> list[Page]:
    """The lists to measure. `supervisor` and `agent` are tokens."""

    def listed(name: str, *query: tuple[str, str], token: str = supervisor) -> Page:
        return Page(name, f"/api/tickets?{urlencode(query)}", token, '"number":')

    return [
        listed("all open work", *_WORK),
        listed("all open work, an agent's", *_WORK, token=agent),
        listed("work, next target first", *_WORK, ("sort", "sla_due")),
        listed("work, a target due soon or late", *_WORK, ("due", "soon")),
        listed("work, highest priority first", *_WORK, ("sort", "-priority")),
        listed(
            "two teams, two products", ("team", "media"), ("team", "tech"), ("product", "Lumina"), ("product", "Other")
        ),
        listed("not solved as set up", ("not_status", "solved"), ("not_team", "media")),
        listed("a common tag", ("tag", COMMON_TAG)),
        listed("a rare tag", ("tag", RARE_TAG)),
        listed("a common tag, in open work", *_WORK, ("tag", COMMON_TAG)),
        listed("a value of a custom field", ("custom", f"{FIELD}:weather")),
        listed("the value, and a tag, in open work", *_WORK, ("custom", f"{FIELD}:weather"), ("tag", COMMON_TAG)),
        listed("search: a common word", ("q", desk.common)),
        listed("search: a rare word", ("q", RARE)),
        listed("search: a beginning", ("q", desk.common[:3])),
        listed("search: a common word, an agent's", ("q", desk.common), token=agent),
        listed("search: a common word with a common tag", ("q", desk.common), ("tag", COMMON_TAG)),
        Page("counts of the lists", "/api/tickets/counts", supervisor, "{"),
        Page("counts of the lists, an agent's", "/api/tickets/counts", agent, "{"),
        Page("counts of nine views", "/api/views/counts", supervisor, "counts"),
        Page("numbers for a bulk change", f"/api/tickets/numbers?{urlencode(_WORK)}", supervisor, "numbers"),
        Page("one ticket", f"/api/tickets/{desk.request}", supervisor, '"number":'),
    ]


@contextmanager
def visited(cores: Cores, dialect: Dialect, tickets: int) -> Iterator[tuple[Visitor, Sequence[Page]]]:
    """A visitor of a running desk with this many tickets, and its lists."""
    desk = large(cores, dialect, tickets)
    with opened(dialect, desk.data) as database:
        supervisor = people.supervisor_token(desk.data, database.url)
        agent = people.agent_token(desk.data, database.url)
        with visiting(cores, desk, database) as visitor:
            _save_views(visitor.port, supervisor)
            yield visitor, pages(desk, supervisor, agent)


def _save_views(port: int, token: str) -> None:
    """Save the views of _VIEWS that are not there yet."""
    with Caller(port, token) as caller:
        views = caller.get("/api/views")["views"]
        assert isinstance(views, list)
        known = {view["name"] for view in views}
        for name, query in _VIEWS.items():
            if name not in known:
                filters = urlencode(query)
                caller.post("/api/views", {"name": name, "query": filters, "filters": filters})


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark and return the exit status."""
    page = partial(portal.page, must_ms=MUST_MS)
    return two_sizes.run("lists", "Lists, views and searches of staff.", visited, REQUESTS, page, arguments)


if __name__ == "__main__":
    sys.exit(main())
