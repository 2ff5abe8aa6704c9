"""`/products/{product}/{section}.atom`: an Atom feed (RFC 4287) of the public articles of a section.

It is the same for everybody, so that it can be cached. Its language is English, or that of the parameter `locale`.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from xml.etree import ElementTree

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from clock import rfc3339
from knowledge.addresses import article_path
from knowledge.ports import Line
from refusals import Refused
from widgets.followed import name_of
from widgets.following_ports import FeedView
from widgets.portal.frame import refused_page
from widgets.ports import program_of
from widgets.shared.catalogues import ENGLISH, catalogue_of

ENTRIES_MAX = 50
MAX_AGE_S = 300
_ATOM = "http://www.w3.org/2005/Atom"
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def routes() -> list[Route]:
    return [Route("/products/{product}/{section}.atom", _feed, methods=["GET"])]


async def _feed(request: Request) -> Response:
    program = program_of(request)
    catalogue = catalogue_of(request.query_params.get("locale", "")) or ENGLISH
    product, section = str(request.path_params["product"]), str(request.path_params["section"])
    try:
        view = await program.following.feed(product, section, catalogue.tag)
    except Refused as refused:
        return refused_page(request, refused)
    base = str(request.base_url).rstrip("/")
    title = f"{program.settings.brand_name}: {name_of(view.followed, catalogue.gettext)}"
    body = atom(base, request.url.path, title, view, catalogue.tag)
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"ETag": etag, "Cache-Control": f"public, max-age={MAX_AGE_S}", "Vary": "Accept-Encoding"}
    asked = request.headers.get("if-none-match", "")
    if etag in [tag.strip().removeprefix("W/") for tag in asked.split(",")]:
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers, media_type="application/atom+xml")


def atom(base: str, path: str, title: str, view: FeedView, tag: str) -> bytes:
    """The feed, newest changes first."""
    newest = sorted(view.lines, key=lambda line: -line.updated_at)[:ENTRIES_MAX]
    feed = ElementTree.Element("feed", {"xmlns": _ATOM, "xml:lang": tag})
    _text(feed, "id", base + path)
    _text(feed, "title", title)
    _text(feed, "updated", rfc3339(newest[0].updated_at if newest else 0))
    _text(ElementTree.SubElement(feed, "author"), "name", title.partition(":")[0])
    ElementTree.SubElement(feed, "link", {"rel": "self", "type": "application/atom+xml", "href": base + path})
    ElementTree.SubElement(feed, "link", {"rel": "alternate", "type": "text/html", "href": base + view.followed.path})
    _entries(feed, base, newest)
    body: bytes = ElementTree.tostring(feed, encoding="utf-8", xml_declaration=True)
    return body


def _entries(feed: ElementTree.Element, base: str, lines: Sequence[Line]) -> None:
    for line in lines:
        entry = ElementTree.SubElement(feed, "entry", {"xml:lang": line.locale})
        # The number alone: the words of the address change with the title.
        _text(entry, "id", f"{base}/articles/{line.article.id}")
        _text(entry, "title", line.title)
        href = base + article_path(line.article.id, line.title)
        ElementTree.SubElement(entry, "link", {"rel": "alternate", "type": "text/html", "href": href})
        _text(entry, "published", rfc3339(line.published_at))
        _text(entry, "updated", rfc3339(line.updated_at))
        if line.summary:
            _text(entry, "summary", line.summary)


def _text(parent: ElementTree.Element, name: str, text: str) -> None:
    ElementTree.SubElement(parent, name).text = _NOT_XML.sub("\ufffd", text)
