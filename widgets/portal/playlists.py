"""`/learning/playlists/{id}`: a playlist. Its owner sees progress and may change it, others see the list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import get_args

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from learning.catalogue import minutes_in_all
from learning.library import PlaylistShown
from learning.progress import progress_of
from refusals import Refused
from widgets.learning_ports import Change
from widgets.portal.frame import portal_page, refused_page
from widgets.ports import program_of

_PATH = "/learning/playlists/{id}"
_CHANGES: tuple[Change, ...] = get_args(Change)
_AT_ONCE = {"Cache-Control": "no-store"}


def routes() -> list[Route]:
    return [
        Route(_PATH, _playlist, methods=["GET"]),
        Route(_PATH, _change, methods=["POST"]),
        Route(f"{_PATH}/copy", _copy, methods=["POST"]),
        Route("/learning/progress", _finish, methods=["POST"]),
    ]


async def _playlist(request: Request) -> Response:
    program = program_of(request)
    try:
        customer = await program.portal.customer(request)
        shown = await program.learning.playlist(request, str(request.path_params["id"]))
        center = await program.learning.center(request)
    except Refused as refused:
        return refused_page(request, refused)
    names = {topic.source: topic.name for topic in center.catalogue.topics}
    context = {**_context(shown), "topic_names": names, "moved": request.query_params.get("moved", "")}
    context["places"] = center.places if shown.own else {}
    context["share"] = f"{request.url.scheme}://{request.url.netloc}{request.url.path}"
    context["edit"] = "edit" in request.query_params or bool(context["moved"])
    page = await portal_page(request, "portal/playlist.html", context, customer, "learning")
    # Whoever has the address sees the list.
    page.headers["Referrer-Policy"] = "same-origin"
    page.headers["X-Robots-Tag"] = "noindex"
    return page


def _context(shown: PlaylistShown) -> dict[str, object]:
    there = [one for one in shown.entries if one.is_published]
    progress = progress_of((one.minutes, f"resource:{one.source}" in shown.done) for one in there)
    return {
        "playlist": shown.playlist,
        "entries": shown.entries,
        "own": shown.own,
        "done": shown.done,
        "newer": shown.newer,
        "progress": progress,
        "next": there[progress.next] if progress.next is not None else None,
        "total": minutes_in_all([progress.minutes]),
        "left": minutes_in_all([progress.minutes_left]),
    }


async def _change(request: Request) -> Response:
    program, id_ = program_of(request), str(request.path_params["id"])
    try:
        form = await program.portal.read_texts(request)
        what, _, item = form.line("do").partition(":")
        if what == "delete":
            await program.learning.delete_playlist(request, id_)
            return RedirectResponse("/learning", 303, _AT_ONCE)
        if what == "rename":
            await program.learning.rename_playlist(request, id_, form.line("title"))
        else:
            await program.learning.change_playlist(request, id_, _what(what), _number(item), _number(form.line("to")))
    except Refused as refused:
        return refused_page(request, refused)
    moved = f"?moved={what}-{item}" if what in ("up", "down") else ""
    return RedirectResponse(f"/learning/playlists/{id_}{moved}", 303, _AT_ONCE)


async def _copy(request: Request) -> Response:
    try:
        id_ = await program_of(request).learning.copy(request, str(request.path_params["id"]))
    except Refused as refused:
        return refused_page(request, refused)
    return RedirectResponse(f"/learning/playlists/{id_}", 303, _AT_ONCE)


async def _finish(request: Request) -> Response:
    """Keep that an item is done, or is not, and go back to the page."""
    program = program_of(request)
    try:
        form = await program.portal.read_texts(request)
        await program.learning.finish(request, form.line("item"), done=form.line("done") == "yes")
    except Refused as refused:
        if refused.code == "unauthorized":
            return RedirectResponse("/sign-in?next=/learning", 303, _AT_ONCE)
        return refused_page(request, refused)
    return RedirectResponse(_back(form.values), 303, _AT_ONCE)


def _back(values: Mapping[str, str]) -> str:
    """The page of the learning center from which the form came."""
    path = values.get("next", "")
    known = path.startswith(("/learning/playlists/", "/learning/plans/")) and len(path) < 200 and path.isprintable()
    return path if known and "//" not in path and "\\" not in path else "/learning"


def _what(text: str) -> Change:
    for known in _CHANGES:
        if text == known:
            return known
    raise Refused("invalid", "This can't be done with a playlist.")


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else 0
