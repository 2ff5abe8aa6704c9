"""`/knowledge/articles/{id}`: the editor of one article in one language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from identity.actor import Actor
from knowledge.addresses import article_path
from knowledge.article import KINDS, ORIGINAL, SECTIONS, VISIBILITIES, is_older
from knowledge.authoring import Overtaken, Work
from knowledge.comparing import differences
from knowledge.draft import CHANGED_MAX, Draft
from knowledge.properties import Properties, Publication, properties_of
from refusals import Refused
from widgets.knowledge.frame import LANGUAGES, authors_page, for_authors, id_of, number_of, seen
from widgets.portal.frame import STATUS_OF
from widgets.ports import Form, program_of

_DONE = {
    "first": "The draft is saved. Readers see it when you publish it.",
    "saved": "The draft is saved. Readers still see the published text.",
    "placed": "Saved. Place and readers hold at once. Of the text, readers still see what is published.",
    "published": "Published. Readers see it now.",
    "planned": "Planned. It is published by itself.",
    "unplanned": "No longer planned. The draft stays.",
    "discarded": "The draft is gone. Readers still see the published text.",
    "quiet": "Followers get no notice.",
    "withdrawn": "Withdrawn. Readers no longer find it.",
    "back": "Readers can read it again.",
    "restored": "The earlier version is the draft now. Readers see it when you publish it.",
}


_PLACE = {"product", "section", "kind", "topic", "visibility", "labels", "position", "owner"}
"""The fields of a form that all languages of an article share."""


def routes() -> list[Route]:
    return [
        Route("/knowledge/new", for_authors(_new), methods=["GET"]),
        Route("/knowledge/new", for_authors(_create), methods=["POST"]),
        Route("/knowledge/preview", for_authors(_preview), methods=["POST"]),
        Route("/knowledge/articles/{id}", for_authors(_shown), methods=["GET"]),
        Route("/knowledge/articles/{id}", for_authors(_send), methods=["POST"]),
        Route("/knowledge/articles/{id}/files", for_authors(_add_file), methods=["POST"]),
    ]


# -- a new article --------------------------------------------------------------------


async def _new(request: Request, actor: Actor) -> Response:
    authors = program_of(request).authors
    title = " ".join(request.query_params.get("title", "").split())[:200]
    draft = Draft(ORIGINAL, title, "", "")
    place = Properties(product=authors.products()[0], section="faqs")
    return _editor(request, actor, None, ORIGINAL, draft, place, people=await authors.people(actor))


async def _create(request: Request, actor: Actor) -> Response:
    authors = program_of(request).authors
    form = Form(await authors.read_form(request))
    draft = _draft(form, ORIGINAL)
    try:
        id_ = await authors.create(actor, _properties(form, actor.id), draft)
    except Refused as refused:
        people = await authors.people(actor)
        return _editor(request, actor, None, ORIGINAL, draft, _typed(form), people=people, refused=refused)
    return seen(_path(id_, ORIGINAL, publish="1") if form.line("do") == "ask" else _path(id_, ORIGINAL, done="first"))


async def _preview(request: Request, actor: Actor) -> Response:
    authors = program_of(request).authors
    form = Form(await authors.read_form(request))
    made = await authors.preview(actor, form.values.get("body", ""))
    return Response(made.html, headers={"Cache-Control": "no-store"}, media_type="text/html; charset=utf-8")


async def _add_file(request: Request, actor: Actor) -> Response:
    """Store a file. The answer has the Markdown that shows it, for the script of the page."""
    id_ = id_of(request)
    try:
        name, address = await program_of(request).authors.add_file(request, actor, id_)
    except Refused as refused:
        if refused.code in ("forbidden", "not_found"):
            raise
        said, status = {"detail": refused.message}, STATUS_OF.get(refused.code, 422)
        return JSONResponse(said, status, {"Cache-Control": "no-store"})
    words = re.sub(r"[\[\]\\]", "", name.rpartition(".")[0])
    return JSONResponse({"markdown": f"![{words}]({address})"}, 201, {"Cache-Control": "no-store"})


# -- an article that is there -----------------------------------------------------------


async def _shown(request: Request, actor: Actor) -> Response:
    authors = program_of(request).authors
    work = await authors.work(actor, id_of(request))
    locale = _locale(request.query_params.get("locale", ""))
    return await _page(request, actor, work, locale)


async def _send(request: Request, actor: Actor) -> Response:
    """Handle a form of the page. The field `do` names the action of the pressed button. Buttons that need the text
    save it first."""
    authors, id_ = program_of(request).authors, id_of(request)
    form = Form(await authors.read_form(request))
    locale = _locale(form.line("locale"))
    try:
        if form.line("do") == "ask" and await _asked_with_place(request, actor, id_, locale, form):
            # Place and readers of a published article change when the author confirms, together with the text.
            work = await authors.work(actor, id_)
            return await _page(request, actor, work, locale, form=form)
        done = await _do(request, actor, id_, locale, form)
    except Overtaken as overtaken:
        return await _overtaken(request, actor, id_, locale, form, overtaken)
    except Refused as refused:
        if refused.code in ("forbidden", "not_found"):
            raise
        return await _again(request, actor, id_, locale, form, refused)
    return seen(done)


async def _asked_with_place(request: Request, actor: Actor, id_: int, locale: str, form: Form) -> bool:
    """Save the text before the question, if the form changes place or readers of a published article. False if not."""
    authors = program_of(request).authors
    work = await authors.work(actor, id_)
    before = properties_of(work.article)
    if not work.is_published or "product" not in form.values or _properties(form, before.owner) == before:
        return False
    await authors.save(actor, id_, _draft(form, locale), form.line("mark"), up_to_date=bool(form.line("up_to_date")))
    return True


async def _place(request: Request, actor: Actor, id_: int, form: Form) -> bool:
    """Change what all languages share, if the form says so. Returns True if it has changed."""
    authors = program_of(request).authors
    before = properties_of((await authors.work(actor, id_)).article)
    wanted = _properties(form, before.owner)
    if "product" not in form.values or wanted == before:
        return False
    await authors.change(actor, id_, wanted)
    return True


async def _do(request: Request, actor: Actor, id_: int, locale: str, form: Form) -> str:
    """Do what a button says. Returns the address of the next page."""
    authors = program_of(request).authors
    match form.line("do"):
        case "publish":
            wanted, placed = _publication(request, form), await _place(request, actor, id_, form)
            work = await authors.work(actor, id_)
            if placed and work.is_published and locale in work.texts and locale not in work.drafts:
                return _path(id_, locale, done="placed")
            version = await authors.publish(actor, id_, locale, wanted)
            return _path(id_, locale, done="published" if version else "planned", version=str(version or ""))
        case "unplan":
            await authors.unplan(actor, id_, locale)
            return _path(id_, locale, done="unplanned")
        case "discard":
            was_published = (await authors.work(actor, id_)).texts
            await authors.discard(actor, id_, locale)
            return _path(id_, locale, done="discarded") if was_published else "/knowledge?gone=1"
        case "take_back":
            await authors.take_back(actor, id_, locale, number_of(form.line("version")) or 0)
            return _path(id_, locale, done="quiet")
        case "withdraw":
            await authors.withdraw(actor, id_, _target(form.line("moved_to")))
            return _path(id_, locale, done="withdrawn")
        case "back":
            await authors.bring_back(actor, id_)
            return _path(id_, locale, done="back")
        case "restore":
            await authors.restore(actor, id_, locale, number_of(form.line("version")) or 0)
            return _path(id_, locale, done="restored")
        case do:
            placed = await _place(request, actor, id_, form)
            draft, mark = _draft(form, locale), form.line("mark")
            work = await authors.save(actor, id_, draft, mark, up_to_date=bool(form.line("up_to_date")))
            if do == "ask":
                return _path(id_, locale, publish="1")
            return _path(
                id_, locale, done="placed" if placed and work.is_published else "saved" if work.texts else "first"
            )


async def _again(request: Request, actor: Actor, id_: int, locale: str, form: Form, refused: Refused) -> Response:
    """The page with what was typed, and the reason why it was refused."""
    work = await program_of(request).authors.work(actor, id_)
    typed = _draft(form, locale) if "body" in form.values else work.present(locale)
    return await _page(request, actor, work, locale, typed=typed, form=form, refused=refused)


async def _overtaken(
    request: Request, actor: Actor, id_: int, locale: str, form: Form, overtaken: Overtaken
) -> Response:
    """The page with what was typed, beside what somebody else saved meanwhile. Saving again replaces it."""
    authors, typed = program_of(request).authors, _draft(form, locale)
    names = await authors.names([overtaken.by] if overtaken.by else [])
    theirs = {
        "who": names.get(overtaken.by or "", "Somebody else"),
        "text": overtaken.present,
        "rows": differences(_whole(overtaken.present), _whole(typed)),
    }
    work = await authors.work(actor, id_)
    return await _page(request, actor, work, locale, typed=typed, form=form, refused=overtaken, theirs=theirs)


async def _page(
    request: Request,
    actor: Actor,
    work: Work,
    locale: str,
    *,
    typed: Draft | None = None,
    form: Form | None = None,
    refused: Refused | None = None,
    theirs: Mapping[str, object] | None = None,
) -> Response:
    authors = program_of(request).authors
    versions = await authors.versions(actor, work.article.id, locale)
    newest = versions[0] if versions else None
    draft = work.drafts.get(locale)
    people = await authors.people(actor)
    names = dict(people) | dict(await authors.names([draft.saved_by] if draft is not None and draft.saved_by else []))
    text = work.texts.get(locale)
    waiting = newest.tell_at if newest is not None and (newest.tell_at or 0) > authors.now() else None
    others = {
        "draft": draft,
        "saved_by": names.get(draft.saved_by or "", "") if draft is not None else "",
        "versions": len(versions),
        "newest": newest,
        "waiting": waiting,
        "public_path": article_path(work.article.id, text.title) if text is not None else "",
        "original": work.present(ORIGINAL) if locale != ORIGINAL else None,
        "older": text is not None and is_older(text, work.texts),
        "tags": _tags(work),
        "asks": _asks(request, form, "publish"),
        "withdraws": _asks(request, form, "withdraw"),
        "done": _DONE.get(request.query_params.get("done", ""), "") if refused is None else "",
        "theirs": theirs,
        "form": form.values if form is not None else {},
        "tell_first": not work.texts,
        "placed": _PLACE & form.values.keys() if form is not None else (),
        "translates": text.of_original if text is not None else None,
        "of_original": work.texts[ORIGINAL].version if ORIGINAL in work.texts else 0,
    }
    properties = _typed(form) if form is not None and "product" in form.values else properties_of(work.article)
    shown = typed or work.present(locale)
    return _editor(request, actor, work, locale, shown, properties, people=people, refused=refused, **others)


def _editor(
    request: Request,
    actor: Actor,
    work: Work | None,
    locale: str,
    text: Draft,
    properties: Properties,
    *,
    people: object,
    refused: Refused | None = None,
    **others: object,
) -> Response:
    context = {
        "article": work.article if work is not None else None,
        "locale": locale,
        "text": text,
        "text_mark": work.mark(locale) if work is not None else "",
        "properties": properties,
        "labels": ", ".join(properties.labels),
        "people": people,
        "problem": refused.message if refused is not None else "",
        "wrong": (refused.fields or {}) if refused is not None else {},
        "changed_max": CHANGED_MAX,
        "draft": None,
        "saved_by": "",
        "versions": 0,
        "newest": None,
        "waiting": None,
        "public_path": "",
        "original": None,
        "older": False,
        "tags": [(ORIGINAL, LANGUAGES[ORIGINAL], "")],
        "asks": False,
        "withdraws": False,
        "done": "",
        "theirs": None,
        "form": {},
        "tell_first": True,
        "placed": (),
        "translates": None,
        "of_original": 0,
        **others,
    }
    status = STATUS_OF.get(refused.code, 422) if refused is not None else 200
    return authors_page(request, actor, "knowledge/editor.html", context, status)


# -- forms ------------------------------------------------------------------------------


def _draft(form: Form, locale: str) -> Draft:
    return Draft(locale, form.line("title"), form.line("summary"), form.values.get("body", ""))


def _typed(form: Form) -> Properties:
    """The properties in a form, also if some of them are wrong."""
    try:
        return _properties(form, None)
    except Refused:
        return Properties(product=form.line("product"), section="faqs")


def _properties(form: Form, owner: str | None) -> Properties:
    """`owner` is the one of a form that names none. Raises Refused(invalid)."""
    position = form.line("position") or "0"
    sign = -1 if position.startswith("-") else 1
    number = number_of(position.removeprefix("-"))
    if number is None:
        sentence = "The position is a whole number."
        raise Refused("invalid", sentence, {"position": sentence})
    return Properties(
        product=form.line("product"),
        section=next((one for one in SECTIONS if one == form.line("section")), "faqs"),
        kind=next((one for one in KINDS if one == form.line("kind")), "article"),
        topic=form.line("topic"),
        visibility=next((one for one in VISIBILITIES if one == form.line("visibility")), "staff"),
        labels=tuple(label for part in form.line("labels").split(",") if (label := " ".join(part.split()))),
        position=sign * number,
        owner=(form.line("owner") or None) if "owner" in form.values else owner,
    )


def _publication(request: Request, form: Form) -> Publication:
    """Raises Refused(invalid) for a time that is none."""
    at = None
    if form.line("when") == "later":
        try:
            local = datetime.fromisoformat(form.line("at"))
        except ValueError:
            sentence = "Choose a day and a time."
            raise Refused("invalid", sentence, {"at": sentence}) from None
        zone = ZoneInfo(program_of(request).timezone(request))
        at = int(local.replace(tzinfo=zone).timestamp() * 1000)
    return Publication(form.line("what_changed"), form.line("tell") == "yes", at)


def _target(text: str) -> int | None:
    """The id in the number or the address of an article. None for an empty text. Raises Refused(invalid)."""
    if not text:
        return None
    number = number_of(text.rpartition("/")[2].partition("-")[0].removeprefix("#"))
    if number is None:
        sentence = "Write the number or the address of the article that replaces this one."
        raise Refused("invalid", sentence, {"moved_to": sentence})
    return number


def _asks(request: Request, form: Form | None, what: str) -> bool:
    """True if the panel for this step is open: a link opened it, or what was typed there was refused."""
    done = form.line("do").replace("ask", "publish") if form is not None else ""
    return request.query_params.get(what) == "1" or done == what


def _tags(work: Work) -> list[tuple[str, str, str]]:
    """Each language with its name and its state: `older`, `draft`, `missing`, or empty."""
    found = []
    for tag, name in LANGUAGES.items():
        text = work.texts.get(tag)
        if text is None:
            state = "draft" if tag in work.drafts else "missing"
        else:
            state = "older" if is_older(text, work.texts) else "draft" if tag in work.drafts else ""
        found.append((tag, name, state))
    return found


def _locale(tag: str) -> str:
    return tag if tag in LANGUAGES else ORIGINAL


def _path(id_: int, locale: str, **query: str) -> str:
    named = {"locale": locale if locale != ORIGINAL else "", **query}
    asked = "&".join(f"{name}={value}" for name, value in named.items() if value)
    return f"/knowledge/articles/{id_}" + (f"?{asked}" if asked else "")


def _whole(draft: Draft) -> str:
    return f"{draft.title}\n{draft.summary}\n\n{draft.body}"
