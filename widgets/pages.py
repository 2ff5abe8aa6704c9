"""Every page and every file that a browser is given."""

from __future__ import annotations

from starlette.routing import Mount, Route

from widgets.console import pages as console
from widgets.customer import pages as customer
from widgets.portal import pages as portal
from widgets.shared.assets import ASSETS
from widgets.shared.brand_sheets import BrandSheets
from widgets.shared.pages import Settings, asked_color, error_page
from widgets.shared.static_files import static_routes

__all__ = ["error_page", "routes"]


def routes(settings: Settings) -> list[Route | Mount]:
    """All pages of all faces, `/brand.css`, and `/static/<face>/…`.

    They find who asks by `request.app.state.actor_of`, an async function of the request that gives
    an Actor or None, whether there is a ticket for them by `request.app.state.has_ticket`, an async function of the
    request, the Actor and the number, how long a new color has to wait by `request.app.state.color_wait`, an async
    function of the request that gives seconds, and in the demo its sample people by `request.app.state.desk`.
    """
    own = [*customer.routes(settings), *console.routes(settings), *portal.routes(settings)]
    return [
        *own,
        Route("/brand.css", BrandSheets(settings.brand_color, asked_color).serve),
        *static_routes(ASSETS.builds),
    ]
