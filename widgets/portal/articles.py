"""`/articles/{id}-{title}`: an article, and the answers to "Was this useful?"."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import asdict

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from following.announcement import Subject
from identity.actor import Actor
from knowledge.addresses import article_id, article_path
from knowledge.rendering import videos_in
from knowledge.service import COMMENT_MAX, Gone, Shown
from knowledge.videos import players_of
from refusals import Refused
from widgets.following_ports import Unread
from widgets.knowledge_ports import ArticleView
from widgets.portal.following import choices
from widgets.portal.frame import portal_page, refused_page, unread_of
from widgets.portal.sitemap import addresses_of
from widgets.ports import program_of
from widgets.shared.catalogues import catalogue_for, languages

_ANSWERS = ("yes", "no")


def routes() -> list[Route]:
    return [
        Route("/articles/{address}", _article, methods=["GET"]),
        Route("/articles/{address}/versions", _versions, methods=["GET"]),
        Route("/articles/files/{file}", _file, methods=["GET"]),
        Route("/articles/{address}/useful", _useful, methods=["POST"]),
    ]


async def _article(request: Request) -> Response:
    try:
        return await _page(request)
    except Refused as refused:
        return await _missing(request) if refused.code == "not_found" else refused_page(request, refused)


async def _missing(request: Request) -> Response:
    """The same page for articles that are not there, and for those of other readers."""
    try:
        customer = await program_of(request).portal.customer(request)
        return await portal_page(request, "portal/article-missing.html", {}, customer, "", status=404)
    except Refused as refused:
        return refused_page(request, refused)


async def _versions(request: Request) -> Response:
    """The differences between two versions: those of `from` and `to`, or the newest and the one before it."""
    program, asked = program_of(request), request.query_params
    try:
        id_, customer = _id_of(request), await program.portal.customer(request)
        old, new = _version(asked.get("from", "")), _version(asked.get("to", ""))
        found = await program.knowledge.versions(request, id_, _language(request), old, new)
    except Refused as refused:
        return refused_page(request, refused)
    text = found.shown.stored.text
    context = {
        "article": found.shown.article,
        "text": text,
        "path": article_path(id_, text.title),
        "versions": found.versions,
        "old": found.old,
        "new": found.new,
        "rows": found.rows,
    }
    return await portal_page(request, "portal/versions.html", context, customer, "")


def _version(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None


async def _file(request: Request) -> Response:
    """A picture or video of an article. The name is the file's id, with the ending of its type."""
    id_ = str(request.path_params["file"]).partition(".")[0]
    try:
        return await program_of(request).knowledge.file(request, id_)
    except Refused as refused:
        return refused_page(request, refused)


async def _page(request: Request) -> Response:
    program = program_of(request)
    id_ = _id_of(request)
    customer = await program.portal.customer(request)
    found = await program.knowledge.article(request, id_, _language(request))
    if isinstance(found, Gone):
        return await _gone(request, found, customer)
    path = article_path(id_, found.shown.stored.text.title)
    if request.path_params["address"] != path.rpartition("/")[2]:
        query = f"?{request.url.query}" if request.url.query else ""
        return _elsewhere(path + query)
    await program.knowledge.opened(request, id_)
    follow = await choices(request, {"article": Subject("article", str(id_))})
    shown = {**_context(request, found, path), "follow": follow, "unread": await _read(request, customer, id_)}
    shown |= await _videos(request, found.shown.stored.html, customer, id_)
    return await portal_page(request, "portal/article.html", shown, customer, "")


async def _videos(request: Request, html: str, customer: Actor | None, id_: int) -> dict[str, object]:
    """Where the reader stopped in the videos of the article. A script keeps it: in the account, or in the browser."""
    if not videos_in(html):
        return {"has_videos": False}
    keeps, place = customer is not None and customer.identified, None
    if keeps:
        with suppress(Refused):
            place = await program_of(request).learning.stopped_in(request, id_)
    return {"has_videos": True, "keeps_place": keeps, "place": json.dumps(asdict(place)) if place is not None else ""}


async def _read(request: Request, customer: Actor | None, id_: int) -> Unread:
    """The notice about an article is seen with the article. Returns the others that are not seen."""
    unread, source = await unread_of(request, customer), f"article:{id_}"
    if source in unread.sources:
        with suppress(Refused):
            await program_of(request).following.seen(request, source)
    return unread.without(source)


def _context(request: Request, found: ArticleView, path: str) -> dict[str, object]:
    shown: Shown = found.shown
    answer = request.query_params.get("useful", "")
    return {
        "article": shown.article,
        "text": shown.stored.text,
        "html": shown.stored.html,
        "headings": shown.stored.headings,
        "players": " ".join(players_of(program_of(request).settings.video_hosts)),
        "minutes": shown.stored.minutes,
        "article_languages": shown.languages,
        "base": str(request.base_url).rstrip("/"),
        "addresses": addresses_of(shown.article.id, shown.titles),
        "older": shown.older,
        "original_at": shown.original_at,
        "related": found.related,
        "path": path,
        "answer": answer if answer in _ANSWERS else "",
        "thanked": request.query_params.get("thanks") == "1",
        "comment_max": COMMENT_MAX,
    }


async def _gone(request: Request, gone: Gone, customer: Actor | None) -> Response:
    if gone.moved_to is not None:
        return _elsewhere(f"/articles/{gone.moved_to}")
    context = {"product": gone.article.product}
    return await portal_page(request, "portal/article-gone.html", context, customer, "", status=410)


async def _useful(request: Request) -> Response:
    """Stores the answer, and then shows the article again: with a field for what was missing, or with thanks."""
    program = program_of(request)
    try:
        id_ = _id_of(request)
        form = await program.portal.read_texts(request)
        answer = form.line("useful")
        if answer not in _ANSWERS:
            raise Refused("invalid", "Choose Yes or No.")
        comment = form.line("comment") or None
        await program.knowledge.say_useful(request, id_, answer == "yes", comment)
    except Refused as refused:
        return refused_page(request, refused)
    thanks = "&thanks=1" if comment is not None or answer == "yes" else ""
    return RedirectResponse(f"/articles/{id_}?useful={answer}{thanks}#useful", 303, {"Cache-Control": "no-store"})


def _elsewhere(path: str) -> Response:
    """Browsers must not keep this redirect: it depends on the language and the rights of the reader, and an article may
    come back."""
    return RedirectResponse(path, 302, {"Cache-Control": "no-store"})


def _id_of(request: Request) -> int:
    id_ = article_id(str(request.path_params["address"]))
    if id_ is None:
        raise Refused("not_found", "There is no such article.")
    return id_


def _language(request: Request) -> str:
    """The language of the text: the one that a link of the page asks for, or that of the page."""
    asked = request.query_params.get("text", "")
    return asked if asked in ("en", *languages()) else catalogue_for(request).tag
