"""Atom feeds (RFC 4287).

- `/products/{product}/{section}.atom`: the public articles of a section.
- `/articles/{address}.atom`: the versions of a public article.
- `/following/feeds/{token}.atom`: the notices of one person. The token in its address is all that it needs.

The first two are the same for everybody, so that they can be cached. Their language is English, or that of the
parameter `locale`.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from xml.etree import ElementTree

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from clock import rfc3339
from knowledge.addresses import article_id, article_path
from refusals import Refused
from widgets.followed import name_of, news_words
from widgets.following_ports import ArticleFeedView, FeedView, NoticesFeedView
from widgets.portal.frame import refused_page
from widgets.ports import program_of
from widgets.shared.catalogues import ENGLISH, Catalogue, catalogue_of

ENTRIES_MAX = 50
MAX_AGE_S = 300
_ATOM = "http://www.w3.org/2005/Atom"
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_PUBLIC = f"public, max-age={MAX_AGE_S}"
_PRIVATE = "private, no-cache"
"""A revoked feed is not read from a cache."""


@dataclass(frozen=True, slots=True)
class Entry:
    """`id` and `path` are addresses on this desk. Times are in ms since the epoch, UTC."""

    id: str
    locale: str
    title: str
    path: str
    published_at: int
    updated_at: int
    summary: str = ""


def routes() -> list[Route]:
    return [
        Route("/products/{product}/{section}.atom", _section, methods=["GET"]),
        Route("/articles/{address}.atom", _article, methods=["GET"]),
        Route("/following/feeds/{token}.atom", _private, methods=["GET"]),
    ]


async def _section(request: Request) -> Response:
    program, catalogue = program_of(request), _catalogue(request)
    product, section = str(request.path_params["product"]), str(request.path_params["section"])
    try:
        view = await program.following.feed(product, section, catalogue.tag)
    except Refused as refused:
        return refused_page(request, refused)
    name = name_of(view.followed, catalogue.gettext)
    return _answer(request, catalogue.tag, name, view.followed.path, articles(view))


async def _article(request: Request) -> Response:
    id_ = article_id(str(request.path_params["address"]))
    try:
        if id_ is None:
            raise Refused("not_found", "There is no such article.")
        view = await program_of(request).following.article_feed(id_, _catalogue(request).tag)
    except Refused as refused:
        return refused_page(request, refused)
    return _answer(request, view.locale, view.title, article_path(id_, view.title), versions(view))


async def _private(request: Request) -> Response:
    try:
        view = await program_of(request).following.private_feed(str(request.path_params["token"]))
    except Refused as refused:
        return refused_page(request, refused)
    catalogue = catalogue_of(view.locale) or ENGLISH
    told = notices(view, catalogue)
    answer = _answer(request, catalogue.tag, catalogue.gettext("What I follow"), "/following", told, _PRIVATE)
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


def _catalogue(request: Request) -> Catalogue:
    return catalogue_of(request.query_params.get("locale", "")) or ENGLISH


def _answer(
    request: Request, tag: str, name: str, about: str, entries: Iterable[Entry], caching: str = _PUBLIC
) -> Response:
    """The feed, or 304 if the reader has it. `about` is the page with the same content."""
    base, brand = str(request.base_url).rstrip("/"), program_of(request).settings.brand_name
    body = atom(base, request.url.path, f"{brand}: {name}", about, entries, tag)
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"ETag": etag, "Cache-Control": caching, "Vary": "Accept-Encoding"}
    asked = request.headers.get("if-none-match", "")
    if etag in [one.strip().removeprefix("W/") for one in asked.split(",")]:
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers, media_type="application/atom+xml")


# -- entries -------------------------------------------------------------------------------


def articles(view: FeedView) -> list[Entry]:
    return [
        Entry(
            # The number alone: the words of the address change with the title.
            f"/articles/{line.article.id}",
            line.locale,
            line.title,
            article_path(line.article.id, line.title),
            line.published_at,
            line.updated_at,
            line.summary,
        )
        for line in view.lines
    ]


def versions(view: ArticleFeedView) -> list[Entry]:
    """An entry for each version, which leads to the differences."""
    path, text = article_path(view.id, view.title), f"&text={view.locale}" if view.locale != "en" else ""
    return [
        Entry(
            f"/articles/{view.id}/versions/{view.locale}/{one.version}",
            view.locale,
            one.title,
            f"{path}/versions?from={one.version - 1}&to={one.version}{text}" if one.version > 1 else path,
            one.at,
            one.at,
            one.changed or one.summary,
        )
        for one in view.versions
    ]


def notices(view: NoticesFeedView, catalogue: Catalogue) -> list[Entry]:
    return [
        Entry(
            f"/following/notices/{number}",
            catalogue.tag,
            one.title,
            one.path,
            one.at,
            one.at,
            one.line or news_words(one.source, one.news, catalogue.gettext),
        )
        for number, one in view.notices
    ]


# -- the document --------------------------------------------------------------------------


def atom(base: str, path: str, title: str, about: str, entries: Iterable[Entry], tag: str) -> bytes:
    """The feed, newest changes first."""
    newest = sorted(entries, key=lambda entry: -entry.updated_at)[:ENTRIES_MAX]
    feed = ElementTree.Element("feed", {"xmlns": _ATOM, "xml:lang": tag})
    _text(feed, "id", base + path)
    _text(feed, "title", title)
    _text(feed, "updated", rfc3339(newest[0].updated_at if newest else 0))
    _text(ElementTree.SubElement(feed, "author"), "name", title.partition(":")[0])
    ElementTree.SubElement(feed, "link", {"rel": "self", "type": "application/atom+xml", "href": base + path})
    ElementTree.SubElement(feed, "link", {"rel": "alternate", "type": "text/html", "href": base + about})
    _add(feed, base, newest)
    body: bytes = ElementTree.tostring(feed, encoding="utf-8", xml_declaration=True)
    return body


def _add(feed: ElementTree.Element, base: str, entries: Sequence[Entry]) -> None:
    for one in entries:
        entry = ElementTree.SubElement(feed, "entry", {"xml:lang": one.locale})
        _text(entry, "id", base + one.id)
        _text(entry, "title", one.title)
        ElementTree.SubElement(entry, "link", {"rel": "alternate", "type": "text/html", "href": base + one.path})
        _text(entry, "published", rfc3339(one.published_at))
        _text(entry, "updated", rfc3339(one.updated_at))
        if one.summary:
            _text(entry, "summary", one.summary)


def _text(parent: ElementTree.Element, name: str, text: str) -> None:
    ElementTree.SubElement(parent, name).text = _NOT_XML.sub("\ufffd", text)
