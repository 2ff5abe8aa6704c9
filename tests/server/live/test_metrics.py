from __future__ import annotations

from chat.frames.durable import ChatQueued, Message, Note
from chat.frames.people import File, Sender
from server.live.metrics import Metrics

AT = "2026-11-29T10:00:00.000Z"
FILE = File("f1", "plan.pdf", "application/pdf", 9, "/api/files/f1")


def test_single_process_reports_no_shared_limits() -> None:
    """An alert fires for the value 0."""
    metrics = Metrics()
    assert b"switchboard_limits_shared" not in metrics.exposition()
    metrics.watch_limits(lambda: False)
    assert b"\nswitchboard_limits_shared 0.0" in metrics.exposition()


def test_stored_messages_and_notes_are_counted_with_and_without_files() -> None:
    metrics, maya = Metrics(), Sender(kind="staff", id="u1", name="Maya")
    metrics.messages_stored(2)
    metrics.stored(
        [
            Message(at=AT, from_=maya, text="Here it is.", files=[FILE]),
            Note(at=AT, from_=maya, text="From the client", files=[FILE]),
            ChatQueued(at=AT, from_=maya, team="media", reason="transferred"),
        ]
    )
    assert b"switchboard_messages_stored_total 4.0" in metrics.exposition()


def test_retention_counts_tickets_and_records_apart() -> None:
    metrics = Metrics()
    metrics.retention_ended("files", "tickets", 2)
    metrics.retention_ended("mails", "records", 3)
    assert b'\nswitchboard_retention_tickets_total{kind="files"} 2.0' in metrics.exposition()
    assert b'\nswitchboard_retention_records_total{kind="mails"} 3.0' in metrics.exposition()
    assert b'tickets_total{kind="mails"}' not in metrics.exposition()
