"""Composes the edge of an open desk: pages, HTTP calls, sockets, and the limits on all of them."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect

import widgets.pages
from identity.adapters.confirming import Confirming
from identity.adapters.own_passkeys import OwnPasskeys
from identity.adapters.staff_sign_ons import StaffSignOns
from mail.adapters.incoming_store import SqlIncomingMails
from server.administration import Administration
from server.edge.accounts_adapter import AccountsAdapter
from server.edge.admission import Admissions
from server.edge.agent_days import AgentDays
from server.edge.allowances import Allowances
from server.edge.api import OPERATIONS, asyncapi, openapi
from server.edge.api.accounts import AccountsApi
from server.edge.api.alarms import AlarmsApi
from server.edge.api.bans import BansApi
from server.edge.api.chats import ChatsApi
from server.edge.api.descriptions import DescriptionsApi
from server.edge.api.devices import DevicesApi
from server.edge.api.files import FilesApi
from server.edge.api.floor import FloorApi
from server.edge.api.handovers import HandoversApi
from server.edge.api.hours_apis import hours_apis
from server.edge.api.incoming_mail import IncomingMailApi
from server.edge.api.letters import LettersApi
from server.edge.api.monitoring import MonitoringApi
from server.edge.api.passkeys import PasskeysApi
from server.edge.api.people import PeopleApi
from server.edge.api.registry import Api
from server.edge.api.reports import ReportsApi
from server.edge.api.reviews import ReviewsApi
from server.edge.api.routes import routes_of
from server.edge.api.second_factor import SecondFactorApi
from server.edge.api.sessions import SessionsApi
from server.edge.api.single_sign_on import SingleSignOnApi
from server.edge.api.staff import StaffApi
from server.edge.api.suspended_mail import SuspendedMailApi
from server.edge.api.ticket_apis import ticket_apis
from server.edge.api.tickets import TicketsApi
from server.edge.api.transcripts import TranscriptsApi
from server.edge.api.wire import WireApi
from server.edge.authentication import Authentication
from server.edge.commands import SERVED_TO_CUSTOMERS, SERVED_TO_STAFF, Commands
from server.edge.commands.alarms import AlarmCommands
from server.edge.commands.conversing import Conversing
from server.edge.commands.following import Following
from server.edge.commands.following_floor import FollowingFloor
from server.edge.commands.following_tickets import FollowingTickets
from server.edge.commands.greeting_customers import CustomerGreetings
from server.edge.commands.greeting_staff import StaffGreetings
from server.edge.commands.handover import HandingOver
from server.edge.commands.joining import Joining
from server.edge.commands.recognizing import Recognizing
from server.edge.commands.starting import Starting
from server.edge.commands.stored import StoredAnswers
from server.edge.commands.terms import terms_of
from server.edge.commands.transactions import Transactions
from server.edge.commands.writing import Writing
from server.edge.control_characters import ControlCharacters
from server.edge.cookies import ExchangedCookies
from server.edge.deadlines import Deadlines
from server.edge.error_answers import disconnected, failed, not_served
from server.edge.forms import Forms
from server.edge.headers import SecurityHeaders
from server.edge.heavy_reads import HeavyReads
from server.edge.help_center import HelpCenterEdge
from server.edge.hosts import HostCheck
from server.edge.http_limits import HttpLimits
from server.edge.limit_sharing import LimitSharing
from server.edge.limits import SocketLimits
from server.edge.new_chats import NewChats
from server.edge.outside_challenge import outside_challenge
from server.edge.pages_adapter import PagesAdapter
from server.edge.passkey_sign_ins import PasskeySignIns
from server.edge.passkeys_adapter import PasskeysAdapter
from server.edge.polled import PolledConnections
from server.edge.portal_adapter import PortalAdapter
from server.edge.portal_visitors import PortalVisitors
from server.edge.proofs import Proofs
from server.edge.rate_limiting import RateLimiting
from server.edge.refusal_log import RefusalLog
from server.edge.reports_adapter import ReportsAdapter
from server.edge.security_txt import SecurityTxt
from server.edge.sign_ins import SignIns
from server.edge.sign_on_providers import providers_of
from server.edge.single_sign_on import SingleSignOn
from server.edge.sockets import Sockets
from server.edge.ticket_writing import TicketWriting
from server.edge.zendesk.apis import ZendeskRequests, zendesk_apis
from server.live.desk import LiveDesk
from server.live.mail.suspended_mail import SuspendedMail
from server.live.reports.report_reading import ReportReading
from server.settings import Settings
from server.tracing.port import Tracing
from ticketing.adapters.store import SqlStore
from widgets.knowledge.exchange_ports import Archives
from widgets.samples import Samples


class Web:
    """`app` is the ASGI application, without a lifespan. Create a `Web` on the event loop."""

    def __init__(
        self,
        settings: Settings,
        desk: LiveDesk,
        refusal_log: RefusalLog,
        samples: Samples | None,
        deadlines: Deadlines,
        allowances: Allowances,
        archives: Archives,
        tracing: Tracing,
    ) -> None:
        self._settings, self._desk = settings, desk
        self._refusal_log, self._deadlines, self._allowances = refusal_log, deadlines, allowances
        seconds = asyncio.get_running_loop().time
        self.limits = SocketLimits(settings.rate_limits, seconds, allowances)
        counters = desk.shared_limits.counters
        self.http_limits = HttpLimits(settings.rate_limits, counters, lambda: desk.clock() / 1000, allowances)
        self.polled = PolledConnections(deadlines, settings.worker)
        challenge = outside_challenge(settings, desk.egress, seconds, deadlines.challenge_s)
        self.admissions = Admissions(
            Proofs(desk.secret, desk.clock, desk.shared_limits.used_proofs, challenge, allowances),
            desk.unverified_chats,
            counters,
            off=settings.rate_limits.off,
            free=settings.rate_limits.waiting,
        )
        self.authentication = Authentication(settings, desk.clock, desk.people, refusal_log, desk.attendance.active)
        self._visitors = PortalVisitors(desk.clock, desk.secret, self.authentication.cookies, desk.people.visits)
        self._confirming = Confirming(desk.storage, desk.clock, desk.people)
        confirmed = (desk.people, self._confirming, desk.account_letters)
        self._staff_sign_ons = StaffSignOns(desk.storage, desk.clock, *confirmed, settings.oidc_staff_acr)
        self.sign_ins = self._sign_ins_of_browsers()
        self.single_sign_on = self._sign_on()
        self._passkeys = OwnPasskeys(desk.storage, desk.clock, desk.secret, *confirmed)
        self.passkey_sign_ins = PasskeySignIns(settings, self.authentication.cookies, self._passkeys, self.sign_ins)
        self.commands = tracing.commands(self._commands())
        self.sockets = Sockets(
            settings, self.authentication, self.limits, self.commands, desk.metrics, refusal_log, deadlines.hello_s
        )
        self._heavy_reads = HeavyReads(desk.storage)
        self._report_reading = ReportReading(desk.clock, desk.teams, desk.people)
        self._writing = TicketWriting(
            desk.storage, desk.clock, desk.correspondence, desk.bans, self.admissions, self.http_limits
        )
        self._transcripts, self._tickets = desk.mailroom.transcripts(desk.tickets), self._tickets_api()
        self._administration = Administration(settings, desk, self.http_limits)
        self.app = self._compose(samples, archives)
        self._sharing = LimitSharing(desk.shared_limits.shared, self.limits, self.http_limits.windows).start()

    async def close(self) -> None:
        self.polled.stop()
        await self._sharing.stop()

    def _compose(self, samples: Samples | None, archives: Archives) -> Starlette:
        settings, desk, portal, accounts = self._settings, self._desk, self._portal(), self._accounts()
        given = (portal, desk.teams, self._heavy_reads, desk.tickets, desk.help_center)
        stored = (desk.attachments, desk.files, desk.uploads)
        acting = (self.http_limits, desk.mailroom, stored, self._writing, archives)
        help_center = HelpCenterEdge(settings, desk.clock, desk.storage, self.authentication, *given, *acting)
        app = Starlette(
            routes=[
                *self.sockets.routes(),
                *routes_of([*self._apis(), *help_center.apis], self.authentication),
                *SecurityTxt(settings, desk.clock).routes(),
                *widgets.pages.routes(settings),
            ],
            middleware=[
                Middleware(SecurityHeaders, settings=settings),
                Middleware(HostCheck, settings=settings, refusal_log=self._refusal_log),
                Middleware(ExchangedCookies),
                Middleware(ZendeskRequests, self.authentication, self.http_limits),
                Middleware(RateLimiting, self.authentication, self.http_limits, self.polled, self._refusal_log),
                Middleware(ControlCharacters),
            ],
            exception_handlers={HTTPException: not_served, ClientDisconnect: disconnected, 500: failed},
        )
        app.router.redirect_slashes = False
        app.state.pages = PagesAdapter(
            settings,
            samples,
            self.authentication,
            self.http_limits,
            self._tickets.has_ticket,
            desk.teams,
            portal,
            *help_center.pages,
            accounts,
            PasskeysAdapter(self.authentication, self._passkeys, self.passkey_sign_ins, accounts.signed_in),
            self._administration.adapter,
            self._reports(),
            self._administration.canned_replies,
        )
        return app

    def _reports(self) -> ReportsAdapter:
        desk, reading = self._desk, self._report_reading
        days, weekly = AgentDays(reading, desk.people), desk.mailroom.weekly_reports
        return ReportsAdapter(desk.clock, desk.teams, reading, days, self._heavy_reads, weekly)

    def _accounts(self) -> AccountsAdapter:
        desk = self._desk
        return AccountsAdapter(
            desk.storage,
            self.authentication,
            self.sign_ins,
            self.http_limits,
            desk.people,
            desk.own_accounts,
            desk.address_claims,
            self.single_sign_on,
            self._confirming,
        )

    def _sign_ins_of_browsers(self) -> SignIns:
        desk = self._desk
        return SignIns(
            self._settings,
            desk.clock,
            desk.people,
            desk.own_accounts,
            self._staff_sign_ons,
            desk.address_claims,
            desk.metrics,
            self.authentication,
            self._visitors,
            self._refusal_log,
        )

    def _sign_on(self) -> SingleSignOn:
        settings, desk = self._settings, self._desk
        return SingleSignOn(
            providers_of(settings, desk.egress, desk.clock),
            desk.clock,
            desk.secret,
            self.authentication,
            self.sign_ins,
            self._staff_sign_ons,
            self._refusal_log,
        )

    def _portal(self) -> PortalAdapter:
        desk = self._desk
        return PortalAdapter(
            desk.clock,
            desk.storage,
            self.authentication,
            self._visitors,
            desk.teams,
            desk.tickets,
            desk.own_requests,
            desk.following,
            desk.ticket_news,
            self._heavy_reads,
            self._writing,
            Forms(desk.storage, desk.attachments, desk.uploads, desk.bans, desk.metrics),
            desk.files,
            desk.ticket_links,
            desk.mailroom.handover_links,
            self._transcripts,
            desk.letters.addresses,
            SqlIncomingMails(),
            self.http_limits,
        )

    def _commands(self) -> Commands:
        desk = self._desk
        stored = StoredAnswers(desk.storage, desk.hub, desk.history)
        transactions = Transactions(desk.storage, desk.clock, stored)
        conversing = self._conversing(transactions)
        customers, staff = self._greetings()
        following_tickets = FollowingTickets(
            desk.storage, desk.following, desk.ticket_followers, desk.ticket_news, desk.background_tasks, self.limits
        )
        written = (desk.hub, desk.shared_telling, desk.teams, desk.open_chats, desk.reading, desk.routing)
        return Commands(
            customers=customers,
            staff=staff,
            starting=self._starting(transactions),
            conversing=conversing,
            following=self._following(),
            following_tickets=following_tickets,
            following_floor=FollowingFloor(desk.floor_followers),
            alarms=AlarmCommands(desk.supervision.alarm_log),
            handing_over=self._handing_over(transactions),
            writing=Writing(desk.clock, desk.lane, conversing, *written),
            stored=stored,
            status_choices=desk.status_choices,
            attendance=desk.attendance,
            people=desk.people,
            hub=desk.hub,
            presence=desk.presence,
            bans=desk.bans,
            metrics=desk.metrics,
            limits=self.limits,
            refusal_log=self._refusal_log,
        )

    def _conversing(self, transactions: Transactions) -> Conversing:
        desk = self._desk
        given = desk.people, desk.chat_files, desk.traces, desk.inbox.entering
        return Conversing(transactions, desk.teams, desk.conversations, desk.addressing, desk.describing, *given)

    def _starting(self, transactions: Transactions) -> Starting:
        desk = self._desk
        return Starting(
            transactions,
            desk.teams,
            desk.opening_hours,
            desk.routing,
            desk.open_chats,
            desk.people,
            desk.conversations,
            self.admissions,
            NewChats(self._settings.rate_limits, desk.shared_limits.counters, self._allowances),
            desk.chat_files,
        )

    def _following(self) -> Following:
        desk = self._desk
        return Following(
            desk.storage,
            desk.clock,
            desk.people,
            desk.hub,
            desk.presence,
            desk.routing,
            desk.reading,
            desk.silences,
            desk.chat_details,
            self.limits,
        )

    def _handing_over(self, transactions: Transactions) -> HandingOver:
        desk = self._desk
        return HandingOver(transactions, desk.handovers, desk.people, desk.targets, desk.attendance)

    def _greetings(self) -> tuple[CustomerGreetings, StaffGreetings]:
        settings, desk = self._settings, self._desk
        joining = Joining(desk.hub, desk.presence, desk.offers, desk.alarms, desk.ticket_followers, self.limits)
        terms = terms_of(desk.epoch, settings.rate_limits, self._deadlines.heartbeat_s)
        recognizing = Recognizing(settings, desk.storage, desk.clock, desk.people, desk.attaching, self._refusal_log)
        customers = CustomerGreetings(
            desk.storage, desk.clock, desk.secret, recognizing, desk.routing, desk.open_chats, joining,
            desk.following, terms,
        )  # fmt: skip
        staff = StaffGreetings(desk.storage, desk.clock, desk.teams, desk.routing, desk.chat_details, joining, terms)
        return customers, staff

    def _apis(self) -> Sequence[Api]:
        settings, desk, authentication = self._settings, self._desk, self.authentication
        reads, telling, stored = self._heavy_reads, desk.shared_telling, (desk.storage, desk.clock)
        sides = (SERVED_TO_CUSTOMERS, SERVED_TO_STAFF)
        known = (desk.storage, mails := SqlIncomingMails(), SqlStore(), desk.teams, desk.people, desk.reception)
        return (
            SessionsApi(settings, desk.clock, desk.people, desk.own_accounts, desk.hub, authentication, self.sign_ins),
            AccountsApi(desk.own_accounts, desk.people, desk.address_claims, self.sign_ins, self.http_limits),
            DevicesApi(desk.people, self._confirming),
            SecondFactorApi(settings, desk.people, desk.hub),
            SingleSignOnApi(self.single_sign_on, self._staff_sign_ons),
            PasskeysApi(self._passkeys, self.passkey_sign_ins, desk.hub),
            *hours_apis(settings, desk.clock, desk.people, desk.routing, desk.teams, desk.hours_editing),
            ChatsApi(self._heavy_reads, desk.chat_details, desk.teams, desk.directing),
            FloorApi(desk.floor_followers, desk.alarms),
            AlarmsApi(desk.supervision.alarm_log),
            ReportsApi(lambda: settings.brand_name, desk.teams, self._report_reading, self._heavy_reads),
            BansApi(desk.storage, desk.clock, desk.bans, desk.blocking),
            PeopleApi(*stored, desk.requesters),
            StaffApi(desk.storage, desk.people, desk.routing, desk.teams, desk.directing, desk.supervision.day_changes),
            *self._administration.apis,
            *ticket_apis(*stored, desk.people, desk.tickets, desk.teams, reads, desk.inbox, desk.requesters),
            self._tickets,
            ReviewsApi(desk.storage, desk.clock, desk.people, desk.teams, desk.tickets, reads, telling),
            HandoversApi(desk.storage, desk.clock, desk.tickets, desk.webhooks, self._heavy_reads),
            LettersApi(*stored, desk.people, desk.tickets, desk.letters, mails, desk.delivery, desk.bounces, reads),
            TranscriptsApi(self._transcripts, self.http_limits),
            IncomingMailApi(desk.tickets, mails, reads),
            SuspendedMailApi(desk.clock, SuspendedMail(*known), reads),
            FilesApi(desk.files, desk.uploads, desk.bans, desk.metrics, self._allowances.upload_bytes),
            *zendesk_apis(settings, desk, reads, self._writing, self._allowances.upload_bytes, authentication),
            WireApi(settings, authentication, self.limits, self.polled, self.sockets),
            MonitoringApi(settings, desk.storage, desk.metrics, desk.processes),
            DescriptionsApi(lambda: openapi.document(OPERATIONS), lambda: asyncapi.document(*sides, settings.base_url)),
        )

    def _tickets_api(self) -> TicketsApi:
        desk = self._desk
        stored = (desk.storage, desk.clock, desk.people, desk.tickets, desk.correspondence)
        return TicketsApi(*stored, self._heavy_reads, self._writing)
