"""Implements `widgets.ports.Portal`: the customers' pages use the same services as the JSON API."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from starlette.requests import Request
from uuid_utils import uuid7

from attachments.adapters.files import Files
from clock import Clock
from clock.zones import is_zone
from identity.actor import Actor
from mail.addresses import Addresses
from mail.incoming_ports import IncomingMails
from refusals import Refused
from server.edge.api.accounts import checked_locale
from server.edge.authentication import Authentication
from server.edge.cookies import ACCOUNT_ZONE, CHOICES_S, LOCALE, ZONE
from server.edge.forms import Forms
from server.edge.heavy_reads import HeavyReads
from server.edge.http_limits import HttpLimits
from server.edge.outages import as_refusals
from server.edge.portal_visitors import PortalVisitors
from server.edge.ticket_writing import CREATE, TicketWriting, replies_to
from server.live.mail.handover_links import HandoverLinks
from server.live.mail.ticket_links import LinksOfTickets
from server.live.mail.transcripts import Transcripts
from server.live.teams import Teams
from server.live.tickets.ticket_news import TicketNewsSender
from storage.ports import Storage, Tx
from ticketing.adapters.store import SqlStore
from ticketing.confirming import old_link
from ticketing.custom_fields import CustomField
from ticketing.errors import NotFound
from ticketing.following import Following
from ticketing.listing import Filters, reader_of
from ticketing.own_requests import Listed, OwnRequests
from ticketing.requests import NewReply, NewTicket, check_key
from ticketing.service import Tickets
from widgets.handover_view import HandoverView
from widgets.ports import Form, RequestView, TeamView


class PortalAdapter:
    def __init__(
        self,
        clock: Clock,
        storage: Storage,
        authentication: Authentication,
        visitors: PortalVisitors,
        teams: Teams,
        tickets: Tickets,
        own_requests: OwnRequests,
        following: Following,
        news: TicketNewsSender,
        heavy_reads: HeavyReads,
        writing: TicketWriting,
        forms: Forms,
        files: Files,
        links: LinksOfTickets,
        handover_links: HandoverLinks,
        transcripts: Transcripts,
        addresses: Addresses,
        mails: IncomingMails,
        http_limits: HttpLimits,
    ) -> None:
        self.now = clock
        self._storage = storage
        self._authentication = authentication
        self._visitors = visitors
        self._teams = teams
        self._tickets = tickets
        self._own_requests = own_requests
        self._following = following
        self._news = news
        self._heavy_reads = heavy_reads
        self._writing = writing
        self._forms = forms
        self._files = files
        self._links = links
        self._handover_links = handover_links
        self._transcripts = transcripts
        self._addresses = addresses
        self._mails = mails
        self._http_limits = http_limits

    def zone(self, request: Request) -> str | None:
        chosen = self._authentication.cookies.read(request, ACCOUNT_ZONE)
        return next((zone for zone in (chosen, request.cookies.get(ZONE)) if zone and is_zone(zone)), None)

    def keep_language(self, request: Request, tag: str) -> None:
        chosen = checked_locale(tag)
        if chosen is not None:
            self._authentication.cookies.exchange(request, LOCALE, chosen, CHOICES_S)

    # -- who --------------------------------------------------------------------------------

    @as_refusals
    async def customer(self, request: Request) -> Actor | None:
        browser = await self._visitors.known(request)
        actor = await self._authentication.actor_of_page(request)
        if actor is None or actor.kind != "customer":
            actor = browser
        return replace(actor, confirmed=await self._links.known_to(actor, browser)) if actor is not None else None

    async def writer(self, request: Request) -> Actor:
        known = await self.customer(request)
        if known is not None:
            return known
        visitor = str(uuid7())
        self._visitors.keep(request, visitor)
        return Actor(kind="customer", id=visitor)

    # -- forms ------------------------------------------------------------------------------

    def check_form(self, request: Request) -> None:
        self._authentication.refuse_foreign_origin(request)

    @as_refusals
    async def read_form(self, request: Request, customer: Actor) -> Form:
        return await self._forms.read(request, customer)

    async def read_texts(self, request: Request) -> Form:
        return await self._forms.read_texts(request)

    @as_refusals
    async def submit(self, request: Request, customer: Actor, wanted: NewTicket, key: str) -> int:
        check_key(key)
        before = await self._writing.repeated(customer, CREATE, key)
        outcome = before or await self._writing.create(request, customer, wanted, key)
        return outcome.number

    @as_refusals
    async def reply(self, request: Request, customer: Actor, number: int, said: NewReply, seen: str, key: str) -> int:
        check_key(key)
        before = await self._writing.repeated(customer, replies_to(number), key)
        if before is not None:
            return before.number
        check = self._unsolved_since(customer, number, seen) if said.says != "solved" else _always
        return (await self._writing.reply(request, customer, number, said, key, check)).number

    def _unsolved_since(self, customer: Actor, number: int, seen: str) -> Callable[[Tx], None]:
        def check(tx: Tx) -> None:
            ticket = self._tickets.theirs(tx, customer, number, lock=True)
            if ticket.status == "solved" and seen != "solved":
                raise Refused("conflict", "This was solved while you wrote.")

        return check

    # -- reading ----------------------------------------------------------------------------

    def teams(self) -> Sequence[TeamView]:
        desk = self._teams.desk
        return [
            TeamView(
                key=team.key,
                name=team.name,
                topic=team.topic,
                topics=team.topics,
                email=team.email,
                products=team.products,
                proven_only=team.identity == "required",
                chat=desk.hours[team.schedule],
                mail=desk.hours[team.email_hours],
            )
            for team in desk.open_to_chats()
        ]

    @as_refusals
    async def fields(self) -> Sequence[CustomField]:
        fields = await self._storage.read(SqlStore().custom_fields)
        return [field for field in fields if field.for_customers]

    @as_refusals
    async def requests(self, request: Request, customer: Actor, filters: Filters, cursor: str | None) -> Listed:
        def read(tx: Tx) -> Listed:
            return self._own_requests.listed(tx, customer, filters, self.now(), cursor)

        return await self._heavy_reads.read_for(request, customer, read, search=filters.q is not None)

    @as_refusals
    async def request(self, request: Request, customer: Actor, number: int) -> RequestView:
        now = self.now()

        def read(tx: Tx) -> tuple[RequestView, int | None]:
            shown = self._tickets.get(tx, customer, number, now)
            try:
                ticket = self._tickets.theirs(tx, customer, number)
            except NotFound:
                return RequestView(shown, may_write=False, as_seen=True), None
            may_write = reader_of(customer).takes_part(ticket)
            mailed, behind = self._mails.replies(tx, number), self._tickets.issue_solved(tx, ticket)
            view = RequestView(shown, may_write, mailed=mailed, issue_solved=behind is True)
            return view, self._following.place(tx, customer, number, 0).seq

        view, last = await self._heavy_reads.read_for(request, customer, read)
        if view.ticket.unread and last is not None:
            await self._storage.write(lambda tx: self._following.mark_read(tx, customer, number, last))
            await self._news.read_by(customer, number)
        return view

    # -- links in letters ---------------------------------------------------------------------

    @as_refusals
    async def shows(self, request: Request, number: int) -> bool:
        customer = await self.customer(request)
        if customer is None:
            return False
        try:
            ticket = await self._storage.read(lambda tx: self._tickets.theirs(tx, customer, number))
        except NotFound:
            return False
        return ticket.requester.verified

    @as_refusals
    async def link_works(self, number: int, token: str) -> bool:
        return await self._links.works(number, token)

    @as_refusals
    async def confirm(self, request: Request, number: int, token: str) -> None:
        # A browser gets a cookie only with a link that works.
        if not await self._links.works(number, token):
            raise old_link()
        await self._links.confirm(await self.writer(request), number, token)

    @as_refusals
    async def send_link(self, request: Request, number: int, token: str) -> None:
        await self._http_limits.check(request, None, "letters")
        await self._links.ask(number, token)

    @as_refusals
    async def handover(self, token: str) -> HandoverView | None:
        return await self._handover_links.opened(token)

    @as_refusals
    async def acknowledge(self, token: str) -> bool:
        return await self._handover_links.acknowledge(token)

    @as_refusals
    async def comes_back(self, address: str) -> bool:
        return await self._storage.read(lambda tx: self._addresses.comes_back(tx, address))

    @as_refusals
    async def mail_transcript(self, request: Request, customer: Actor, number: int) -> None:
        if not customer.identified:
            await self._http_limits.check(request, customer, "letters")
        await self._transcripts.mail(customer, number)

    @as_refusals
    async def file(self, request: Request, customer: Actor, id_: str) -> str:
        address, _ = await self._files.address(id_, customer)
        return address


def _always(tx: Tx) -> None:
    """Check nothing. A confirmation that the issue is solved needs no check, because it does not reopen the ticket."""
