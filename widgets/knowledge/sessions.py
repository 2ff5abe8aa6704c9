"""`/knowledge/sessions`: authors plan live sessions, move and cancel them, and mark who came."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from clock import zones
from identity.actor import Actor
from learning.sessions import Session
from refusals import Refused
from widgets.knowledge.frame import authors_page, for_authors, number_of, seen
from widgets.knowledge.session_form import fields_of, recorded, session_of
from widgets.knowledge.session_ports import Worked
from widgets.portal.frame import STATUS_OF
from widgets.ports import Form, program_of

_PATH = "/knowledge/sessions"
_DONE = {
    "added": "The session is planned. Followers are told in ten minutes.",
    "saved": "Saved. If its time, place or link has changed, registered people get a letter.",
    "cancelled": "Cancelled. Everybody with a place or on the waiting list gets a letter.",
    "recorded": "The recording is saved. People who had a place get a letter.",
    "marked": "The attendance is saved.",
}


def routes() -> list[Route]:
    return [
        Route(_PATH, for_authors(_listed), methods=["GET"]),
        Route(f"{_PATH}/new", for_authors(_new), methods=["GET"]),
        Route(f"{_PATH}/new", for_authors(_add), methods=["POST"]),
        Route(f"{_PATH}/{{id}}", for_authors(_shown), methods=["GET"]),
        Route(f"{_PATH}/{{id}}", for_authors(_send), methods=["POST"]),
    ]


async def _listed(request: Request, actor: Actor) -> Response:
    program = program_of(request)
    listed, now = await program.live_sessions.listed(actor), program.authors.now()
    context = {
        "coming": [one for one in listed if one.session.ends_at > now],
        "past": [one for one in reversed(listed) if one.session.ends_at <= now],
    }
    return authors_page(request, actor, "knowledge/sessions.html", context)


async def _new(request: Request, actor: Actor) -> Response:
    """The form of a new session. With `like`, it is another date of that session's series."""
    program = program_of(request)
    fields = {"zone": program.timezone(request), "minutes": "60", "capacity": "100", "kind": "webinar"}
    like = number_of(request.query_params.get("like", ""))
    if like is not None:
        session = (await program.live_sessions.session(actor, like, 0)).listed.session
        fields = {**fields_of(session), "starts": "", "note": ""}
    return await _form_page(request, actor, fields)


async def _add(request: Request, actor: Actor) -> Response:
    program = program_of(request)
    form = Form(await program.live_sessions.read_form(request))
    try:
        wanted = replace(session_of(form, None, program.authors.products()), recording="", recording_minutes=0)
        id_ = await program.live_sessions.add(actor, wanted)
    except Refused as refused:
        if refused.code != "invalid":
            raise
        return await _form_page(request, actor, form.values, refused)
    return seen(f"{_PATH}/{id_}?done=added")


async def _shown(request: Request, actor: Actor) -> Response:
    return await _session_page(request, actor, _id_of(request))


async def _send(request: Request, actor: Actor) -> Response:
    """Handle a form of the page. The field `do` names the action of the pressed button."""
    live, id_ = program_of(request).live_sessions, _id_of(request)
    form = Form(await live.read_form(request))
    after, before = _after(form.line("after_id")), (await live.session(actor, id_, 0)).listed.session
    try:
        match form.line("do"):
            case "save":
                await live.change(actor, id_, session_of(form, before, program_of(request).authors.products()))
                return seen(f"{_PATH}/{id_}?done=saved")
            case "cancel":
                await live.cancel(actor, id_)
                return seen(f"{_PATH}/{id_}?done=cancelled")
            case "record":
                await live.change(actor, id_, recorded(before, form))
                return seen(f"{_PATH}/{id_}?done=recorded")
            case "attend":
                await live.attendance(actor, id_, after, _came(form))
                return seen(f"{_PATH}/{id_}?done=marked&after={after}#people")
            case _:
                raise Refused("invalid", "This form is not complete.")
    except Refused as refused:
        if refused.code not in ("invalid", "conflict"):
            raise
        return await _session_page(request, actor, id_, form, refused)


async def _form_page(
    request: Request, actor: Actor, fields: Mapping[str, str], refused: Refused | None = None
) -> Response:
    return await _page(request, actor, None, fields, refused)


async def _session_page(
    request: Request, actor: Actor, id_: int, form: Form | None = None, refused: Refused | None = None
) -> Response:
    after = _after(form.line("after_id") if form is not None else request.query_params.get("after", ""))
    worked = await program_of(request).live_sessions.session(actor, id_, after)
    fields = fields_of(worked.listed.session)
    if form is not None and form.line("do") in ("save", "record"):
        fields = {**fields, **form.values}
    return await _page(request, actor, worked, fields, refused, after)


async def _page(
    request: Request,
    actor: Actor,
    worked: Worked | None,
    fields: Mapping[str, str],
    refused: Refused | None,
    after: int = 0,
) -> Response:
    program = program_of(request)
    session, now = worked.listed.session if worked is not None else None, program.authors.now()
    context = {
        "session": session,
        "seats": worked.listed.seats if worked is not None else None,
        "people": worked.people if worked is not None else (),
        "more": worked.people[-1].id if worked is not None and worked.more else None,
        "after_id": after,
        "stage": _stage(session, now),
        "fields": fields,
        "problem": refused.message if refused is not None else "",
        "wrong": (refused.fields or {}) if refused is not None else {},
        "done": _DONE.get(request.query_params.get("done", ""), "") if refused is None else "",
        "courses": await program.live_sessions.courses(actor),
        "zones": zones.common_zones(),
    }
    status = STATUS_OF.get(refused.code, 422) if refused is not None else 200
    return authors_page(request, actor, "knowledge/session.html", context, status)


def _stage(session: Session | None, now: int) -> str:
    """`new`, `cancelled`, `over`, `running` or `planned`."""
    if session is None:
        return "new"
    if session.is_cancelled:
        return "cancelled"
    return "over" if session.ends_at <= now else "running" if session.starts_at <= now else "planned"


def _came(form: Form) -> set[int]:
    """The ids of the registrations that are ticked."""
    ids = (number_of(name.removeprefix("came.")) for name in form.values if name.startswith("came."))
    return {id_ for id_ in ids if id_ is not None}


def _after(text: str) -> int:
    return number_of(text) or 0


def _id_of(request: Request) -> int:
    id_ = number_of(request.path_params["id"])
    if id_ is None:
        raise Refused("not_found", "There is no such session.")
    return id_
