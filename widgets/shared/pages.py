"""Common parts of all pages: templates, icons, the signed-in person, error pages."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, PrefixLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from identity.actor import Actor
from knowledge.addresses import article_path, product_path
from ticketing.codes import CODES, STATUSES, name_of
from widgets.ports import program_of
from widgets.shared.assets import ASSETS, WIDGETS
from widgets.shared.catalogues import ENGLISH, Catalogue
from widgets.shared.staff_bar import places_of
from widgets.shared.static_files import FACES, sprite

_HUES = 12


_ICONS = sprite("shared")
_SIGNS = sprite("portal")


def page(
    request: Request,
    template: str,
    context: Mapping[str, object],
    *,
    status: int = 200,
    catalogue: Catalogue = ENGLISH,
    color: str | None = None,
) -> Response:
    """A template as HTML. No cache stores the page, because it may show who is signed in.

    `color` (`rrggbb`) replaces the accent color of the brand. `context["page"]` is the data for scripts, embedded as
    JSON. The catalogue is embedded too. Raises ValueError if a name of the context is that of a function of all
    templates.
    """
    hidden = {name for name in context if callable(_environment.globals.get(name))}
    if hidden:
        raise ValueError(f"{template}: the templates have functions with these names: {', '.join(sorted(hidden))}")
    brand_color = color or _digits(program_of(request).settings.brand_color or "")
    around = {
        "catalogue": catalogue,
        "face": template.split("/")[0],
        "color": brand_color,
        "welcome": WELCOME in request.query_params,
    }
    html = _environment.get_template(template).render({**context, **around})
    headers = {"Cache-Control": "no-store", "Content-Language": catalogue.tag}
    return Response(html, status, headers, media_type="text/html; charset=utf-8")


_COLOR = re.compile(r"#?([0-9a-f]{6})", re.IGNORECASE)


def asked_color(request: Request) -> str | None:
    """The `color` parameter of the URL, as `rrggbb`. None if there is none, or if it is no color."""
    return _digits(request.query_params.get("color", ""))


def _digits(color: str) -> str | None:
    found = _COLOR.fullmatch(color)
    return found and found[1].lower()


WELCOME = "welcome"
"""The query parameter with which the first page of a new member of staff welcomes them."""
_SIGNED_IN = "switchboard.signed_in"


async def signed_in(request: Request) -> Actor | None:
    """The signed-in person who sent the request, by the session cookie. None if nobody is signed in."""
    actor = await program_of(request).actor_of(request)
    # An error page of this request offers only links that this person can open.
    request.scope[_SIGNED_IN] = actor
    return actor


def to_sign_in(request: Request, following: str | None = None) -> Response:
    """A redirect to the sign-in page. After the sign-in, that page leads to `following`, or to the requested page."""
    here = following or request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return RedirectResponse(f"/sign-in?next={quote(here, safe='')}", 303, {"Cache-Control": "no-store"})


_NEXT_MAX = 1_000
"""Maximum characters of a path. A longer path would not fit into the cookie of single sign-on."""


def own_path(path: str) -> str | None:
    """`path`, if it is the path of a page of this desk and not too long. Otherwise None.

    So a link to the sign-in page cannot send a person to another site after the sign-in.
    """
    safe = len(path) <= _NEXT_MAX and path.startswith("/") and not re.match(r"/[/\\]", path) and path.isprintable()
    return path if safe else None


def person(actor: Actor) -> dict[str, object]:
    """The signed-in person, for templates and scripts."""
    return {
        "id": actor.id,
        "name": actor.name or actor.email or "",
        "email": actor.email or "",
        "role": actor.role or "",
        "roles": list(actor.roles),
        "teams": sorted(actor.teams),
    }


def vocabulary(brand: str) -> dict[str, object]:
    """Statuses and resolution codes with their names, for `page["statuses"]` and `page["codes"]`."""
    return {
        "statuses": [{"key": one.key, "name": one.shown} for one in STATUSES.values()],
        "codes": [
            {
                "key": code.key,
                "name": name_of(code.key, brand),
                "meaning": (code.meaning[0].upper() + code.meaning[1:]).replace("'", "’"),
                "group": code.group,
                "pending_rca": code.pending_rca,
                "by_hand": code.set_by == "person",
                "only_product": code.product,
                "hands_over": code.hands_over,
            }
            for code in CODES.values()
        ],
    }


def error_page(request: Request, status: int) -> Response:
    """The HTML page for a failed request. It states the problem and what to do next."""
    title, text, ways = _ERRORS.get(status, _ERRORS[500])
    if status >= 500 and request.method == "POST":
        text = _UNSURE
    is_staff = program_of(request).has_session(request)
    homes = _homes_of(request.scope.get(_SIGNED_IN)) if is_staff else _HOMES
    here = [(request.url.path, way) if isinstance(way, str) else way for way in ways]
    shown = {
        "title": title,
        "text": text,
        "ways": [*here, *homes],
        "is_staff": is_staff,
        "home": homes[0][0] if homes else "/account",
    }
    return page(request, "shared/error.html", shown, status=status)


_Link = tuple[str, str]
"""A URL and the text of its link."""

_HOMES: tuple[_Link, ...] = (("/", "Help Center"),)
_STAFF_HOMES: tuple[_Link, ...] = (("/console", "Chats"), ("/tickets", "Tickets"))


def _homes_of(actor: Actor | None) -> tuple[_Link, ...]:
    """The first two pages of a member of staff. Where the request did not ask who it is: the pages of most of them."""
    if actor is None or actor.kind != "staff":
        return _STAFF_HOMES
    return tuple((place.url, place.name) for place in places_of(person(actor))[:2])


# Title, text and links, by HTTP status. A link without a URL leads to the requested page.
_ERRORS: dict[int, tuple[str, str, tuple[_Link | str, ...]]] = {
    403: (
        "You can’t open this page",
        "You’re signed in, but your account doesn’t have access to this page. "
        "Ask an administrator, or sign in with another account.",
        (("/sign-in", "Sign in with another account"),),
    ),
    404: (
        "Page not found",
        "The address may be mistyped, or the page no longer exists. Your chats and tickets are safe.",
        (),
    ),
    405: (
        "This didn’t work",
        "This address doesn’t accept what was sent. Nothing was changed. Open the page and try again.",
        ("Open the page",),
    ),
    429: (
        "Too many requests at once",
        "Wait a moment, then try again. Nothing you sent is lost.",
        ("Try again",),
    ),
    500: (
        "Something went wrong",
        "It’s our fault, and it has been logged. Everything you sent is saved. Try again in a moment.",
        ("Try again",),
    ),
}


_UNSURE = "It’s our fault, and it has been logged. What you just sent may not be saved. Look before you send it again."
"""The text after a form that failed."""


# -- templates -------------------------------------------------------------------------


def icon(name: str, look: str = "") -> Markup:
    """An icon of the sprite. `look` is an additional class. With the class `lg`, the icon is larger."""
    classes = " ".join(["icon", *(["icon-lg"] if look == "lg" else [look] if look else [])])
    return Markup('<svg class="{}" aria-hidden="true"><use href="{}#{}"/></svg>').format(classes, _ICONS, name)


def sign(name: str, look: str = "") -> Markup:
    """An icon of the customers' pages alone. They have a sprite of their own, which staff pages do not load."""
    return Markup('<svg class="{}" aria-hidden="true"><use href="{}#{}"/></svg>').format(
        " ".join(["icon", *(["icon-lg"] if look == "lg" else [])]), _SIGNS, name
    )


def mark() -> Markup:
    return Markup('<svg viewBox="0 0 22 22" aria-hidden="true"><use href="{}#mark"/></svg>').format(_ICONS)


def picture(who: Mapping[str, Any], size: str = "sm") -> Markup:
    """The avatar of `who` (`name`, `id`): the initials on a color that depends only on the id.

    If the id is unknown, the color is gray.
    """
    color = hue(str(who["id"])) if who.get("id") else "gray"
    return Markup('<span class="who {} {}" aria-hidden="true">{}</span>').format(
        size, color, _initials(str(who["name"]))
    )


def hue(key: str) -> str:
    """The class that gives an element one of the hues of avatars. The hue depends only on `key`."""
    return f"hue-{_hue_of(key)}"


def _hue_of(key: str) -> int:
    """The hue of a person's avatar. `hueOf` in people.js computes the same."""
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
    """`_("…")` in templates: a text in the reader's language, with `values` for its `{name}` placeholders."""
    catalogue: Catalogue = context["catalogue"]
    said = _filled(catalogue.gettext(text), values)
    # In some languages an abbreviated date ends with a period, and so does the sentence.
    return said[:-1] if values and said.endswith("..") else said


@pass_context
def counted(context: Context, one: str, many: str, count: int, **values: object) -> str:
    """`n("…", "…", count)` in templates: like `_`, but in the singular or plural form for the number `count`. `{count}`
    is a placeholder for the number."""
    catalogue: Catalogue = context["catalogue"]
    forms = catalogue.texts.get(one, (one, many))
    text = forms if isinstance(forms, str) else forms[min(catalogue.form_of(count), len(forms) - 1)]
    return _filled(text, {"count": count, **values})


def _filled(text: str, values: Mapping[str, object]) -> str:
    """The text with values in place of its placeholders. If one of them is HTML, the result is HTML."""
    if any(isinstance(value, Markup) for value in values.values()):
        return escape(text).format(**values)
    return text.format(**values)


def _make_environment() -> Environment:
    loader = PrefixLoader({face: FileSystemLoader(WIDGETS / face / "templates") for face in FACES})
    environment = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.globals.update(
        {"_": translated, "n": counted},
        assets=ASSETS.head,
        later=ASSETS.later,
        icon=icon,
        sign=sign,
        icons=_ICONS,
        mark=mark,
        picture=picture,
        article_path=article_path,
        product_path=product_path,
        places_of=places_of,
    )
    return environment


_environment = _make_environment()
