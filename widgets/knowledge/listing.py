"""`/knowledge`: the articles of the help center as authors see them."""

from __future__ import annotations

from typing import get_args
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from identity.actor import Actor
from knowledge.article import ORIGINAL, SECTIONS
from knowledge.authoring_ports import Entry, Stage, Wanted
from widgets.knowledge.frame import LANGUAGES, authors_page, for_authors, number_of
from widgets.ports import program_of

AT_ONCE = 50
OLD_MONTHS = (6, 12, 24)
_MONTH_MS = 30 * 86_400_000
_STAGES: tuple[Stage, ...] = get_args(Stage)
STAGES: dict[Stage, tuple[str, str]] = {
    "draft": ("Draft", "pencil"),
    "scheduled": ("Planned", "calendar-clock"),
    "changed": ("Changes not published", "pencil"),
    "published": ("Published", "circle-check"),
    "withdrawn": ("Withdrawn", "archive"),
}
"""The name and the icon of each state."""
_LANGUAGE_CHOICES = (
    ("older", "older than the original"),
    *((f"no-{tag}", f"without {name}") for tag, name in LANGUAGES.items()),
)
_FILTERS = ("q", "product", "section", "stage", "language", "owner", "old", "label")


def routes() -> list[Route]:
    return [Route("/knowledge", for_authors(_shown), methods=["GET"])]


async def _shown(request: Request, actor: Actor) -> Response:
    authors = program_of(request).authors
    asked = {name: request.query_params.get(name, "").strip()[:100] for name in _FILTERS}
    after = _place(request.query_params.get("after", ""))
    found = await authors.entries(actor, wanted_of(asked, actor, authors.now()), after, AT_ONCE + 1)
    entries = found[:AT_ONCE]
    more = f"{entries[-1].updated_at}.{entries[-1].article.id}" if len(found) > AT_ONCE else ""
    people = await authors.people(actor)
    filters = {name: value for name, value in asked.items() if value}
    context = {
        "entries": [(entry, entry.stage, title_of(entry)) for entry in entries],
        "asked": asked,
        "filtered": bool(filters),
        "more": f"/knowledge?{urlencode({**filters, 'after': more})}" if more else "",
        "people": people,
        "names": dict(people),
        "stages": STAGES,
        "stage_names": [(stage, name) for stage, (name, _) in STAGES.items()],
        "product_choices": [(product, product) for product in authors.products()],
        "language_choices": _LANGUAGE_CHOICES,
        "month_choices": [(str(months), f"{months} months") for months in OLD_MONTHS],
        "older": is_older,
        "gone": request.query_params.get("gone") == "1",
    }
    return authors_page(request, actor, "knowledge/list.html", context)


def wanted_of(asked: dict[str, str], actor: Actor, now: int) -> Wanted:
    """The filter of the query. Unknown values are left out. `language` is a language (`no-fr`: without a text in it,
    `older`: with a translation that is older than the original). `old` is a number of months."""
    language, months = asked["language"], number_of(asked["old"])
    missing = language.removeprefix("no-")
    return Wanted(
        product=asked["product"] or None,
        section=next((one for one in SECTIONS if one == asked["section"]), None),
        stage=next((one for one in _STAGES if one == asked["stage"]), None),
        owner={"me": actor.id, "nobody": "", "": None}.get(asked["owner"], asked["owner"]),
        label=asked["label"] or None,
        missing=missing if language.startswith("no-") and missing in LANGUAGES else None,
        older=language == "older",
        before=now - months * _MONTH_MS if months else None,
        words=asked["q"].split()[:10],
    )


def title_of(entry: Entry) -> str:
    return next((one.title for one in entry.languages if one.title), "") or "Untitled"


def is_older(entry: Entry, locale: str) -> bool:
    """True if the original has changed since this translation."""
    languages = {one.locale: one for one in entry.languages}
    original, text = languages.get(ORIGINAL), languages.get(locale)
    if original is None or text is None or locale == ORIGINAL or not text.version:
        return False
    return text.of_original is None or text.of_original < original.version


def _place(text: str) -> tuple[int, int] | None:
    at, _, id_ = text.partition(".")
    moment, number = number_of(at), number_of(id_)
    return (moment, number) if moment is not None and number is not None else None
