"""`/canned-replies`: where staff keep their canned replies, and those of their teams and of everybody."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from canned_replies.macro import Actions
from canned_replies.reply import ENGLISH, FILES_MAX, LOCALES, CannedReply, Locale, WantedReply, may_keep
from canned_replies.variables import VARIABLES
from identity.actor import Actor
from refusals import Refused
from ticketing.codes import CODES, STATUSES, name_of
from ticketing.custom_fields import CustomField
from widgets.portal import field_inputs
from widgets.portal.frame import STATUS_OF
from widgets.portal.moments import Moments
from widgets.ports import Form, program_of
from widgets.shared.pages import error_page, page, person, signed_in, to_sign_in

URL = "/canned-replies"
TAGS_MAX = 800
"""Characters of the tags of a macro."""
FILE = "file."
"""The fields of the form that name files: the id of a file follows, and the value is its name."""
_KEEPING = frozenset({"agent", "supervisor", "admin"})
_PRIORITIES = {"urgent": "Urgent", "high": "High", "normal": "Normal", "low": "Low"}
_LANGUAGES: Mapping[Locale, str] = {"en": "English", "fr": "French", "es": "Spanish"}


def routes() -> list[Route]:
    return [
        Route(URL, _guarded(_page), methods=["GET"]),
        Route(URL, _guarded(_send), methods=["POST"]),
    ]


def _guarded(show: Callable[[Request, Actor], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        actor = await signed_in(request)
        if actor is None:
            return to_sign_in(request)
        if actor.kind != "staff" or _KEEPING.isdisjoint(actor.roles):
            return error_page(request, 403)
        if actor.limited:
            # They must set up a second factor there first.
            return RedirectResponse("/account", 303, {"Cache-Control": "no-store"})
        try:
            return await show(request, actor)
        except Refused as refused:
            return error_page(request, STATUS_OF.get(refused.code, 404))

    return endpoint


async def _page(request: Request, actor: Actor) -> Response:
    replies = await program_of(request).canned_replies.all(actor)
    wanted = request.query_params.get("edit", "")
    edited = next((one for one in replies if one.id == wanted), None)
    if wanted and (edited is None or not _keeps(actor, edited)):
        return error_page(request, 404)
    form = _form_of(edited) if edited is not None else None
    return await _shown(request, actor, {"form": form, "done": request.query_params.get("done", "")})


async def _send(request: Request, actor: Actor) -> Response:
    """Handle a form of the page. The form field `do` names the action."""
    program = program_of(request)
    form = await program.accounts.read_form(request, long=True)
    replies, id_ = program.canned_replies, form.line("id")
    try:
        match form.line("do"):
            case "add":
                await replies.add(actor, _wanted(form, await replies.fields(actor)))
                done = "added"
            case "change":
                await replies.replace(actor, id_, _wanted(form, await replies.fields(actor)), _versions(form))
                done = "saved"
            case "remove":
                await replies.remove(actor, id_)
                done = "removed"
            case _:
                raise Refused("invalid", "This page does not know this action.")
    except Refused as refused:
        if refused.code == "unavailable":
            raise
        context = {"form": form, "problem": refused.message, "fields": refused.fields or {}}
        return await _shown(request, actor, context, STATUS_OF.get(refused.code, 422))
    return RedirectResponse(f"{URL}?done={done}", 303, {"Cache-Control": "no-store"})


def _wanted(form: Form, fields: Sequence[CustomField]) -> WantedReply:
    """The fields of the form. The field `for` is `own`, `all` or `team:` and the key of a team."""
    kind, _, team = form.line("for").partition(":")
    if kind not in ("own", "team", "all"):
        raise Refused("invalid", "Choose who uses it.", {"for": "Choose who uses it."})
    return WantedReply(
        shortcut=form.line("shortcut").removeprefix("/"),
        name=form.line("name"),
        scope="own" if kind == "own" else "team" if kind == "team" else "all",
        team=team if kind == "team" else None,
        texts={locale: form.values.get(f"text.{locale}", "") for locale in LOCALES},
        actions=_actions(form, fields),
        # A page of an earlier program shows no files, and so says nothing of them.
        files=list(_files(form)) if form.line("files") else None,
    )


def _files(form: Form) -> Mapping[str, str]:
    """The names of the chosen files by their ids."""
    return {name.removeprefix(FILE): value[:120] for name, value in form.values.items() if name.startswith(FILE)}


def _actions(form: Form, fields: Sequence[CustomField]) -> Actions:
    """What the macro changes. Nothing for a canned reply."""
    return Actions(
        status=form.line("status") or None,
        resolution=form.line("resolution") or None,
        team=form.line("to_team") or None,
        priority=form.line("priority") or None,
        add_tags=[tag.strip() for tag in form.line("tags")[:TAGS_MAX].split(",") if tag.strip()],
        take=form.line("take") == "1",
        custom_fields=field_inputs.typed(field_inputs.every_input(fields, form)),
    )


def _versions(form: Form) -> frozenset[int]:
    """The version that the sender has read. Empty if the form has none."""
    version = form.line("version")
    return frozenset({int(version)} if version.isascii() and version.isdecimal() and len(version) < 16 else ())


def _form_of(reply: CannedReply) -> Form:
    texts = {f"text.{locale}": reply.texts.get(locale, "") for locale in LOCALES}
    place = f"team:{reply.holder}" if reply.scope == "team" else reply.scope
    fields = {"id": reply.id, "version": str(reply.version), "shortcut": reply.shortcut, "name": reply.name}
    made = reply.actions or Actions()
    actions = {
        "status": made.status or "",
        "resolution": made.resolution or "",
        "to_team": made.team or "",
        "priority": made.priority or "",
        "tags": ", ".join(made.add_tags),
        "take": "1" if made.take else "",
        **field_inputs.as_typed(made.custom_fields),
    }
    files = {FILE + file.id: file.name for file in reply.files}
    return Form({**fields, "for": place, **texts, **actions, **files})


def _keeps(actor: Actor, reply: CannedReply) -> bool:
    return may_keep(actor, reply.scope, reply.holder)


async def _shown(request: Request, actor: Actor, said: Mapping[str, object], status: int = 200) -> Response:
    program = program_of(request)
    me, zone = person(actor), program.timezone(request)
    teams = {team.key: team.name for team in program.portal.teams()}
    replies, fields = await program.canned_replies.all(actor), await program.canned_replies.fields(actor)
    form = said.get("form")
    places = {"own": "Only me"}
    places |= {f"team:{key}": name for key, name in teams.items() if may_keep(actor, "team", key)}
    if may_keep(actor, "all", ""):
        places["all"] = "Everybody"
    context = {
        "me": me,
        "page": {"me": me},
        "when": Moments("en-US", zone, zone, program.administration.now()),
        "replies": [(one, _keeps(actor, one), _whose(one, teams)) for one in replies],
        "own_count": sum(one.scope == "own" for one in replies),
        "places": places,
        "languages": _LANGUAGES,
        "english": ENGLISH,
        "files": _files(form) if isinstance(form, Form) else {},
        "files_max": FILES_MAX,
        "variables": VARIABLES,
        "teams": teams,
        "priorities": _PRIORITIES,
        "custom": field_inputs.every_input(fields, form if isinstance(form, Form) else Form({})),
        "worded": lambda values: field_inputs.shown(fields, values, "en"),
        "statuses": {one.key: one.shown for one in STATUSES.values()},
        "codes": {
            key: name_of(key, program.settings.brand_name)
            for key, code in CODES.items()
            if code.set_by == "person" and not code.names_another
        },
        "fields": {},
        "form": None,
        **dict.fromkeys(("problem", "done"), ""),
        **said,
    }
    return page(request, "console/canned-replies.html", context, status=status)


def _whose(reply: CannedReply, teams: Mapping[str, str]) -> str:
    if reply.scope == "team":
        return teams.get(reply.holder, reply.holder)
    return "you" if reply.scope == "own" else "everybody"
