"""Implements `widgets.admin.ports.Administration`: the pages use the same services as the JSON API."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from starlette.requests import Request

from alarms.destination import Destination, DestinationChange, NewDestination
from clock import Clock
from identity.actor import Actor
from identity.adapters.people import People
from identity.audit_search import AuditPage, AuditSearch
from identity.client_views import ClientChange, ClientDetail
from identity.ports import Client, Token
from identity.staff_views import StaffChange, StaffDetail, StaffView
from routing.agents import CAPACITY
from server.edge.authentication import place_of
from server.edge.client_disconnect import cancelled_on_disconnect
from server.edge.issue_sources_adapter import IssueSourcesAdapter
from server.edge.outages import as_refusals
from server.edge.personal_data_adapter import PersonalDataAdapter
from server.edge.policies_adapter import PoliciesAdapter
from server.edge.rules_adapter import RulesAdapter
from server.edge.ticket_fields_adapter import TicketFieldsAdapter
from server.edge.webhooks_adapter import WebhooksAdapter
from server.live.administration.admin_counts import AdminCounts
from server.live.administration.audit_reading import AuditReading
from server.live.administration.client_admin import ClientAdmin
from server.live.administration.invitations import Invitations, Wanted
from server.live.administration.staff_admin import StaffAdmin
from server.live.administration.ticket_fields import TicketFields
from server.live.administration.token_admin import TokenAdmin
from server.live.administration.widget_settings import SettingsOfWidget
from server.live.alarms.alarm_admin import AlarmAdmin
from server.live.automations.rule_admin import RuleAdmin
from server.live.escalation.issue_sources import IssueSources
from server.live.webhooks.webhook_admin import WebhookAdmin
from widgets.admin.ports import ClosingTeam, InvitedPeople, Joined, WidgetSettings


class AdminAdapter:
    def __init__(
        self,
        clock: Clock,
        people: People,
        staff: StaffAdmin,
        invitations: Invitations,
        audit: AuditReading,
        clients: ClientAdmin,
        tokens: TokenAdmin,
        widget: SettingsOfWidget,
        alarms: AlarmAdmin,
        webhooks: WebhookAdmin,
        rules: RuleAdmin,
        policies: PoliciesAdapter,
        issue_sources: IssueSources,
        personal_data: PersonalDataAdapter,
        ticket_fields: TicketFields,
        counts: AdminCounts,
        mail_kept_days: int,
    ) -> None:
        self.now = clock
        self.mail_kept_days = mail_kept_days
        self._people = people
        self._staff = staff
        self._invitations = invitations
        self._audit = audit
        self._clients = clients
        self._tokens = tokens
        self._widget = widget
        self._alarms = alarms
        self.webhooks = WebhooksAdapter(webhooks)
        self.rules = RulesAdapter(rules)
        self.policies = policies
        self.issue_sources = IssueSourcesAdapter(issue_sources)
        self.personal_data = personal_data
        self.ticket_fields = TicketFieldsAdapter(ticket_fields)
        self._counts = counts

    @as_refusals
    async def counts(self, by: Actor) -> Mapping[str, int]:
        return await self._counts.of(by)

    @as_refusals
    async def people(self, by: Actor) -> Sequence[StaffView]:
        return await self._staff.everybody(by)

    @as_refusals
    async def person(self, by: Actor, id_: str) -> StaffDetail:
        return await self._staff.person(by, id_)

    @as_refusals
    async def change(self, by: Actor, id_: str, wanted: StaffChange, versions: Collection[int] | None) -> StaffDetail:
        return await self._staff.change(by, id_, wanted, versions)

    @as_refusals
    async def sign_out(self, by: Actor, id_: str) -> None:
        await self._people.sign_out_person(by, id_, and_tokens=False)

    @as_refusals
    async def reset_factor(self, by: Actor, id_: str) -> None:
        await self._staff.reset_factor(by, id_)

    @as_refusals
    async def invite(self, by: Actor, lines: Sequence[str], wanted: StaffChange) -> InvitedPeople:
        capacity = CAPACITY if wanted.capacity is None else wanted.capacity
        asked = Wanted(lines=lines, roles=wanted.roles or (), teams=wanted.teams or (), capacity=capacity)
        done = await self._invitations.invite(by, asked)
        return InvitedPeople(done.sent, done.refused)

    @as_refusals
    async def invite_again(self, by: Actor, id_: str) -> None:
        await self._invitations.send_again(by, id_)

    @as_refusals
    async def withdraw(self, by: Actor, id_: str) -> None:
        await self._invitations.withdraw(by, id_)

    @as_refusals
    async def invited(self, token: str) -> tuple[str, str] | None:
        return await self._invitations.opened(token)

    @as_refusals
    async def join(self, request: Request, token: str, password: str) -> Joined:
        async with cancelled_on_disconnect(request):
            user = await self._invitations.join(token, password, place_of(request))
        return Joined(user.email, user.role)

    def products(self) -> Sequence[str]:
        return self._clients.products

    @as_refusals
    async def clients(self, by: Actor) -> Sequence[Client]:
        return await self._clients.clients(by)

    @as_refusals
    async def client(self, by: Actor, id_: str) -> ClientDetail:
        return await self._clients.client(by, id_)

    @as_refusals
    async def add_client(self, by: Actor, wanted: ClientChange) -> Client:
        return await self._clients.add(by, wanted)

    @as_refusals
    async def change_client(
        self, by: Actor, id_: str, wanted: ClientChange, versions: Collection[int] | None
    ) -> ClientDetail:
        return await self._clients.change(by, id_, wanted, versions)

    @as_refusals
    async def coordinate(self, by: Actor, id_: str, email: str, coordinates: bool) -> None:
        await self._clients.coordinate(by, id_, email, coordinates)

    @as_refusals
    async def tokens(self, by: Actor) -> Sequence[tuple[Token, Actor]]:
        return await self._tokens.tokens(by)

    @as_refusals
    async def create_token(self, by: Actor, days: int, scopes: Sequence[str]) -> str:
        return await self._tokens.create(by, days, scopes)

    @as_refusals
    async def revoke_token(self, by: Actor, email: str, label: str) -> None:
        await self._tokens.revoke(by, email, label)

    @as_refusals
    async def audit(self, by: Actor, wanted: AuditSearch) -> AuditPage:
        return await self._audit.page(by, wanted)

    @as_refusals
    async def closed_by_undo(self, by: Actor, line: int) -> Sequence[ClosingTeam]:
        found = await self._audit.closed_by(by, line)
        return [ClosingTeam(team.name, one.waiting, one.held, team.closing_drain_s) for team, one in found]

    @as_refusals
    async def undo(self, by: Actor, line: int) -> None:
        await self._audit.undo(by, line)

    @as_refusals
    async def widget(self, by: Actor) -> WidgetSettings:
        return await self._widget.current(by)

    @as_refusals
    async def change_widget(
        self, by: Actor, wanted: Mapping[str, object], versions: Collection[int] | None
    ) -> WidgetSettings:
        return await self._widget.change(by, wanted, versions)

    @as_refusals
    async def alarm_destinations(self, by: Actor) -> Sequence[Destination]:
        return await self._alarms.all(by)

    @as_refusals
    async def add_alarm_destination(self, by: Actor, wanted: NewDestination) -> Destination:
        return await self._alarms.add(by, wanted)

    @as_refusals
    async def change_alarm_destination(self, by: Actor, id_: str, change: DestinationChange) -> Destination:
        return await self._alarms.change(by, id_, change)

    @as_refusals
    async def remove_alarm_destination(self, by: Actor, id_: str) -> Destination:
        return await self._alarms.remove(by, id_)

    @as_refusals
    async def restore_alarm_destination(self, by: Actor, id_: str) -> Destination:
        return await self._alarms.restore(by, id_)

    @as_refusals
    async def test_alarm_destination(self, by: Actor, id_: str) -> str | None:
        return await self._alarms.test(by, id_)

    @as_refusals
    async def remove_passkey(self, by: Actor, id_: str, passkey: str) -> None:
        await self._staff.remove_passkey(by, id_, passkey)
