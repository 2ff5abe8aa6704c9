"""`/admin/widget`: the look of the widget, the pages that may show it, and the code to paste."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from identity.actor import Actor
from refusals import Refused
from widgets.admin.frame import admin_page, after_change, guarded, versions_of
from widgets.admin.ports import WidgetSettings
from widgets.customer.pages import DESIGN_COLOR, frame
from widgets.ports import Form, program_of
from widgets.shared import brand

KEY = "widget"
_FIELDS = ("brand_name", "brand_color", "widget_origins")
_LANGUAGES = {"en": "English", "fr": "français", "es": "español"}
_THEMES = {"light": "Light", "dark": "Dark"}
_NAME_MAX = 80
_COLOR = re.compile(r"#?([0-9a-f]{6}|[0-9a-f]{3})", re.IGNORECASE)


def routes() -> list[Route]:
    return [
        Route("/admin/widget", guarded(KEY, _page), methods=["GET"]),
        Route("/admin/widget", guarded(KEY, _send), methods=["POST"]),
        Route("/admin/widget/frame", guarded(KEY, _frame), methods=["GET"]),
    ]


async def _page(request: Request, actor: Actor) -> Response:
    return await _shown(request, actor)


async def _send(request: Request, actor: Actor) -> Response:
    """Handle the form. The field `do` is `save`, or `check` to show the preview of values that are not saved."""
    administration = program_of(request).administration
    form = await program_of(request).accounts.read_form(request)
    if form.line("do") != "save":
        return await _shown(request, actor, form)
    try:
        await administration.change_widget(actor, _wanted(form), versions_of(form))
    except Refused as refused:
        if refused.code == "unavailable":
            raise
        return await _shown(request, actor, form, refused)
    return after_change("/admin/widget?done=1")


async def _frame(request: Request, actor: Actor) -> Response:
    """The chat frame with a name that may not be saved yet."""
    settings = program_of(request).settings
    name = " ".join(request.query_params.get("name", "").split())[:_NAME_MAX]
    return await frame(request, name or settings.brand_name, settings.brand_logo)


def _wanted(form: Form) -> dict[str, object]:
    """The values of the form. The browser does not send fields that the operator set. An empty field stands for the
    default."""
    return {name: form.line(name) or None for name in _FIELDS if name in form.values}


async def _shown(request: Request, actor: Actor, form: Form | None = None, refused: Refused | None = None) -> Response:
    found = await program_of(request).administration.widget(actor)
    values = _values_of(found, form)
    language = form.line("language") if form is not None and form.line("language") in _LANGUAGES else "en"
    theme = form.line("theme") if form is not None and form.line("theme") in _THEMES else "light"
    accent = accent_of(values["brand_color"])
    context = {
        "found": found,
        "values": values,
        "changes": sum(values[name] != saved for name, saved in _values_of(found, None).items()),
        "version": form.line("version") if form is not None else str(found.version),
        "accent": accent,
        "design_color": DESIGN_COLOR,
        "languages": _LANGUAGES,
        "themes": _THEMES,
        "language": language,
        "shown_theme": theme,
        "preview": _preview(values["brand_name"], accent, language, theme),
        "snippets": snippets(found.base_url),
        "faults": (refused.fields or {}) if refused is not None else {},
        "done": "done" in request.query_params,
    }
    return await admin_page(request, actor, KEY, "admin/widget.html", context, refused=refused)


def _values_of(found: WidgetSettings, form: Form | None) -> Mapping[str, str]:
    """The texts of the fields: the texts that were sent, or the settings in force."""
    given = form.values if form is not None else {}
    return {
        "brand_name": given.get("brand_name", found.brand_name).strip(),
        "brand_color": given.get("brand_color", found.brand_color or "").strip(),
        "widget_origins": "\n".join(given.get("widget_origins", "\n".join(found.widget_origins)).split()),
    }


@dataclass(frozen=True, slots=True)
class Shade:
    """The accent that is made from a brand color. `white` is the contrast of white text on the brand color itself,
    and `contrast` is the contrast of the text on the accent. `darkened` is True if the accent differs from the brand
    color."""

    wanted: str
    color: str
    bright: bool
    white: str
    contrast: str
    darkened: bool


def accent_of(text: str) -> Shade | None:
    """The accent for a color as it was typed, or for the default if `text` is empty. None if it is no color."""
    match = _COLOR.fullmatch(text or DESIGN_COLOR)
    if match is None:
        return None
    digits = match[1].lower()
    wanted = "#" + (digits if len(digits) == 6 else "".join(digit * 2 for digit in digits))
    accent = brand.accent_of(wanted)
    return Shade(
        wanted=wanted,
        color=accent.color,
        bright=accent.text != "#ffffff",
        white=_ratio(brand.contrast(wanted, "#ffffff")),
        contrast=_ratio(accent.contrast),
        darkened=accent.color != wanted,
    )


def _ratio(contrast: float) -> str:
    """The contrast with one decimal, rounded down, so that no color seems to reach a limit that it misses."""
    return f"{int(contrast * 10) / 10:.1f} : 1"


def _preview(name: str, accent: Shade | None, language: str, theme: str) -> str:
    """The URL of the frame with these values."""
    color = {} if accent is None else {"color": accent.wanted[1:]}
    asked = {"name": name, **color, "locale": language, "around": language, "theme": theme}
    return f"/admin/widget/frame?{urlencode(asked)}"


def snippets(base_url: str) -> Mapping[str, tuple[str, str]]:
    """The code to paste, by audience: its name and the code."""
    script = f'<script src="{base_url}/widget.js" async></script>'
    identify = (
        "<script>\n"
        "window.Switchboard ??= Object.assign((...call) => Switchboard.q.push(call), { q: [] });\n"
        "Switchboard('identify', { token: () => fetch('/chat-identity').then((answer) => answer.text()) });\n"
        "</script>\n"
    )
    return {"everybody": ("Everybody", script), "signed-in": ("Signed-in people", identify + script)}
