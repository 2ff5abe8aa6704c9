"""`/admin/fields`: the custom fields of tickets."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import get_args

from msgspec import UNSET
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from identity.actor import Actor
from refusals import Refused
from texts.numbers import whole_number
from ticketing.custom_fields import CustomField, Kind, Option
from ticketing.field_keeping import LANGUAGES, FieldWanted
from widgets.admin.frame import admin_page, after_change, routes_of, versions_of
from widgets.ports import Form, program_of

KEY = "fields"
_NEW = "new"
_LISTS = ("choice", "choices")
KINDS: dict[Kind, str] = {
    "text": "Text",
    "number": "Number",
    "date": "Date",
    "yes_no": "Yes or no",
    "choice": "One of a list",
    "choices": "Several of a list",
}
_OPTIONS = {"for_customers", "needed_to_submit", "needed_to_solve"}


def routes() -> list[Route]:
    return routes_of(KEY, _shown, _send)


async def _send(request: Request, actor: Actor) -> Response:
    """Handle a form about a field. `do` is `archive`, `restore` or `remove` if one of these buttons was pressed."""
    key, pages = request.path_params["id"], program_of(request).administration.ticket_fields
    form = await program_of(request).accounts.read_form(request)
    try:
        match form.line("do"):
            case "archive" | "restore" as do:
                await pages.change(actor, key, FieldWanted(archived=do == "archive"), versions_of(form))
            case "remove":
                await pages.remove(actor, key)
                return after_change(f"/admin/{KEY}")
            case _ if key == _NEW:
                key = (await pages.add(actor, form.line("key"), _kind(form), _wanted(form, _kind(form)))).key
            case _:
                known = await _field(request, actor, key)
                await pages.change(actor, key, _wanted(form, known.kind), versions_of(form))
    except Refused as refused:
        if refused.code in ("unavailable", "forbidden"):
            raise
        return await _shown(request, actor, key, form, refused)
    return after_change(f"/admin/{KEY}/{key}?done=1")


async def _field(request: Request, actor: Actor, key: str) -> CustomField:
    fields = await program_of(request).administration.ticket_fields.all(actor)
    found = next((field for field in fields if field.key == key), None)
    if found is None:
        raise Refused("not_found", "There is no such field.")
    return found


def _kind(form: Form) -> Kind:
    kinds: Sequence[Kind] = get_args(Kind)
    found = next((kind for kind in kinds if kind == form.line("kind")), None)
    if found is None:
        raise Refused("invalid", "Choose a kind.", {"kind": "Choose a kind."})
    return found


def _wanted(form: Form, kind: Kind) -> FieldWanted:
    return FieldWanted(
        labels={language: form.line(f"label.{language}") for language in LANGUAGES},
        options=_options(form) if kind in _LISTS else [],
        teams=_ticked(form, "team."),
        products=_ticked(form, "product."),
        for_customers=bool(form.line("for_customers")),
        needed_to_submit=bool(form.line("needed_to_submit")),
        needed_to_solve=bool(form.line("needed_to_solve")),
        position=UNSET if (place := whole_number(form.line("position"))) is None else min(place, 10_000),
    )


def _options(form: Form) -> list[Option]:
    """The options: one a line, as `key | English | French | Spanish`. Without a bar, the line is the English name."""
    found: list[Option] = []
    for line in form.values.get("options", "").splitlines():
        parts = [part.strip() for part in line.split("|")]
        if not any(parts):
            continue
        key, *names = parts if len(parts) > 1 else [_key_of(parts[0]), parts[0]]
        found.append(Option(key, dict(zip(LANGUAGES, names, strict=False))))
    return found


def _key_of(name: str) -> str:
    plain = "".join(letter if letter.isascii() and letter.isalnum() else "_" for letter in name.lower())
    return "_".join(part for part in plain.split("_") if part)[:40]


def _ticked(form: Form, prefix: str) -> list[str]:
    return sorted(name.removeprefix(prefix) for name in form.values if name.startswith(prefix))


async def _shown(
    request: Request, actor: Actor, key: str = "", form: Form | None = None, refused: Refused | None = None
) -> Response:
    pages = program_of(request).administration.ticket_fields
    fields = await pages.all(actor)
    field = await _field(request, actor, key) if key and key != _NEW else None
    gone_teams, gone_products = gone(field, dict(pages.teams), pages.products)
    context = {
        "fields_known": [one for one in fields if not one.archived],
        "archived": [one for one in fields if one.archived],
        "open": key,
        "field": field,
        "shown": _form_of(field, form),
        "kinds": KINDS,
        "languages": {"en": "English", "fr": "French", "es": "Spanish"},
        "teams": [*pages.teams, *((key, f"{key} (gone)") for key in gone_teams)],
        "products": [*pages.products, *gone_products],
        "lists": _LISTS,
        "done": "done" in request.query_params,
    }
    return await admin_page(request, actor, KEY, "admin/fields.html", context, refused=refused)


def gone(field: CustomField | None, teams: Collection[str], products: Collection[str]) -> tuple[list[str], list[str]]:
    """The teams and products of the field that are not among these. Left out, they would be lost when the form is
    saved, and the field would belong to other tickets."""
    if field is None:
        return [], []
    return (
        [key for key in field.teams if key not in teams],
        [product for product in field.products if product not in products],
    )


def _form_of(field: CustomField | None, form: Form | None) -> dict[str, object]:
    """The values of the form: those that were sent, or those of the stored field."""
    if form is not None and "label.en" in form.values:
        ticked = {name: bool(form.line(name)) for name in _OPTIONS}
        lists = {"teams": _ticked(form, "team."), "products": _ticked(form, "product.")}
        labels = {language: form.line(f"label.{language}") for language in LANGUAGES}
        said = {name: form.values.get(name, "") for name in ("key", "kind", "options", "position")}
        return {**said, **ticked, **lists, "labels": labels}
    if field is None:
        nothing = dict.fromkeys(_OPTIONS, False)
        texts = dict.fromkeys(("key", "options", "position"), "")
        return {**texts, "kind": "text", "labels": {}, "teams": [], "products": [], **nothing}
    lines = (
        " | ".join([option.key, *(option.labels.get(language, "") for language in LANGUAGES)]).rstrip(" |")
        for option in field.options
        if not option.archived
    )
    return {
        "key": field.key,
        "kind": field.kind,
        "options": "\n".join(lines),
        "position": field.position,
        "labels": field.labels,
        "teams": field.teams,
        "products": field.products,
        "for_customers": field.for_customers,
        "needed_to_submit": field.needed_to_submit,
        "needed_to_solve": field.needed_to_solve,
    }
