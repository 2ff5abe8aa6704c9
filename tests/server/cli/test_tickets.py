"""`switchboard tickets`, as people run it beside a server."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import subprocess
import zipfile
from pathlib import Path

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


def zendesk_export(place: Place, *tickets: object) -> str:
    """A folder of a Zendesk export with these tickets: objects, or lines as they are."""
    folder = place.folder / "zendesk"
    (folder / "attachments" / "31").mkdir(parents=True, exist_ok=True)
    (folder / "attachments" / "31" / "notes.txt").write_text("Steps")
    people = [{"id": 7, "name": "Ana", "email": "ana@northlake.example", "role": "end-user", "organization_id": 5}]
    domains = ["northlake.example", "gmail.com"]
    (folder / "users.json").write_text(json.dumps({"users": people}))
    (folder / "organizations.json").write_text(
        json.dumps({"id": 5, "name": "Northlake", "domain_names": domains}) + "\n"
    )
    lines = [one if isinstance(one, str) else json.dumps(one) for one in tickets]
    (folder / "tickets.json").write_text("\n".join(lines))
    return str(folder)


def test_import_keeps_numbers_names_what_is_wrong_and_can_be_repeated(place: Place) -> None:
    """One ticket has the number of a ticket that is here, one is not valid, and the file is cut off. The second import
    changes nothing. Nobody gets a letter."""
    token = supervisor(place)
    with place.serving() as served:
        open_tickets(served, token)
    at = {"created_at": "2020-03-01T10:00:00Z", "requester_id": 7}
    files = [{"id": 31, "file_name": "notes.txt"}]
    comments = [{"created_at": at["created_at"], "author_id": 7, "body": "Zebra", "public": True, "attachments": files}]
    folder = zendesk_export(
        place,
        {"id": 2, "status": "closed", "subject": "Taken", **at},
        {"id": 90, "status": "pending", "subject": "Old", "comments": comments, **at},
        {"id": 91, "status": "limbo", **at},
        '{"id": 92, "status": "op',
    )
    for counts in ("2 imported, 2 not imported", "2 there already, 2 not imported"):
        ended = place.run("tickets", "import", folder, "--team", "media", "--solved-as", "set_up")
        assert ended.returncode == 1
        said = sorted(ended.stderr.decode().splitlines())
        assert said[0].startswith("tickets.json, line 3: ticket 91: the status 'limbo' is not known.")
        assert said[1].startswith("tickets.json, line 4: This row is no valid JSON")
        assert set(counts.split(", ")) <= set(ended.stdout.decode().split(". ")[0][9:].split(", "))
    rows = place.rows("select number, status, resolution, subject, client is not null from tickets order by number")
    assert [row[0] for row in rows] == [1, 2, 90, 91]
    assert rows[2:] == [(90, "awaiting_reply", None, "Old", 1), (91, "solved", "set_up", "Taken", 1)]
    assert place.rows("select count(*) from ticket_waits") == [(0,)]
    assert place.rows("select count(*) from letters where ticket > 2") == [(0,)]
    assert place.rows("select name from files where holder = 'ticket:90'") == [("notes.txt",)]
    assert place.rows("select domain from client_domains") == [("northlake.example",)]
    packed = str(place.folder / "all.zip")
    assert place.done("export", packed).startswith("4 tickets, and the rest of the desk, written to ")
    check_export(Path(packed), place)
    assert place.refused("export", packed)[0].endswith("File exists. Choose another place.")
    assert "Tickets: 4 there already." in place.done("tickets", "import", packed)
    with place.serving() as served:
        bearer = {"Authorization": f"Bearer {token}"}
        whole = json.loads(served.read("/api/tickets/90", **bearer))
        assert (whole["created_at"], whole["unread"]) == ("2020-03-01T10:00:00.000Z", 0)
        assert [event["text"] for event in whole["transcript"]] == ["Zebra"]
        moved = json.loads(served.read("/api/tickets/91", **bearer))
        assert moved["external_ref"] == "#2 at Zendesk"
        open_tickets(served, token)
        assert json.loads(served.read("/api/tickets/93", **bearer))["subject"] == "=1+1"


def check_export(packed: Path, place: Place) -> None:
    """Each file has its digest, and the contents are there. What is missing is named, and nothing else stops."""
    with zipfile.ZipFile(packed) as archive:
        listed = [line.split("  ") for line in archive.read("SHA256SUMS").decode().splitlines()]
        assert {name: hashlib.sha256(archive.read(name)).hexdigest() for name in archive.namelist()[:-1]} == {
            name: digest for digest, name in listed
        }
        ((id_,),) = place.rows("select id from files")
        assert archive.read(f"files/{id_}") == b"Steps"
        lines = [json.loads(line) for line in archive.read("audit.jsonl").splitlines()]
        assert (lines[-1]["verb"], lines[-1]["thing"]) == ("export", "desk")
        assert "secret" in json.loads(archive.read("desk.json"))["left_out"]["sessions"]
    place.data.joinpath("files", id_[-2:], id_).rename(place.folder / "kept")
    ended = place.run("export", "incomplete")
    assert (ended.returncode, ended.stderr.decode().partition(":")[0]) == (1, f"files/{id_}")
    place.done("export", "bare", "--no-contents")
    assert not (place.folder / "bare" / "files").exists()
    (place.folder / "kept").rename(place.data.joinpath("files", id_[-2:], id_))


def test_import_without_tickets_or_with_a_wrong_mapping_imports_nothing(place: Place) -> None:
    (place.folder / "empty").mkdir()
    said = place.refused("tickets", "import", str(place.folder / "empty"))
    assert "has no tickets" in said[0]
    said = place.refused("tickets", "import", str(place.folder / "empty"), "--team", "x", "--solved-as", "y")
    assert [line.split(":")[0] for line in said] == ["team", "resolution", "Nothing was imported."]


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
