"""Implements `widgets.ports.Program`, through which pages use the running desk."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable

from starlette.requests import Request

from identity.actor import Actor
from server.edge.authentication import Authentication
from server.edge.http_limits import HttpLimits
from server.edge.outages import as_refusals
from server.live.teams import Teams
from server.settings import Settings
from widgets.admin.ports import Administration
from widgets.availability_ports import Availability
from widgets.canned_reply_ports import CannedReplyPages
from widgets.following_ports import FollowingPages
from widgets.knowledge.ports import Authors
from widgets.knowledge.session_ports import LiveSessions
from widgets.knowledge_ports import Knowledge
from widgets.learning_ports import Learning
from widgets.passkey_ports import Passkeys
from widgets.ports import Accounts, Portal
from widgets.reports.ports import Reports
from widgets.samples import Samples
from widgets.search_ports import HelpSearching


class PagesAdapter:
    def __init__(
        self,
        settings: Settings,
        samples: Samples | None,
        authentication: Authentication,
        http_limits: HttpLimits,
        has_ticket: Callable[[Actor, int], Awaitable[bool]],
        teams: Teams,
        portal: Portal,
        knowledge: Knowledge,
        availability: Availability,
        authors: Authors,
        following: FollowingPages,
        learning: Learning,
        live_sessions: LiveSessions,
        help_search: HelpSearching,
        accounts: Accounts,
        passkeys: Passkeys,
        administration: Administration,
        reports: Reports,
        canned_replies: CannedReplyPages,
    ) -> None:
        self.settings = settings
        self.samples = samples
        self._authentication = authentication
        self._http_limits = http_limits
        self._has_ticket = has_ticket
        self._teams = teams
        self.portal = portal
        self.knowledge = knowledge
        self.availability = availability
        self.authors = authors
        self.following = following
        self.learning = learning
        self.live_sessions = live_sessions
        self.help_search = help_search
        self.accounts = accounts
        self.passkeys = passkeys
        self.administration = administration
        self.reports = reports
        self.canned_replies = canned_replies

    @as_refusals
    async def actor_of(self, request: Request) -> Actor | None:
        return await self._authentication.actor_of_page(request)

    def has_session(self, request: Request) -> bool:
        return self._authentication.may_be_staff(request)

    async def has_ticket(self, request: Request, actor: Actor, number: int) -> bool:
        return await self._has_ticket(actor, number)

    async def color_wait(self, request: Request) -> float:
        return await self._http_limits.color_wait(request)

    def timezone(self, request: Request) -> str:
        return self._teams.desk.timezone

    def team_names(self, request: Request, keys: Iterable[str]) -> list[str]:
        teams = self._teams.by_key
        return [teams[key].name if key in teams else key for key in keys]
