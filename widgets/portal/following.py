"""`/following`: what the reader follows, and the notices. The form of all **Follow** menus is sent here.

`/following/confirm` is the link in a letter with which somebody without an account confirms an address. Opening it
changes nothing. The button begins the follow.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from following.announcement import KINDS, Kind, Subject
from following.follow import HOWS, WHATS, How, Level, What
from refusals import Refused
from widgets.followed import GROUPS, Followed, group_of, how_words, name_of, news_words, what_words
from widgets.following_ports import FollowingView, FollowView, NoticeView, Unread
from widgets.portal.frame import portal_page, problem_of, refused_page
from widgets.ports import Form, program_of
from widgets.shared.catalogues import catalogue_for
from widgets.shared.pages import own_path

_KINDS: dict[str, Kind] = {kind: kind for kind in KINDS}
_HOWS: dict[str, How] = {how: how for how in HOWS}
_WHATS: dict[str, What] = {what: what for what in WHATS}
_KEY_MAX = 200
_AS_SET = "as_set"
_TOKEN_MAX = 100


@dataclass(frozen=True, slots=True)
class Row:
    """A follow on the page. `name` is empty if the reader may no longer read it."""

    subject: Subject
    name: str
    path: str
    swatch: str
    what: str
    level: Level
    last: int | None
    ended: bool


def routes() -> list[Route]:
    return [
        Route("/following", _mine, methods=["GET"]),
        Route("/following", _sent, methods=["POST"]),
        Route("/following/confirm", _opened, methods=["GET"]),
        Route("/following/confirm", _confirmed, methods=["POST"]),
    ]


@dataclass(frozen=True, slots=True)
class Choice:
    """A Follow menu. `level` is None if the reader does not follow the subject. `whats` and `hows` are pairs of a value
    and its words. Followers of an article have no choice of `whats`."""

    subject: Subject
    level: Level | None
    whats: Sequence[tuple[What, str]]
    hows: Sequence[tuple[How, str]]


async def choices(request: Request, subjects: Mapping[str, Subject]) -> dict[str, Choice]:
    """The Follow menus of a page, by the same names as `subjects`. During an outage, as if the reader followed
    nothing."""
    say = catalogue_for(request).gettext
    try:
        levels = await program_of(request).following.levels(request)
    except Refused:
        levels = {}
    hows = [(how, how_words(how, say)) for how in HOWS]
    return {
        name: Choice(
            subject,
            levels.get(subject),
            [] if subject.kind == "article" else [(what, what_words(subject.kind, what, say)) for what in WHATS],
            hows,
        )
        for name, subject in subjects.items()
    }


# -- all that the reader follows ---------------------------------------------------------


async def _mine(request: Request) -> Response:
    program, catalogue = program_of(request), catalogue_for(request)
    try:
        customer = await program.portal.customer(request)
        view = await program.following.mine(request, catalogue.tag, _ended(request))
        if view is None:
            return RedirectResponse(f"/sign-in?next={quote('/following')}", 303)
        await program.following.seen(request)
        token = await program.following.feed_token(request)
    except Refused as refused:
        return refused_page(request, refused)
    say = catalogue.gettext
    shown = {
        "groups": _groups(view, say),
        "notices": [_notice(one, say) for one in view.notices],
        "wants": [(one, name_of(one, say)) for one in view.wants],
        "hows": [(how, how_words(how, say)) for how in HOWS],
        "saved": request.query_params.get("saved") == "1",
        "feed": f"{str(request.base_url).rstrip('/')}/following/feeds/{token}.atom" if token is not None else "",
        "unread": Unread(),
    }
    return await portal_page(request, "portal/following.html", shown, customer, "")


def _groups(view: FollowingView, say: Callable[[str], str]) -> list[tuple[str, list[Row]]]:
    rows = [_row(one, say, ended=False) for one in view.follows]
    if view.ended is not None:
        rows.append(_row(view.ended, say, ended=True))
    found = [(group, [row for row in rows if group_of(row.subject.kind) == group]) for group in GROUPS]
    return [(group, sorted(some, key=lambda row: row.name.casefold())) for group, some in found if some]


def _row(view: FollowView, say: Callable[[str], str], *, ended: bool) -> Row:
    followed: Followed | None = view.followed
    return Row(
        subject=view.subject,
        name=name_of(followed, say) if followed is not None else "",
        path=followed.path if followed is not None else "",
        swatch=(followed.product if followed is not None else None) or view.subject.kind,
        what=what_words(view.subject.kind, view.level.what, say),
        level=view.level,
        last=view.last,
        ended=ended,
    )


def _notice(view: NoticeView, say: Callable[[str], str]) -> dict[str, object]:
    return {"notice": view, "word": news_words(view.source, view.news, say)}


def _ended(request: Request) -> Subject | None:
    kind, _, key = request.query_params.get("ended", "").partition(":")
    return Subject(_KINDS[kind], key) if kind in _KINDS and key else None


# -- forms -------------------------------------------------------------------------------


async def _sent(request: Request) -> Response:
    program = program_of(request)
    try:
        form = await program.portal.read_texts(request)
        if form.line("do") == "all" and form.line("how") == _AS_SET:
            return _to("/following")
        if form.line("do") == "all":
            await program.following.set_how(request, _how(form))
            return _to("/following?saved=1")
        if form.line("do") == "make_feed":
            await program.following.make_feed(request)
            return _to("/following#feed")
        if form.line("do") == "revoke_feed":
            await program.following.revoke_feed(request)
            return _to("/following#feed")
        return await _about_one(request, form)
    except Refused as refused:
        return refused_page(request, refused)


async def _about_one(request: Request, form: Form) -> Response:
    following, subject = program_of(request).following, _subject(form)
    back = form.line("next")
    if form.line("do") == "unfollow":
        await following.unfollow(request, subject)
        ended = quote(f"{subject.kind}:{subject.key}", safe="")
        return _to(back if own_path(back) else f"/following?ended={ended}#ended")
    level = Level(_WHATS.get(form.line("what"), "new"), _how(form))
    if await following.follow(request, subject, level):
        return _to(back if own_path(back) else "/following?saved=1")
    return await _ask(request, form, subject, level)


async def _ask(request: Request, form: Form, subject: Subject, level: Level) -> Response:
    """Asks for an email address, or mails the link to confirm the one that was given."""
    program, email, problem = program_of(request), form.line("email"), ""
    if email:
        try:
            await program.following.ask(request, subject, level, email, catalogue_for(request).tag)
        except Refused as refused:
            if refused.code == "not_found":
                raise
            problem = problem_of(refused)
        else:
            return await portal_page(request, "portal/follow-asked.html", {"email": email}, None, "")
    back = form.line("next")
    shown = {
        "subject": subject,
        "level": level,
        "email": email,
        "problem": problem,
        "next": back if own_path(back) else "/",
    }
    return await portal_page(request, "portal/follow-email.html", shown, None, "", status=422 if problem else 200)


def _subject(form: Form) -> Subject:
    kind, key = form.line("kind"), form.line("key")
    if kind not in _KINDS or not key or len(key) > _KEY_MAX:
        raise Refused("not_found", "There is nothing to follow here.")
    return Subject(_KINDS[kind], key)


def _how(form: Form) -> How:
    if form.line("how") not in _HOWS:
        raise Refused("invalid", "Choose how often.")
    return _HOWS[form.line("how")]


def _to(path: str) -> Response:
    return RedirectResponse(path, 303, {"Cache-Control": "no-store"})


# -- the link that confirms an address -----------------------------------------------------


async def _opened(request: Request) -> Response:
    token = request.query_params.get("token", "")[:_TOKEN_MAX]
    try:
        view = await program_of(request).following.opened(token, catalogue_for(request).tag)
        return await _confirm_page(request, view, token, done=False)
    except Refused as refused:
        return refused_page(request, refused)


async def _confirmed(request: Request) -> Response:
    program = program_of(request)
    try:
        program.portal.check_form(request)
        token = (await program.portal.read_texts(request)).line("token")[:_TOKEN_MAX]
    except Refused as refused:
        return refused_page(request, refused)
    try:
        view = await program.following.confirm(token, catalogue_for(request).tag)
    except Refused as refused:
        if refused.code != "not_found":
            return refused_page(request, refused)
        return await _confirm_page(request, None, "", done=False)
    return await _confirm_page(request, view, "", done=True)


async def _confirm_page(request: Request, view: FollowView | None, token: str, *, done: bool) -> Response:
    say = catalogue_for(request).gettext
    followed = view.followed if view is not None else None
    shown = {
        "name": name_of(followed, say) if followed is not None else "",
        "path": followed.path if followed is not None else "",
        "what": what_words(view.subject.kind, view.level.what, say) if view is not None else "",
        "how": how_words(view.level.how, say) if view is not None else "",
        "token": token,
        "done": done,
    }
    status = 200 if followed is not None else 404
    page = await portal_page(request, "portal/follow-confirm.html", shown, None, "", status=status)
    page.headers["Referrer-Policy"] = "same-origin"
    return page
