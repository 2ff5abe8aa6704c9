"""`/knowledge/exchange`: authors import an archive of articles, after a look at what it would change, and export all
articles as one."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from identity.actor import Actor
from refusals import Refused
from widgets.knowledge.exchange_ports import Planned
from widgets.knowledge.frame import authors_page, for_authors, number_of, seen
from widgets.portal.frame import STATUS_OF
from widgets.ports import Form, program_of

_PATH = "/knowledge/exchange"
_COUNTS = ("added", "changed", "unchanged")
_SHOWN_MAX = 200
"""At most this many lines of each list are shown."""


def routes() -> list[Route]:
    return [
        Route(_PATH, for_authors(_shown), methods=["GET"]),
        Route(_PATH, for_authors(_upload), methods=["POST"]),
        Route(f"{_PATH}/{{archive}}", for_authors(_planned), methods=["GET"]),
        Route(f"{_PATH}/{{archive}}", for_authors(_decided), methods=["POST"]),
        Route("/knowledge/articles.zip", for_authors(_export), methods=["GET"]),
    ]


async def _shown(request: Request, actor: Actor) -> Response:
    counts = {name: number_of(request.query_params.get(name, "")) for name in _COUNTS}
    return _page(request, actor, counts=counts if None not in counts.values() else None)


async def _upload(request: Request, actor: Actor) -> Response:
    try:
        key = await program_of(request).authors.exchange.upload(request, actor)
    except Refused as refused:
        return _refused(request, actor, refused)
    return seen(f"{_PATH}/{key}")


async def _planned(request: Request, actor: Actor) -> Response:
    key = str(request.path_params["archive"])
    try:
        planned = await program_of(request).authors.exchange.plan(actor, key)
    except Refused as refused:
        return _refused(request, actor, refused)
    return _page(request, actor, planned=planned, key=key)


async def _decided(request: Request, actor: Actor) -> Response:
    exchange, key = program_of(request).authors.exchange, str(request.path_params["archive"])
    form = Form(await exchange.read_form(request))
    if form.line("do") == "drop":
        await exchange.drop(actor, key)
        return seen(_PATH)
    try:
        if form.line("do") != "apply":
            raise Refused("invalid", "This form is not complete.")
        done = await exchange.apply(actor, key, tell=form.line("tell") == "yes")
    except Refused as refused:
        return _refused(request, actor, refused)
    counts = {name: done.counts.get(name, 0) for name in _COUNTS}
    if done.warnings:
        # The list is shown once, so there is no address for it.
        return _page(request, actor, counts=counts, warnings=done.warnings)
    return seen(f"{_PATH}?{urlencode(counts)}")


async def _export(request: Request, actor: Actor) -> Response:
    return await program_of(request).authors.exchange.archive(actor)


def _refused(request: Request, actor: Actor, refused: Refused) -> Response:
    if refused.code not in ("invalid", "too_large", "conflict", "not_found"):
        raise refused
    return _page(request, actor, problem=refused.message, status=STATUS_OF.get(refused.code, 422))


def _page(
    request: Request,
    actor: Actor,
    *,
    planned: Planned | None = None,
    key: str = "",
    counts: object = None,
    warnings: Sequence[str] = (),
    problem: str = "",
    status: int = 200,
) -> Response:
    context = {
        "planned": planned,
        "key": key,
        "counts": counts,
        "problem": problem,
        "most": _SHOWN_MAX,
        "warnings": warnings,
    }
    return authors_page(request, actor, "knowledge/exchange.html", context, status)
