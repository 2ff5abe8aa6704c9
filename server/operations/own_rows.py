"""The rows of an export of another desk of this program, and why an import leaves some of its files out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from typing import TypeVar

import msgspec

from server.operations.import_report import Report
from server.operations.json_rows import UNREADABLE, Row, Source, broken, check_texts, rows

T = TypeVar("T")

READ = {
    *("desk", "staff", "clients", "client_domains", "accounts", "own_accounts", "ticket_fields", "service_policies"),
    *("issue_links", "files", "canned_replies", "canned_reply_texts", "rules", "webhooks"),
}
"""The files of an export, besides the tickets, that are imported."""

_RECORD = "a record of what the other desk did. Keep the export"
_STAFF = "an admin adds staff here"
_BROWSER = "belongs to browsers and sign-ins at the other desk"
_REVIEW = "reviews belong to the samples that the other desk drew"
_UNKNOWN = "the address or the secret is not in an export. Add it here"
_ARTICLES = "`switchboard articles import` takes the folder `articles`"
_READERS = "readers follow articles at the desk that sends them letters"
LEFT: Mapping[str, str] = {
    **dict.fromkeys(("audit", "alarms", "webhook_messages", "letters", "incoming_mails", "handovers"), _RECORD),
    **dict.fromkeys(("inbox_entries", "inbox_letters", "erasures", "emptied_tickets", "ticket_merges"), _RECORD),
    **dict.fromkeys(("merged_people", "imported_tickets", "zendesk_numbers", "chat_pages", "search_misses"), _RECORD),
    **dict.fromkeys(("day_changes", "weekly_reports", "canned_reply_uses", "article_insertions"), _RECORD),
    **dict.fromkeys(("memberships", "staff_sign_ons", "provisioned_users", "provisioned_teams"), _STAFF),
    **dict.fromkeys(("agents", "agent_states"), _STAFF),
    **dict.fromkeys(("visitors", "sign_ons", "ticket_reads", "ticket_confirmations", "begun_elsewhere"), _BROWSER),
    **dict.fromkeys(("reviews", "review_days", "review_entries", "review_rows", "review_settings"), _REVIEW),
    **dict.fromkeys(("alarm_destinations", "issue_sources"), _UNKNOWN),
    **dict.fromkeys(("article_records", "article_texts", "article_versions", "article_drafts"), _ARTICLES),
    **dict.fromkeys(("article_feedback", "article_reads"), _RECORD),
    **dict.fromkeys(("followers", "follows", "announcements", "notices"), _READERS),
    "ticket_waits": "the requesters were told the dates of the other desk. The clock begins with the next wait",
}
"""Why files of an export are not imported."""
NOT_WRITTEN = "there is no import for it. A backup moves it"


def not_imported(names: Collection[str]) -> Iterator[str]:
    """A remark for each reason why these files are not imported."""
    by_reason: dict[str, list[str]] = defaultdict(list)
    for name in sorted(set(names) - READ):
        by_reason[LEFT.get(name, NOT_WRITTEN)].append(name)
    for reason, left in by_reason.items():
        yield f"not imported: {', '.join(left)}: {reason}"


def decoded(report: Report, file: Source, type_: type[T]) -> Iterator[tuple[Row, T]]:
    """The rows of a file. Rows that cannot be read are reported as faults."""
    decoder = msgspec.json.Decoder(type_)
    with file.open() as stream:
        for row in rows(stream, file.name, "rows"):
            try:
                if isinstance(row, Row):
                    check_texts(row)
                    yield row, decoder.decode(row.raw)
                    continue
                why = row.why
            except UNREADABLE as error:
                why = broken(error)
            report.fault(row.file, row.line, why)
