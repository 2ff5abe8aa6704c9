"""The routes of the Help Center: its pages for customers, and the sign-in page."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from widgets.portal import (
    account,
    acknowledge,
    articles,
    confirm_ticket,
    contacts,
    feeds,
    following,
    home,
    language,
    learning,
    mailed,
    not_mine,
    old_addresses,
    one_request,
    passkey_sign_in,
    passkeys,
    plans,
    playlists,
    products,
    registrations,
    requests,
    search,
    sign_in,
    sign_up,
    single_sign_on,
    sitemap,
    status,
    submit,
    unsubscribe,
    webinars,
)
from widgets.ports import Settings
from widgets.shared.assets import ASSETS
from widgets.shared.pages import page

_ASKED = {"Cache-Control": "no-cache"}


def routes(settings: Settings) -> list[Route]:
    """The routes of the pages for customers and accounts, and of the page that browsers show while the desk cannot be
    reached."""

    async def offline(request: Request) -> Response:
        return page(request, "portal/offline.html", {})

    async def offline_worker(request: Request) -> Response:
        # At the root: a service worker controls only URLs below its own.
        return FileResponse(
            ASSETS.script_file("offline-worker"), media_type="text/javascript; charset=utf-8", headers=_ASKED
        )

    return [
        *home.routes(),
        *feeds.routes(),
        *products.routes(),
        *articles.routes(),
        *search.routes(),
        *sitemap.routes(),
        *status.routes(),
        *old_addresses.routes(),
        Route("/offline", offline),
        Route("/offline-worker.js", offline_worker),
        *sign_in.routes(settings),
        *single_sign_on.routes(settings),
        *passkey_sign_in.routes(settings),
        *sign_up.routes(settings),
        *account.routes(),
        *passkeys.routes(),
        *submit.routes(),
        *requests.routes(),
        *one_request.routes(),
        *not_mine.routes(),
        *confirm_ticket.routes(),
        *acknowledge.routes(),
        *mailed.routes(),
        *following.routes(),
        *unsubscribe.routes(),
        *contacts.routes(),
        *language.routes(),
        *_of_the_learning_center(),
    ]


def _of_the_learning_center() -> list[Route]:
    pages = (learning, playlists, plans, webinars, registrations)
    return [route for one in pages for route in one.routes()]
