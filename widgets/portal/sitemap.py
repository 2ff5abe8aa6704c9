"""`/sitemap.xml` and `/robots.txt`: the pages that everybody may read, for search engines."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from xml.etree import ElementTree

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from clock import rfc3339
from knowledge.addresses import article_path, product_path
from knowledge.ports import Line
from refusals import Refused
from widgets.portal.frame import refused_page
from widgets.ports import program_of

MAX_AGE_S = 3_600
ADDRESSES_MAX = 50_000
"""The most addresses that one file may have (https://www.sitemaps.org/protocol.html)."""
PAGES = ("/", "/contacts", "/submit", "/learning", "/webinars", "/status")
_PRIVATE = ("/api/", "/account", "/requests", "/following", "/unsubscribe", "/search")
_SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
_XHTML = "http://www.w3.org/1999/xhtml"


def routes() -> list[Route]:
    return [Route("/sitemap.xml", _sitemap, methods=["GET"]), Route("/robots.txt", _robots, methods=["GET"])]


async def _sitemap(request: Request) -> Response:
    try:
        lines = await program_of(request).knowledge.public()
    except Refused as refused:
        return refused_page(request, refused)
    body = sitemap(str(request.base_url).rstrip("/"), lines)
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"ETag": etag, "Cache-Control": f"public, max-age={MAX_AGE_S}", "Vary": "Accept-Encoding"}
    if etag in [tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(",")]:
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers, media_type="application/xml")


async def _robots(request: Request) -> Response:
    """Search engines read all pages but those of one reader."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in _PRIVATE)]
    lines += ["", f"Sitemap: {request.base_url}sitemap.xml", ""]
    headers = {"Cache-Control": f"public, max-age={MAX_AGE_S}"}
    return Response("\n".join(lines), headers=headers, media_type="text/plain")


def sitemap(base: str, lines: Sequence[Line]) -> bytes:
    """`lines` are the public articles in all languages. The file has at most ADDRESSES_MAX addresses."""
    ElementTree.register_namespace("", _SITEMAP)
    ElementTree.register_namespace("xhtml", _XHTML)
    root = ElementTree.Element(f"{{{_SITEMAP}}}urlset")
    products = sorted({line.article.product for line in lines})
    for path in (*PAGES, *map(product_path, products)):
        _add(root, base + path)
    texts = defaultdict[int, list[Line]](list)
    for line in lines[: ADDRESSES_MAX - len(root)]:
        texts[line.article.id].append(line)
    for id_ in sorted(texts):
        addresses = addresses_of(id_, {line.locale: line.title for line in texts[id_]})
        for line in texts[id_]:
            url = _add(root, base + addresses[line.locale], rfc3339(line.updated_at))
            for tag, address in addresses.items() if len(addresses) > 1 else ():
                link = {"rel": "alternate", "hreflang": tag, "href": base + address}
                ElementTree.SubElement(url, f"{{{_XHTML}}}link", link)
    whole: bytes = ElementTree.tostring(root, "utf-8", xml_declaration=True)
    return whole


def addresses_of(id_: int, titles: Mapping[str, str]) -> dict[str, str]:
    """The address of each text of an article, by language. A single text needs no language in its address."""
    if len(titles) == 1:
        return {tag: article_path(id_, title) for tag, title in titles.items()}
    return {tag: f"{article_path(id_, titles[tag])}?text={tag}" for tag in sorted(titles)}


def _add(root: ElementTree.Element, address: str, changed: str = "") -> ElementTree.Element:
    url = ElementTree.SubElement(root, f"{{{_SITEMAP}}}url")
    ElementTree.SubElement(url, f"{{{_SITEMAP}}}loc").text = address
    if changed:
        ElementTree.SubElement(url, f"{{{_SITEMAP}}}lastmod").text = changed
    return url
