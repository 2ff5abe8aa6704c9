"""The widget's loader, the widget itself, and the demo's sample page."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import lru_cache
from pathlib import Path

from markupsafe import Markup
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route

from ticketing.codes import CODES, STATUSES
from widgets.customer import demo_incident
from widgets.portal.frame import moments
from widgets.ports import Settings, program_of
from widgets.shared import brand
from widgets.shared.assets import ASSETS
from widgets.shared.brand_logo import Logo, read_logo
from widgets.shared.catalogues import catalogue_for
from widgets.shared.pages import asked_color, page
from widgets.shared.static_files import sprite
from widgets.shared.system_banner import banner_for

_ORDERS = (
    ("SO-448198", "Maison Lavoie, Holiday TV", "Approved", "Nov 23 – Dec 27", "$184,200.00"),
    ("SO-448203", "Kestrel & Vane, Always-on Radio", "Approved", "Nov 01 – Dec 31", "$61,750.00"),
    ("SO-448210", "Northlake Outdoors, Winter launch", "Overlap", "Nov 29 – Dec 14", "$412,980.00"),
    ("SO-448214", "Hoshino, Brand lift Q4", "Draft", "Dec 01 – Dec 20", "$98,400.00"),
    ("SO-448219", "Blue Harbor, Spot market test", "Approved", "Nov 30 – Dec 06", "$22,310.00"),
    ("SO-448226", "Grupo Meridiano, Navidad", "In review", "Dec 07 – Jan 03", "$137,000.00"),
    ("SO-448231", "Agence Boréale, Temps des fêtes", "Approved", "Dec 05 – Dec 26", "$75,600.00"),
    ("SO-448237", "Northlake Outdoors, Search", "Draft", "Jan 04 – Mar 28", "$210,000.00"),
)
_FIRST_ICONS = sprite("customer", "icons-first.svg")
"""The few icons of the form. They are a separate file, because the widget must stay small."""
_ICONS = sprite("customer")
"""All icons of the widget, which come with the first message."""
_TYPES = Path(__file__).parent / "static" / "widget.d.ts"
_LOGO = "/brand/logo"
_MARK = Path(__file__).parent.parent / "shared" / "static" / "mark.svg"
DESIGN_COLOR = "#00618a"
"""The accent color in the source of the loader. It is replaced by the color of the brand."""


def routes(settings: Settings) -> list[Route]:
    """The routes of `/widget.js` with its later parts and its types, of `/widget`, of the brand's logo and, in the
    demo, of `/demo` with its switch for an incident."""

    logo = read_logo(settings.brand_logo or _MARK)
    source = ASSETS.script_file("loader").read_text(encoding="utf-8")
    in_color = lru_cache(1)(lambda color: _in_color(source, color))

    async def loader(request: Request) -> Response:
        headers = {"Cache-Control": "public, max-age=300", "Cross-Origin-Resource-Policy": "cross-origin"}
        return Response(in_color(settings.brand_color), media_type="text/javascript; charset=utf-8", headers=headers)

    async def widget(request: Request) -> Response:
        return await frame(request, settings.brand_name, settings.brand_logo)

    zipped = [Middleware(GZipMiddleware)]
    found = [
        Route("/widget.js", loader, middleware=zipped),
        *(
            Route(f"/{part}.js", _module(part), middleware=zipped)
            for part in ("chat-frame", "page-calls", "page-attention")
        ),
        Route("/widget/codes", _codes(settings), middleware=zipped),
        Route("/widget.d.ts", _types),
        Route(_LOGO, _picture(logo)),
        Route("/widget", widget, middleware=zipped),
    ]
    if settings.demo:
        found += [Route("/demo", _demo), *demo_incident.routes()]
    return found


async def frame(request: Request, brand_name: str, brand_logo: Path | None) -> Response:
    """The page of the chat frame. The URL may have a color, a theme and a language."""
    # Opening hours are shown in the desk's timezone and in the customer's.
    zone, catalogue = program_of(request).timezone(request), catalogue_for(request)
    statuses = [{"key": one.key, "name": catalogue.gettext(one.shown)} for one in STATUSES.values()]
    shown = {
        "page": {"statuses": statuses, "timezone": zone, "brand": brand_name},
        "logo": _LOGO if brand_logo else "",
        "own_mark": _mark(has_logo=brand_logo is not None),
        "icons": _FIRST_ICONS,
        "later_icons": _ICONS,
        "theme": _asked_theme(request),
        "banner": await banner_for(request),
        "when": moments(request, catalogue),
    }
    return page(request, "customer/widget.html", shown, catalogue=catalogue, color=asked_color(request))


async def _types(request: Request) -> Response:
    return FileResponse(_TYPES, media_type="text/plain; charset=utf-8", headers={"Cache-Control": "no-cache"})


async def _demo(request: Request) -> Response:
    incident = demo_incident.running(program_of(request).availability.board())
    return page(request, "customer/demo.html", {"orders": _ORDERS, "incident": incident})


def _module(part: str) -> Callable[[Request], Awaitable[Response]]:
    """An endpoint that serves a part of the loader. Pages of any origin may import this part."""
    file = ASSETS.script_file(part)
    headers = {
        "Cache-Control": "public, max-age=300",
        "Cross-Origin-Resource-Policy": "cross-origin",
        "Access-Control-Allow-Origin": "*",
    }

    async def module(request: Request) -> Response:
        return FileResponse(file, media_type="text/javascript; charset=utf-8", headers=headers)

    return module


def _mark(*, has_logo: bool) -> Markup:
    """The logo as HTML.

    If there is no logo, the mark of the design in the color of the brand. `head.js` draws the same picture.
    """
    if has_logo:
        return Markup('<img src="{}" alt="">').format(_LOGO)
    return Markup('<svg viewBox="0 0 22 22" aria-hidden="true"><use href="{}#mark"/></svg>').format(_FIRST_ICONS)


def _picture(logo: Logo) -> Callable[[Request], Awaitable[Response]]:
    async def picture(request: Request) -> Response:
        return Response(logo.content, media_type=logo.type, headers={"Cache-Control": "public, max-age=3600"})

    return picture


def _asked_theme(request: Request) -> str:
    """The `theme` parameter of the URL. If it is empty, the browser chooses the theme."""
    theme = request.query_params.get("theme", "")
    return theme if theme in ("light", "dark") else ""


def _codes(settings: Settings) -> Callable[[Request], Awaitable[Response]]:
    """An endpoint for the names of resolution codes and their meanings to customers.

    These texts are not in the page itself, because only readers of a solved ticket need them.
    """

    async def codes(request: Request) -> Response:
        said = catalogue_for(request).gettext
        named = [
            {
                "key": key,
                "name": said(code.shown).format(brand=settings.brand_name),
                "meaning": said(code.told).replace("'", "’"),
            }
            for key, code in CODES.items()
        ]
        headers = {"Cache-Control": "private, max-age=300", "Vary": "Accept-Language"}
        return JSONResponse({"codes": named}, headers=headers)

    return codes


def _in_color(loader: str, color: str | None) -> str:
    if color is None:
        return loader
    shades = brand.day(color)
    return loader.replace(DESIGN_COLOR, shades["accent"]).replace("--on:#fff", f"--on:{shades['on-accent']}")
