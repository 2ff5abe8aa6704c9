"""What the doctor finds, on things that are really broken."""

from __future__ import annotations

import asyncio
import os
import socket
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from subprocess import DEVNULL, Popen
from typing import Any

import msgspec
import pytest
from sqlalchemy import text

from attachments.disk_space import GIB
from server.operations import doctor
from server.operations.doctor import DISK_BAD, examine
from server.operations.doctor_store import of_age, of_losses
from server.operations.findings import Finding
from server.operations.lock import only_server
from server.settings import Settings, load
from storage.migrate import newest, transact, upgrade
from storage.newer_rows import readable
from tests.attachments.adapters.test_disk_reserve import Disk
from tests.running import ROOT, eventually
from tests.servers import database, postgres

HOURS = ROOT / "hours.yaml"
LONG = "a secret that is long enough and says nothing twice"
NOW = datetime(2026, 11, 25, tzinfo=UTC)


@pytest.fixture(autouse=True)
def nothing_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty folder to start in, and no variable of ours but an address without reproach."""
    for name in [name for name in os.environ if name.upper().startswith("SWITCHBOARD_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("SWITCHBOARD_BASE_URL", "http://localhost:8000")
    monkeypatch.chdir(tmp_path)


def found(tmp_path: Path, **given: Any) -> list[Finding]:
    given = {"data": tmp_path / "data", "hours": HOURS, **given}
    return list(examine(lambda: load(**given), NOW))


def said(tmp_path: Path, level: str, area: str, **given: Any) -> str:
    """The one finding of that level about that area, in one line; there must be no other of that area."""
    (one,) = [finding for finding in found(tmp_path, **given) if (finding.level, finding.area) == (level, area)]
    assert one.mend
    return f"{one.found} -> {one.mend}"


def settled(tmp_path: Path) -> Path:
    """The database of a desk that has been started once."""
    settings = load(data=tmp_path / "data")
    upgrade(settings.storage_url)
    return settings.data / "switchboard.db"


def test_healthy_server_has_only_good_findings(tmp_path: Path) -> None:
    """Before and after the first start, apart from what it lacks around it, whatever rows of other databases this
    process has met. The examination creates nothing but the secret."""
    around = ("hours", "mail")
    assert readable("rule", [("r1", "{")], lambda row: msgspec.json.decode(row)) == []
    assert {finding.level for finding in found(tmp_path) if finding.area not in around} == {"ok"}
    assert [path.name for path in (tmp_path / "data").iterdir()] == ["secret"]
    settled(tmp_path)
    findings = found(tmp_path)
    assert {finding.level for finding in findings if finding.area not in around} == {"ok"}
    assert any(newest() in finding.found for finding in findings)


def test_every_bad_setting_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And nothing else, because all other checks depend on the settings."""
    monkeypatch.setenv("SWITCHBOARD_BRAND_COLOR", "blue")
    monkeypatch.setenv("SWITCHBOARD_SMTP_URL", "mail.example")
    findings = found(tmp_path)
    assert [(finding.level, finding.area) for finding in findings] == [("bad", "settings")] * 2
    assert "blue" in findings[1].found


@pytest.mark.parametrize(
    ("level", "area", "setting", "what"),
    [
        ("warning", "limits", {"rate_limits": "off"}, "RATE_LIMITS is off"),
        ("warning", "addresses", {"base_url": "http://support.example"}, "unencrypted"),
        ("warning", "addresses", {"base_url": "https://support.example"}, "TRUSTED_PROXIES"),
        ("bad", "addresses", {"trusted_proxies": "0.0.0.0/0"}, "any address"),
        ("warning", "addresses", {"widget_origins": "*"}, "any page"),
        ("warning", "addresses", {"widget_origins": "http://planner.example"}, "http://planner.example"),
        ("bad", "secrets", {"secret": "a" * 40}, "only 1 different"),
        ("bad", "secrets", {"identity_secret": f"one:{'ab' * 20}"}, "the secret of one in IDENTITY_SECRET"),
        ("bad", "secrets", {"identity_secret": f"one:{LONG},two:{LONG}"}, "are the same"),
        ("bad", "secrets", {"secret": LONG, "identity_secret": LONG}, "SECRET and IDENTITY_SECRET are the same"),
        ("bad", "secrets", {"secret": "abcdefghijklmnop" * 3}, "repeats the same 16"),
        ("warning", "identity", {"identity_secret": f"one:{LONG}"}, "no domains for one"),
        ("warning", "secrets", {"metrics_token": "short"}, "METRICS_TOKEN"),
        ("warning", "metrics", {"base_url": "https://support.example"}, "nobody can read /metrics"),
    ],
)
def test_unwise_setting_is_reported(tmp_path: Path, level: str, area: str, setting: dict[str, str], what: str) -> None:
    """In one sentence, without the secret itself."""
    sentence = said(tmp_path, level, area, **setting)
    assert what in sentence
    assert LONG not in sentence and "aaaa" not in sentence


def test_unset_base_url_is_a_warning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SWITCHBOARD_BASE_URL")
    assert "BASE_URL is unset" in said(tmp_path, "warning", "addresses")


def test_file_in_place_of_the_data_folder_is_bad(tmp_path: Path) -> None:
    """Without a given secret the settings already fail. With one, the data folder is reported."""
    (tmp_path / "data").write_text("in the way")
    assert "settings" in {finding.area for finding in found(tmp_path) if finding.level == "bad"}
    assert "not a folder" in said(tmp_path, "bad", "data", secret=LONG)


def test_files_readable_by_others_are_reported(tmp_path: Path) -> None:
    """The secret and the database must be private, the folder should be."""
    path = settled(tmp_path)
    path.chmod(0o644)
    (path.parent / "secret").chmod(0o640)
    path.parent.chmod(0o755)
    findings = [finding for finding in found(tmp_path) if finding.area == "data" and finding.mend]
    assert [(finding.level, str(finding.mend).split()[1]) for finding in findings] == [
        ("bad", "600"),
        ("bad", "600"),
        ("warning", "700"),
    ]


@pytest.mark.parametrize(
    ("level", "free", "reserve"),
    [("ok", GIB, "3MiB"), ("warning", GIB - 1, "3MiB"), ("warning", GIB, "2GiB"), ("bad", DISK_BAD - 1, "3MiB")],
)
def test_low_disk_space_is_reported(tmp_path: Path, level: str, free: int, reserve: str) -> None:
    """Also if uploads are refused already."""
    settings = load(data=tmp_path / "data", upload_reserve=reserve)
    (disk,) = [one for one in doctor.examine_folder(settings, Disk(4 * GIB, free)) if "uploads stop" in one.found]
    assert disk.level == level and (level == "ok" or "free up space" in str(disk.mend))
    assert disk.found.endswith(f"uploads stop below {reserve.replace('MiB', ' MiB').replace('2GiB', '2.0 GiB')}")


def test_file_that_is_no_database_is_reported_and_kept(tmp_path: Path) -> None:
    path = settled(tmp_path)
    path.write_text("no database " * 1_000)
    assert "restore the file from a backup" in said(tmp_path, "bad", "database")
    assert path.read_text().startswith("no database")


def test_damaged_database_is_reported(tmp_path: Path) -> None:
    path = settled(tmp_path)
    whole = bytearray(path.read_bytes())
    middle = len(whole) // 2 // 4096 * 4096
    whole[middle : middle + 8 * 4096] = b"\xa5" * 8 * 4096
    path.write_bytes(whole)
    assert "restore the file from a backup" in said(tmp_path, "bad", "database")


def test_database_of_another_version_is_reported(tmp_path: Path) -> None:
    """A newer one, an older one with and without a running server, and that of another program."""
    path = settled(tmp_path)

    def at(revision: str) -> None:
        with closing(sqlite3.connect(path)) as handle, handle:
            handle.execute("UPDATE alembic_version SET version_num = ?", (revision,))

    at("9999")
    assert "update Switchboard" in said(tmp_path, "bad", "database")
    at("0001")
    assert "make a backup" in said(tmp_path, "warning", "database")
    with only_server(load(data=tmp_path / "data")):
        assert "stop that server" in said(tmp_path, "bad", "database")
    path.unlink()
    with closing(sqlite3.connect(path)) as handle:
        handle.execute("CREATE TABLE other (x)")
    path.chmod(0o600)
    assert "another program" in said(tmp_path, "bad", "database")


def test_clock_that_was_set_back_is_reported(tmp_path: Path) -> None:
    """Compared with the newest message, and with a year that is certainly past."""
    path = settled(tmp_path)
    with closing(sqlite3.connect(path)) as handle, handle:
        columns = [row[1:4] for row in handle.execute("PRAGMA table_info(chats)")]
        values = {name: (9_999_999_999_999 if name == "last_at" else 0) for name, _, needed in columns if needed}
        marks = ", ".join("?" * len(values))
        handle.execute(f"INSERT INTO chats ({', '.join(values)}) VALUES ({marks})", tuple(values.values()))
    assert "set back" in said(tmp_path, "bad", "clock")
    assert [finding.level for finding in doctor.examine_machine(datetime(2000, 1, 1, tzinfo=UTC))] == ["bad"]


def test_faults_of_the_hours_file_are_reported(tmp_path: Path) -> None:
    """Each with its line. If a server is running, the report says that it keeps its previous hours."""
    (tmp_path / "bad.yaml").write_text(HOURS.read_text().replace("09:00-19:00", "25:00-19:00"))
    findings = [one for one in found(tmp_path, hours=Path("bad.yaml")) if one.level == "bad"]
    assert len(findings) > 1 and all(one.found.startswith("bad.yaml:") and "25:00" in one.found for one in findings)
    with only_server(load(data=tmp_path / "data")):
        (first, *_) = [one for one in found(tmp_path, hours=Path("bad.yaml")) if one.level == "bad"]
        assert first.mend is not None and "keeps its previous hours" in first.mend
    assert "no such file" in said(tmp_path, "bad", "hours", hours=Path("none.yaml"))


def test_hours_file_without_a_team_in_use_is_reported(tmp_path: Path) -> None:
    path = settled(tmp_path)
    with closing(sqlite3.connect(path)) as handle, handle:
        handle.execute("INSERT INTO memberships (user, team) VALUES ('u', 'gone')")
    assert "gone" in said(tmp_path, "bad", "hours")


def test_schedule_without_a_calendar_is_a_warning(tmp_path: Path) -> None:
    """It would be open on every holiday. With exceptions of its own it is only mentioned."""
    schedules = "timezone: UTC\nschedules:\n  office: {mon: ['09:00-17:00']%s}\n"
    plain = schedules + "teams:\n  media: {name: Media, schedule: office}\n"
    (tmp_path / "plain.yaml").write_text(plain % "")
    assert "open on every holiday" in said(tmp_path, "warning", "hours", hours=Path("plain.yaml"))
    (tmp_path / "own.yaml").write_text(plain % ", except: [{date: 2026-12-24, closed: true}]")
    findings = found(tmp_path, hours=Path("own.yaml"))
    assert any("only its own exceptions" in finding.found for finding in findings)
    (tmp_path / "never.yaml").write_text(plain.replace("mon: ['09:00-17:00']%s", "mon: []"))
    assert any("only open on exceptions" in finding.found for finding in found(tmp_path, hours=Path("never.yaml")))


def test_queue_without_a_limit_is_reported(tmp_path: Path) -> None:
    endless = (
        "teams:\n  media: {name: Media, schedule: always, queue_max: none}\n  prod: {name: Prod, schedule: always}\n"
    )
    hours = tmp_path / "endless.yaml"
    hours.write_text(f'timezone: UTC\nschedules:\n  always: {{mon: ["00:00-24:00"]}}\n{endless}')
    said_of = [one.found for one in found(tmp_path, hours=hours) if "has no limit" in one.found]
    assert len(said_of) == 1 and "the queue of media has" in said_of[0]
    assert not any("has no limit" in one.found for one in found(tmp_path))


@pytest.mark.scaled
def test_postgresql_that_loses_commits_or_is_of_another_version_is_named(tmp_path: Path) -> None:
    """The test server runs without fsync. At first the database is empty."""
    with database("postgresql", tmp_path, migrated=False) as url:
        assert "no Switchboard tables" in said(tmp_path, "warning", "database", database_url=url, secret=LONG)
        upgrade(url)
        name = url.partition("?")[0].rpartition("/")[2]
        transact(url, lambda tx: tx.execute(text(f"ALTER DATABASE {name} SET synchronous_commit = off")))
        assert "synchronous_commit" in said(tmp_path, "warning", "database", database_url=url, secret=LONG)
        assert "fsync" in said(tmp_path, "bad", "database", database_url=url, secret=LONG)
        assert any(newest() in one.found for one in found(tmp_path, database_url=url, secret=LONG) if one.level == "ok")
        transact(url, lambda tx: tx.execute(text("UPDATE alembic_version SET version_num = '9999'")))
        assert any("9999" in one.found for one in found(tmp_path, database_url=url, secret=LONG) if one.level == "bad")


@pytest.mark.parametrize(
    ("names", "commit", "standbys", "named"),
    [
        ("", "on", 0, None),
        ("", "on", 1, "is not synchronous"),
        ("*", "on", 1, None),
        ("*", "local", 1, "synchronous_commit is local"),
    ],
)
def test_standby_that_may_lack_the_last_commits_is_named(
    names: str, commit: str, standbys: int, named: str | None
) -> None:
    facts = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": commit}
    found = list(of_losses(facts | {"synchronous_standby_names": names, "standbys": standbys}))
    assert [finding.level for finding in found] == (["warning"] if named else [])
    assert named is None or named in found[0].found


@pytest.mark.scaled
@pytest.mark.parametrize("name", ["standby1", "pg_basebackup", "pg_receivewal"])
def test_backup_or_archive_is_no_standby(tmp_path: Path, name: str) -> None:
    with database("postgresql", tmp_path) as url, receiving(tmp_path, name):
        sentences = [one.found for one in found(tmp_path, database_url=url, secret=LONG) if one.level == "warning"]
    assert any("standby is not synchronous" in one for one in sentences) == (name == "standby1")


@contextmanager
def receiving(folder: Path, name: str) -> Iterator[None]:
    """Somebody of this name receives what the server of the tests writes."""
    (folder / "wal").mkdir()
    words: list[str | Path] = [
        postgres().tools / "pg_receivewal",
        "--directory",
        folder / "wal",
        "--no-loop",
        "--dbname",
        postgres().address(),
    ]
    connected = f"SELECT FROM pg_stat_replication WHERE application_name = '{name}'"
    receiver = Popen(words, env={**os.environ, "PGAPPNAME": name}, stderr=DEVNULL)
    try:
        asyncio.run(eventually(lambda: postgres().execute(connected), f"{name} is connected"))
        yield
    finally:
        receiver.kill()
        receiver.wait()
        asyncio.run(eventually(lambda: not postgres().execute(connected), f"{name} is gone"))


def test_old_postgresql_is_named() -> None:
    assert [finding.level for finding in of_age(14)] == ["warning"]
    assert list(of_age(15)) == []


def test_unreachable_postgresql_is_reported_without_its_password(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"postgresql://desk:geheim@127.0.0.1:{taken.getsockname()[1]}/desk"
        sentence = said(tmp_path, "bad", "database", database_url=url, secret=LONG)
    assert "DATABASE_URL" in sentence and "geheim" not in sentence


@pytest.fixture
async def mail_server() -> AsyncIterator[Callable[..., Any]]:
    """A mail server that says no more than a doctor asks."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail.example ESMTP\r\n")
        while line := await reader.readline():
            writer.write(b"221 bye\r\n" if line.upper().startswith(b"QUIT") else b"250 mail.example\r\n")
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname


def test_desk_without_a_mail_server_is_warned_that_nobody_gets_its_letters(tmp_path: Path) -> None:
    sentence = said(tmp_path, "warning", "mail")
    assert "SMTP_URL is unset" in sentence and "nobody gets it" in sentence


def test_demo_without_a_mail_server_is_ok(tmp_path: Path) -> None:
    settings = load(data=tmp_path / "data")
    settings.demo = True
    assert [finding.level for finding in doctor.examine_mail(settings)] == ["ok"]


async def test_answering_mail_server_is_ok(tmp_path: Path, mail_server: Callable[..., Any]) -> None:
    """The finding does not contain the password."""
    port = mail_server()[1]
    settings = Settings(data=tmp_path, secret=LONG, smtp_url=f"smtp://u:geheim@127.0.0.1:{port}")  # type: ignore[arg-type]
    (one,) = await asyncio.to_thread(lambda: list(doctor.examine_mail(settings)))
    assert (one.level, one.found) == ("ok", f"a mail server answers at 127.0.0.1:{port}")


def test_unreachable_mail_server_is_bad(tmp_path: Path) -> None:
    """The finding does not contain the password."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        sentence = said(tmp_path, "bad", "mail", smtp_url=f"smtp://u:geheim@127.0.0.1:{port}")
        assert f"127.0.0.1:{port}" in sentence and "geheim" not in sentence
