"""Composes the administration: its services, its HTTP calls, and what its pages use."""

from __future__ import annotations

from collections.abc import Sequence

from uuid_utils import uuid7

from canned_replies.adapters.store import SqlStore as StoredReplies
from canned_replies.service import CannedReplies
from server.edge.admin_adapter import AdminAdapter
from server.edge.api.admin_alarms import AdminAlarmsApi
from server.edge.api.admin_audit import AdminAuditApi
from server.edge.api.admin_clients import AdminClientsApi
from server.edge.api.admin_personal_data import AdminPersonalDataApi
from server.edge.api.admin_settings import AdminSettingsApi
from server.edge.api.admin_users import AdminUsersApi
from server.edge.api.assist import AssistApi
from server.edge.api.canned_replies import CannedRepliesApi
from server.edge.api.issue_links import IssueLinksApi
from server.edge.api.issue_sources import IssueSourcesApi
from server.edge.api.registry import Api
from server.edge.api.rules import RulesApi
from server.edge.api.service_levels import ServiceLevelsApi
from server.edge.api.ticket_fields import TicketFieldsApi
from server.edge.api.webhooks import WebhooksApi
from server.edge.canned_replies_adapter import CannedRepliesAdapter
from server.edge.http_limits import HttpLimits
from server.edge.personal_data_adapter import PersonalDataAdapter
from server.edge.policies_adapter import PoliciesAdapter
from server.edge.scim.api import ScimApi
from server.live.administration.admin_counts import AdminCounts
from server.live.administration.audit_reading import AuditReading
from server.live.administration.client_admin import ClientAdmin
from server.live.administration.invitations import Invitations
from server.live.administration.provisioning import Provisioning
from server.live.administration.staff_admin import StaffAdmin
from server.live.administration.ticket_fields import TicketFields
from server.live.administration.token_admin import TokenAdmin
from server.live.administration.undoing import Undoing
from server.live.alarms.alarm_admin import AlarmAdmin
from server.live.assist.assisting import Assisting
from server.live.assist.chat_endpoint import chat_endpoint
from server.live.canned_replies.macro_rules import macro_check, normal
from server.live.canned_replies.reply_files import FilesOfReplies
from server.live.canned_replies.reply_keeping import ReplyKeeping
from server.live.desk import LiveDesk
from server.live.escalation.desk_escalation import DeskEscalation
from server.live.hours.team_editing import TeamEditing
from server.live.tickets.policy_admin import PolicyAdmin
from server.live.tickets.tickets import LogsOfChats
from server.live.webhooks.webhook_admin import WebhookAdmin
from server.settings import Settings
from ticketing.adapters.field_store import SqlCustomFields
from ticketing.adapters.policy_store import SqlPolicies
from ticketing.adapters.store import SqlStore as StoredTickets
from ticketing.policies import Policies


class Administration:
    """The administration of a desk. Its pages use `adapter`. `apis` are the classes of its HTTP calls."""

    def __init__(self, settings: Settings, desk: LiveDesk, http_limits: HttpLimits) -> None:
        kept = (desk.storage, desk.clock, desk.people)
        staff = StaffAdmin(*kept, desk.teams, desk.routing, desk.tickets, desk.account_letters)
        invitations, teams = _invitations(settings, desk), TeamEditing(*kept[1:], desk.teams, desk.hours_editing)
        provisioning = Provisioning(*kept, desk.teams, staff, invitations, desk.account_letters)
        clients, fields, issues = ClientAdmin(*kept, desk.teams), TicketFields(*kept, desk.teams), _issues(desk)
        alarms, replies, webhooks, policies = _alarms(settings, desk), _replies(desk), _webhooks(desk), _policies(desk)
        self.canned_replies = CannedRepliesAdapter(replies, fields)
        undoing = Undoing(staff, clients, desk.widget_settings, desk.hours_editing, teams, alarms, invitations)
        audit, tokens, data = AuditReading(*kept, undoing), TokenAdmin(*kept), PersonalDataAdapter(desk.personal_data)
        self.adapter = AdminAdapter(
            *kept[1:],
            staff,
            invitations,
            audit,
            clients,
            tokens,
            desk.widget_settings,
            alarms,
            webhooks,
            desk.rules.admin,
            PoliciesAdapter(policies, desk.teams),
            issues.sources,
            data,
            fields,
            AdminCounts(desk.storage, desk.clock, desk.teams),
            settings.mail_keep_days,
        )
        self.apis: Sequence[Api] = (
            AdminUsersApi(staff, invitations),
            AdminAuditApi(audit),
            AdminClientsApi(clients),
            AdminAlarmsApi(alarms),
            AdminPersonalDataApi(data),
            *(CannedRepliesApi(replies), TicketFieldsApi(fields)),
            WebhooksApi(webhooks),
            *_others(settings, desk, http_limits),
            ServiceLevelsApi(policies),
            *(IssueSourcesApi(issues.sources), IssueLinksApi(issues.links)),
            ScimApi(provisioning, settings.base_url if settings.base_url_given else None),
        )


def _issues(desk: LiveDesk) -> DeskEscalation:
    return DeskEscalation(desk.storage, desk.clock, desk.people, desk.tickets, StoredTickets(), desk.secret)


def _invitations(settings: Settings, desk: LiveDesk) -> Invitations:
    return Invitations(
        desk.storage,
        desk.clock,
        desk.people,
        desk.teams,
        desk.letters,
        desk.secret,
        settings.guessed_words,
        desk.delivery.wake,
    )


def _alarms(settings: Settings, desk: LiveDesk) -> AlarmAdmin:
    return AlarmAdmin(
        desk.storage,
        desk.clock,
        desk.mailroom.alarm_sending.destinations,
        desk.mailroom.alarm_sending.notices,
        desk.letters,
        desk.delivery.wake,
        lambda: desk.teams.by_key,
        desk.egress,
        settings.egress_allow,
    )


def _others(settings: Settings, desk: LiveDesk, http_limits: HttpLimits) -> Sequence[Api]:
    assist = AssistApi(lambda: settings.base_url, _assisting(settings, desk), http_limits)
    return AdminSettingsApi(desk.widget_settings), RulesApi(desk.rules.admin), assist


def _policies(desk: LiveDesk) -> PolicyAdmin:
    policies = Policies(SqlPolicies(), lambda: desk.teams.by_key, lambda: uuid7().hex)
    return PolicyAdmin(desk.storage, desk.clock, desk.people, policies)


def _webhooks(desk: LiveDesk) -> WebhookAdmin:
    of = desk.webhooks
    return WebhookAdmin(desk.storage, desk.clock, of.subscriptions, of.events, of.delivery, desk.egress)


def _replies(desk: LiveDesk) -> ReplyKeeping:
    check = macro_check(lambda: desk.teams.by_key, lambda: desk.settings.brand_name, SqlCustomFields().custom_fields)
    files = FilesOfReplies(desk.attachments, desk.files)
    replies = CannedReplies(StoredReplies(), lambda: desk.teams.by_key, lambda: uuid7().hex, check, normal, files)
    return ReplyKeeping(desk.storage, desk.clock, desk.people, replies)


def _assisting(settings: Settings, desk: LiveDesk) -> Assisting:
    known = (desk.tickets, LogsOfChats(), desk.help_center.codes, desk.help_center.searching.finder)
    return Assisting(desk.storage, desk.clock, desk.people, *known, chat_endpoint(settings, desk.egress))
