"""What every face is made with: templates, icons, static files, who is signed in, error pages."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Any, Protocol
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, PrefixLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from identity.actor import Actor
from ticketing.codes import CODES, STATUSES, name_of
from widgets.shared.assets import ASSETS, WIDGETS
from widgets.shared.catalogues import ENGLISH, Catalogue
from widgets.shared.static_files import FACES, sprite

_HUES = 12


_ICONS = sprite("shared")


class Settings(Protocol):
    """What pages need of the settings."""

    @property
    def demo(self) -> bool: ...
    @property
    def brand_name(self) -> str: ...
    @property
    def brand_color(self) -> str | None: ...


def page(
    request: Request,
    template: str,
    context: Mapping[str, object],
    *,
    status: int = 200,
    catalogue: Catalogue = ENGLISH,
    color: str | None = None,
) -> Response:
    """`template` of a face, as HTML that no cache keeps: it may say who is signed in. Its accent is in the shades
    of `color`, `rrggbb`, else of the desk's own, else the design's.

    What the scripts need goes into `context["page"]`, as JSON that is data and never runs; so does the catalogue.
    """
    settings: Settings = request.app.state.desk.settings
    brand_color = color or _digits(settings.brand_color or "")
    around = {"catalogue": catalogue, "face": template.split("/")[0], "color": brand_color}
    html = _environment.get_template(template).render({**context, **around})
    headers = {"Cache-Control": "no-store", "Content-Language": catalogue.tag}
    return Response(html, status, headers, media_type="text/html; charset=utf-8")


_COLOR = re.compile(r"#?([0-9a-f]{6})", re.IGNORECASE)


def asked_color(request: Request) -> str | None:
    """The `color` of an address, `rrggbb`; None where it says none."""
    return _digits(request.query_params.get("color", ""))


def _digits(color: str) -> str | None:
    found = _COLOR.fullmatch(color)
    return found and found[1].lower()


async def signed_in(request: Request) -> Actor | None:
    """Who asks, by the session cookie; None for nobody. The server puts `actor_of` on the app's state."""
    actor: Actor | None = await request.app.state.actor_of(request)
    return actor


def to_sign_in(request: Request) -> Response:
    """To the sign-in page, and from there back here."""
    here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return RedirectResponse(f"/sign-in?next={quote(here, safe='')}", 303, {"Cache-Control": "no-store"})


def own_path(path: str) -> str | None:
    """`path` if it leads to a page of this desk, else None: nobody is sent elsewhere by a link to the sign-in page."""
    safe = path.startswith("/") and not re.match(r"/[/\\]", path) and path.isprintable()
    return path if safe else None


def person(actor: Actor) -> dict[str, object]:
    """Who is signed in, as templates and scripts are told."""
    return {
        "id": actor.id,
        "name": actor.name or actor.email or "",
        "email": actor.email or "",
        "role": actor.role or "",
        "teams": sorted(actor.teams),
    }


def vocabulary(brand: str) -> dict[str, object]:
    """Statuses and resolution codes in the words that people read, for `page["statuses"]` and `page["codes"]`."""
    return {
        "statuses": [{"key": one.key, "name": one.shown} for one in STATUSES.values()],
        "codes": [
            {
                "key": code.key,
                "name": name_of(code.key, brand),
                "meaning": code.meaning[0].upper() + code.meaning[1:],
                "group": code.group,
                "pending_rca": code.pending_rca,
                "by_hand": code.set_by == "person",
                "only_product": code.product,
            }
            for code in CODES.values()
        ],
    }


def error_page(request: Request, status: int) -> Response:
    """The page for a request that asked for HTML and cannot have it: what happened, and where to go from here."""
    title, text, ways = _ERRORS.get(status, _ERRORS[500])
    here = [(way or request.url.path, name) for way, name in ways]
    return page(request, "shared/error.html", {"title": title, "text": text, "ways": here}, status=status)


# Way and name of each; an empty way is the page that was asked for.
_ERRORS: dict[int, tuple[str, str, tuple[tuple[str, str], ...]]] = {
    403: (
        "This page is not for your account",
        "You are signed in, but this account may not open it. "
        "Ask an administrator of your desk, or sign in as somebody else.",
        (("/sign-in", "Sign in as somebody else"), ("/", "Help Center")),
    ),
    404: (
        "There is no such page",
        "The address may be mistyped, or what stood here is gone. Your chats and tickets are where they were.",
        (("/", "Help Center"), ("/tickets", "Tickets")),
    ),
    405: (
        "This page can only be read",
        "Something was sent to an address that takes nothing. Nothing was changed. Open the page and try again there.",
        (("", "Open the page"), ("/", "Help Center")),
    ),
    429: (
        "Too many requests at once",
        "More was asked from here than one person reads. Wait a moment, then try again. Nothing that you sent is lost.",
        (("", "Try again"), ("/", "Help Center")),
    ),
    500: (
        "Something went wrong here",
        "The fault is ours and is written down. What you sent before is kept. Try again in a moment.",
        (("", "Try again"), ("/", "Help Center")),
    ),
}


# -- templates -------------------------------------------------------------------------


def icon(name: str, look: str = "") -> Markup:
    """An icon of the sprite; `look` is a class more, `lg` the larger size."""
    classes = " ".join(["icon", *(["icon-lg"] if look == "lg" else [look] if look else [])])
    return Markup('<svg class="{}" aria-hidden="true"><use href="{}#{}"/></svg>').format(classes, _ICONS, name)


def mark() -> Markup:
    """The desk's mark."""
    return Markup('<svg viewBox="0 0 22 22" aria-hidden="true"><use href="{}#mark"/></svg>').format(_ICONS)


def picture(who: Mapping[str, Any], size: str = "sm") -> Markup:
    """The round picture of `who` (`name`, and `id` or `email`): initials on a hue that stays theirs."""
    key = str(who.get("id") or who.get("email") or who["name"])
    return Markup('<span class="who {} hue-{}" aria-hidden="true">{}</span>').format(
        size, _hue_of(key), _initials(str(who["name"]))
    )


def _hue_of(key: str) -> int:
    """As `hueOf` in people.js has it: a person keeps one colour, whoever draws them."""
    found = 0
    for sign in key:
        found = (found * 31 + ord(sign)) % 65_521
    return found % _HUES


def _initials(name: str) -> str:
    words = re.split(r"[\s,]+", re.sub(r"\(.*?\)", "", unicodedata.normalize("NFC", name)))
    letters = [next((sign for sign in word if sign.isalnum()), "") for word in words]
    found = [letter for letter in letters if letter]
    return "".join(found[:1] + found[1:][-1:]).upper() or "?"


@pass_context
def translated(context: Context, text: str, **values: object) -> str:
    """`_("…")` of a template: a text in the reader's language, with `values` where it has `{name}`."""
    catalogue: Catalogue = context["catalogue"]
    return catalogue.gettext(text).format(**values)


def _make_environment() -> Environment:
    loader = PrefixLoader({face: FileSystemLoader(WIDGETS / face / "templates") for face in FACES})
    environment = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.globals.update(
        {"_": translated}, assets=ASSETS.head, later=ASSETS.later, icon=icon, icons=_ICONS, mark=mark, picture=picture
    )
    return environment


_environment = _make_environment()
