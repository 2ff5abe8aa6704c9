"""`switchboard tickets`, as people run it beside a server."""

from __future__ import annotations

import csv
import io
import json
import subprocess

from tests.server.cli.place import DEADLINE_S, PROGRAM, Place, Served
from ticketing.adapters.export import COLUMNS


def supervisor(place: Place) -> str:
    place.done("user", "add", "--email", "ines@desk.example", "--name", "Ines", "--role", "supervisor")
    return place.token(email="ines@desk.example")


def open_tickets(served: Served, token: str) -> None:
    """One with an ordinary subject, one with a subject that a spreadsheet would run, of another team."""
    for team, subject in (("media", "Flights, for March"), ("finance", "=1+1")):
        asked = {"team": team, "subject": subject, "text": "Hello", "requester": {"email": "ana@northlake.example"}}
        served.post("/api/tickets", asked, Authorization=f"Bearer {token}")


def test_export_equals_that_of_a_supervisor_over_http(place: Place) -> None:
    """Byte for byte, while the server runs. The default is CSV, which has a header and escapes formulas. JSON has one
    line per ticket. Each export has an audit line."""
    token = supervisor(place)
    with place.serving() as served:
        open_tickets(served, token)
        for format in ("csv", "jsonl"):
            asked_for = served.read(f"/api/tickets/export?format={format}", Authorization=f"Bearer {token}")
            assert exported(place, "--format", format) == asked_for
    kinds = place.rows("select actor_kind from audit where verb = 'export' order by id")
    assert kinds == [("staff",), ("system",)] * 2
    head, *rows = csv.reader(io.StringIO(exported(place).decode(), newline=""))
    assert tuple(head) == COLUMNS
    assert [(row[0], row[head.index("team")], row[head.index("subject")]) for row in rows] == [
        ("1", "media", "Flights, for March"),
        ("2", "finance", "'=1+1"),
    ]
    told = [json.loads(line) for line in exported(place, "--format", "jsonl").splitlines()]
    assert [(ticket["number"], ticket["subject"]) for ticket in told] == [(1, "Flights, for March"), (2, "=1+1")]
    assert "transcript" not in told[0]


def test_export_without_tickets_has_no_rows(place: Place) -> None:
    assert exported(place).decode().split(",")[0] == '"number"'
    assert len(exported(place).splitlines()) == 1
    assert exported(place, "--format", "jsonl") == b""


def test_due_lists_the_next_step_of_each_ticket(place: Place) -> None:
    """In JSON with times in UTC, otherwise in the time zone of the hours file."""
    assert place.printed("tickets", "due") == b"0 steps to come. Times are in America/New_York.\n"
    token = supervisor(place)
    with place.serving() as served:
        for status, more in (("awaiting_reply", {}), ("solved", {"resolution": "set_up"})):
            asked = {"team": "media", "text": "Hello", "requester": {"email": "ana@northlake.example"}}
            wanted = {"status": status, **more}
            served.post("/api/tickets", {**asked, **wanted}, Authorization=f"Bearer {token}")
        shown = json.loads(served.read("/api/tickets/1", Authorization=f"Bearer {token}"))["promise"]
        solved = json.loads(served.read("/api/tickets/2", Authorization=f"Bearer {token}"))
    steps = json.loads(place.printed("tickets", "due", "--json"))
    assert steps == [
        {"ticket": 1, "what": "reminder_1", "due": shown["reminder_1"]},
        {"ticket": 2, "what": "final_close", "due": solved["reopen_until"]},
    ]
    lines = place.printed("tickets", "due").decode().splitlines()
    assert lines[0].endswith("#1  reminder_1") and lines[-1].startswith("2 steps to come.")


def test_unknown_export_format_is_refused(place: Place) -> None:
    assert place.refused("tickets", "export", "--format", "xlsx") == [
        "--format: unknown format 'xlsx'. Choose one of csv, jsonl."
    ]
    assert not (place.data / "switchboard.db").exists()


def test_export_into_a_closed_pipe_exits_with_0(place: Place) -> None:
    place.done("migrate")
    with subprocess.Popen(
        [*PROGRAM, "tickets", "export"], cwd=place.folder, env=place.env, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None and process.stderr is not None
        process.stdout.close()
        assert process.wait(DEADLINE_S) == 0
        assert process.stderr.read() == b""


def exported(place: Place, *words: str) -> bytes:
    return place.printed("tickets", "export", *words)
