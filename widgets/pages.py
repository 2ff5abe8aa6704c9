"""All routes of pages and static files."""

from __future__ import annotations

from starlette.routing import Mount, Route

from widgets.admin import pages as admin
from widgets.console import canned_replies
from widgets.console import pages as console
from widgets.customer import pages as customer
from widgets.knowledge import pages as knowledge
from widgets.letters import pages as letters
from widgets.portal import pages as portal
from widgets.portal.account import account_page
from widgets.ports import Settings
from widgets.reports import pages as reports
from widgets.shared.assets import ASSETS
from widgets.shared.brand_sheets import BrandSheets
from widgets.shared.pages import asked_color, error_page
from widgets.shared.static_files import static_routes

__all__ = ["error_page", "routes"]


def routes(settings: Settings) -> list[Route | Mount]:
    """The routes of all pages, of `/brand.css`, and of `/static/…`. They expect a `ports.Program` in
    `app.state.pages`."""
    own = [
        *customer.routes(settings),
        *console.routes(account_page),
        *canned_replies.routes(),
        *admin.routes(),
        *knowledge.routes(),
        *reports.routes(),
        *portal.routes(settings),
        *letters.routes(settings),
    ]
    return [
        *own,
        Route("/brand.css", BrandSheets(lambda: settings.brand_color, asked_color).serve),
        *static_routes(ASSETS.builds),
    ]
