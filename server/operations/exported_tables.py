"""The tables in `switchboard export`, and the reasons why others are left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlmodel import SQLModel

from alarms.adapters.tables import AlarmDestinationRow
from attachments.adapters.tables import FileRow
from automations.adapters.tables import AutomationRow
from availability.adapters.tables import (
    ComponentIntervalRow,
    ComponentRow,
    IncidentRow,
    IncidentRunRow,
    IncidentTicketRow,
    IncidentUpdateRow,
    MaintenanceRow,
)
from canned_replies.adapters.tables import CannedReplyRow, CannedReplyTextRow, CannedReplyUseRow
from chat.adapters.tables import PageRow
from escalation.adapters.tables import IssueLinkRow, IssueSourceRow
from following.adapters.tables import AnnouncementRow, FollowerRow, FollowRow, NoticeRow
from identity.adapters.customer_note_tables import CustomerNoteRow
from identity.adapters.erasure_tables import ErasureRow
from identity.adapters.provisioning_tables import ProvisionedTeamRow, ProvisionedUserRow
from identity.adapters.tables import (
    AccountRow,
    AuditRow,
    BanRow,
    ClientDomainRow,
    ClientProductRow,
    ClientRow,
    MembershipRow,
    MergeRow,
    OwnAccountRow,
    SignOnRow,
    StaffSignOnRow,
    UserRow,
    VisitorRow,
)
from inbox.adapters.tables import InboxEntryRow, InboxLettersRow
from knowledge.adapters.tables import (
    ArticleDraftRow,
    ArticleFeedbackRow,
    ArticleReadsRow,
    ArticleRow,
    ArticleTextRow,
    ArticleVersionRow,
)
from learning.adapters import tables as learning
from mail.adapters.incoming_tables import IncomingMailRow, TrustedSenderRow
from mail.adapters.tables import AddressHealthRow, LetterRow
from reports.adapters.tables import WeeklyReportRow
from reviews.adapters.tables import ReviewDayRow, ReviewEntryRow, ReviewRow, ReviewSettingsRow, ScorecardRow
from routing.adapters.tables import AgentRow, AgentStateRow, AlarmRow, DayChangeRow
from search.adapters.tables import ArticleInsertionRow, SearchMissRow
from ticketing.adapters.follower_tables import TicketFollowerRow
from ticketing.adapters.import_tables import ImportedTicketRow
from ticketing.adapters.merge_tables import MergeRow as TicketMergeRow
from ticketing.adapters.policy_tables import PolicyRow
from ticketing.adapters.saved_view_tables import SavedViewRow
from ticketing.adapters.tables import (
    BegunElsewhereRow,
    EmptiedTicketRow,
    HandoverRow,
    TicketConfirmationRow,
    TicketReadRow,
    WaitRow,
)
from ticketing.adapters.triage_tables import CustomFieldRow
from webhooks.adapters.tables import WebhookMessageRow, WebhookRow
from zendesk.adapters.tables import ZendeskNumberRow

ROWS_AT_ONCE = 1_000
LONG_ROWS_AT_ONCE = 50
"""Of tables whose rows have long texts, so that a page of them stays small."""
_CLAIM = ("claimed_by", "claimed_until")
_SECRETS = ("secret", "previous_secret", "previous_until")


@dataclass(frozen=True, slots=True)
class Exported:
    """A table in the export. `without`: the columns that are left out. `without_where`: those that are left out of rows
    in which another column has a value."""

    row: type[SQLModel]
    without: tuple[str, ...] = ()
    at_once: int = ROWS_AT_ONCE
    without_where: Mapping[str, tuple[str, object]] = field(default_factory=dict)

    def cells(self, row: Mapping[str, object]) -> dict[str, object]:
        """What the export has of a row."""
        hidden = {name for name, (other, value) in self.without_where.items() if row[other] == value}
        return {name: value for name, value in row.items() if name not in self.without and name not in hidden}


TABLES: Mapping[str, Exported] = {
    "clients": Exported(ClientRow),
    "client_domains": Exported(ClientDomainRow),
    "client_products": Exported(ClientProductRow),
    "accounts": Exported(AccountRow),
    "own_accounts": Exported(OwnAccountRow, ("password_hash",)),
    "visitors": Exported(VisitorRow),
    "sign_ons": Exported(SignOnRow),
    "staff": Exported(UserRow, ("password_hash",)),
    "memberships": Exported(MembershipRow),
    "staff_sign_ons": Exported(StaffSignOnRow),
    "provisioned_users": Exported(ProvisionedUserRow),
    "provisioned_teams": Exported(ProvisionedTeamRow),
    "agents": Exported(AgentRow),
    "agent_states": Exported(AgentStateRow),
    "day_changes": Exported(DayChangeRow),
    "canned_replies": Exported(CannedReplyRow),
    "canned_reply_texts": Exported(CannedReplyTextRow),
    "canned_reply_uses": Exported(CannedReplyUseRow),
    "ticket_fields": Exported(CustomFieldRow),
    "ticket_views": Exported(SavedViewRow),
    "files": Exported(FileRow, ("network",)),
    "merged_people": Exported(MergeRow),
    "chat_pages": Exported(PageRow),
    "customer_notes": Exported(CustomerNoteRow),
    "ticket_followers": Exported(TicketFollowerRow),
    "ticket_reads": Exported(TicketReadRow),
    "ticket_waits": Exported(WaitRow),
    "ticket_confirmations": Exported(TicketConfirmationRow),
    "begun_elsewhere": Exported(BegunElsewhereRow),
    "imported_tickets": Exported(ImportedTicketRow),
    "zendesk_numbers": Exported(ZendeskNumberRow),
    "rules": Exported(AutomationRow),
    "service_policies": Exported(PolicyRow),
    "issue_links": Exported(IssueLinkRow),
    "issue_sources": Exported(IssueSourceRow, _SECRETS),
    "ticket_merges": Exported(TicketMergeRow, at_once=LONG_ROWS_AT_ONCE),
    "handovers": Exported(HandoverRow),
    "webhooks": Exported(WebhookRow, _SECRETS),
    "webhook_messages": Exported(WebhookMessageRow, _CLAIM, LONG_ROWS_AT_ONCE),
    "letters": Exported(LetterRow, ("context", "token", *_CLAIM)),
    "incoming_mails": Exported(IncomingMailRow, ("envelope_to", *_CLAIM), LONG_ROWS_AT_ONCE),
    "address_health": Exported(AddressHealthRow),
    "trusted_senders": Exported(TrustedSenderRow),
    "inbox_entries": Exported(InboxEntryRow),
    "inbox_letters": Exported(InboxLettersRow),
    "alarms": Exported(AlarmRow),
    "alarm_destinations": Exported(AlarmDestinationRow, ("address", *_CLAIM)),
    "bans": Exported(BanRow),
    "reviews": Exported(ReviewRow),
    "review_days": Exported(ReviewDayRow),
    "review_entries": Exported(ReviewEntryRow),
    "review_rows": Exported(ScorecardRow),
    "review_settings": Exported(ReviewSettingsRow),
    "weekly_reports": Exported(WeeklyReportRow),
    "followers": Exported(FollowerRow),
    "follows": Exported(FollowRow),
    "announcements": Exported(AnnouncementRow, at_once=LONG_ROWS_AT_ONCE),
    "notices": Exported(NoticeRow),
    "article_records": Exported(ArticleRow),
    "article_texts": Exported(ArticleTextRow, ("html",), LONG_ROWS_AT_ONCE),
    "article_versions": Exported(ArticleVersionRow, at_once=LONG_ROWS_AT_ONCE),
    "article_drafts": Exported(ArticleDraftRow, at_once=LONG_ROWS_AT_ONCE),
    "article_feedback": Exported(ArticleFeedbackRow, ("network",)),
    "article_reads": Exported(ArticleReadsRow),
    "article_insertions": Exported(ArticleInsertionRow),
    "search_misses": Exported(SearchMissRow),
    "learning_topics": Exported(learning.TopicRow),
    "learning_resources": Exported(learning.ResourceRow),
    "learning_plans": Exported(learning.PlanRow),
    "learning_progress": Exported(learning.ProgressRow),
    "playlists": Exported(learning.PlaylistRow, ("id",)),
    "video_places": Exported(learning.VideoPlaceRow),
    "live_sessions": Exported(learning.SessionRow),
    "registrations": Exported(learning.RegistrationRow),
    "session_notices": Exported(learning.SessionNoticeRow),
    "suggested_training": Exported(learning.SuggestedRow, without_where={"key": ("kind", "playlist")}),
    "components": Exported(ComponentRow),
    "component_intervals": Exported(ComponentIntervalRow),
    "incidents": Exported(IncidentRow),
    "incident_updates": Exported(IncidentUpdateRow),
    "incident_tickets": Exported(IncidentTicketRow),
    "incident_runs": Exported(IncidentRunRow),
    "maintenances": Exported(MaintenanceRow),
    "emptied_tickets": Exported(EmptiedTicketRow),
    "erasures": Exported(ErasureRow, ("address",)),
    # Last, so that it has the line about this export.
    "audit": Exported(AuditRow),
}
"""The files of the export with rows of one table each. Pages are read in the order of their primary keys."""

IN_LINES = {
    *("tickets", "ticket_events", "ticket_changes", "ticket_participants", "ticket_tags", "ticket_field_values"),
    *("chats", "events"),
}
"""Tables whose rows are in the lines of tickets and of open chats."""

_SIGN_IN = "a secret with which somebody signs in"
_LINK = "a secret: whoever has the link may use it"
_DERIVED = "computed from the other rows"
_WORK = "work that is under way at this desk"
_LIMITS = "counts of limits at this desk"
LEFT_OUT: Mapping[str, str] = {
    **dict.fromkeys(("sessions", "tokens", "passkeys", "authenticators", "recovery_codes"), _SIGN_IN),
    **dict.fromkeys(("staff_invitations", "account_links", "ticket_links", "handover_links"), _LINK),
    **dict.fromkeys(("pending_follows", "private_feeds", "reply_addresses"), _LINK),
    **dict.fromkeys(("report_cells", "report_chats", "report_intervals", "report_requests", "report_seats"), _DERIVED),
    **dict.fromkeys(("report_steps", "report_tickets", "search_documents", "search_state", "search_words"), _DERIVED),
    **dict.fromkeys(("ticket_passages", "ticket_to_index", "tags_of_teams"), _DERIVED),
    **dict.fromkeys(("outbox", "claims", "connected", "requests", "waiting_alarms"), _WORK),
    **dict.fromkeys(("automation_events", "automation_looks", "automation_handled", "automation_looking"), _WORK),
    **dict.fromkeys(("counts", "used_once", "used_challenges", "failed_sign_ins", "letter_turns"), _LIMITS),
    "chat_networks": "network addresses that are never shown, kept for limits",
    "meta": "facts of this desk. The settings of the widget and the retention are in desk.json",
}
"""Tables that are not in the export, each with the reason."""

_OF_COLUMNS: Mapping[str, str] = {
    "password_hash": _SIGN_IN,
    **dict.fromkeys(_SECRETS, "a secret that signs or proves messages"),
    "address": "encrypted or hashed with the secret of this desk",
    "token": _LINK,
    "context": "has links with secrets until the letter is sent. Letters have no stored texts",
    "id": _LINK,
    "key": f"of playlists, {_LINK}",
    "envelope_to": "may be a reply address, a secret: whoever has it may write to the ticket",
    "network": "a network address that is never shown, kept for limits",
    "html": _DERIVED,
    **dict.fromkeys(_CLAIM, _WORK),
}


def left_out() -> dict[str, str]:
    """The reasons for all that is not in the export: tables, and columns as `table.column`."""
    columns = {
        f"{name}.{column}": _OF_COLUMNS[column]
        for name, table in TABLES.items()
        for column in (*table.without, *table.without_where)
    }
    return {**LEFT_OUT, **columns}
