from __future__ import annotations

import pytest

from server.operations.zendesk_files import Kind, kind_of, not_imported


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("export/Tickets.json", "tickets"),
        ("tickets/2024-01.jsonl", "tickets"),
        ("ticket_comments/35.json", "comments"),
        ("ticket_fields.json", "fields"),
        ("suspended_tickets.json", "other"),
        ("user_fields.json", "other"),
        # The customer who attached a file chose its name.
        ("attachments/9001/tickets.json", "other"),
        ("Export/Attachment/tickets.json", "other"),
        ("zendesk-with-attachments/tickets.json", "tickets"),
        ("comments-and-attachments/35.json", "comments"),
    ],
)
def test_kind_of_a_file_follows_from_its_name(name: str, kind: Kind) -> None:
    assert kind_of(name) == kind


def test_files_without_an_import_are_named_once_for_each_reason() -> None:
    names = ["tickets.json", "macros.json", "triggers.json", "ticket_audits/1.json", "ticket_audits/2.json"]
    assert list(not_imported([*names, "attachments/9001/data.json", "suspended_tickets.json"])) == [
        "not imported: macros, triggers: add them here by hand",
        "not imported: ticket_audits: there is no import for it. Keep the export",
        "not imported: suspended_tickets: Zendesk held them back as spam",
    ]
