"""`server.operations.backup` and `server.operations.restore`: what is in a backup, and which archives are none."""

from __future__ import annotations

import errno
import hashlib
import io
import json
import os
import sqlite3
import tarfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from pydantic import SecretStr
from uuid_utils import uuid7

from attachments.adapters.blobs import FolderBlobs
from mail.adapters.incoming_folder import FolderOfMails, folder_of
from server.operations.backup import BackupFault, back_up
from server.operations.restore import restoring
from server.settings import Settings
from storage.migrate import upgrade

Change = Callable[[dict[str, bytes]], dict[str, bytes]]
KEPT, REMOVED, GONE, UNKNOWN = (str(uuid7()) for _ in range(4))

RAW_MAIL = b"Subject: \xff\r\n\r\nHello"
MAIL, DELETED_MAIL = hashlib.sha256(RAW_MAIL).hexdigest(), "0" * 64


def quietly(what: str, done: int, whole: int) -> None:
    """Nobody looks."""


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A desk with one file that is there, one that was removed, one whose content is gone, and a content that no row
    knows."""
    settings = Settings(data=tmp_path_factory.mktemp("desk") / "data")
    upgrade(settings.storage_url)
    blobs = FolderBlobs(settings.data / "files")
    with closing(sqlite3.connect(settings.data / "switchboard.db")) as database:
        for id_, removed_at in ((KEPT, None), (REMOVED, 1), (GONE, None)):
            row = (id_, "u1", "a.txt", "text/plain", 4, "", 1, removed_at, False)
            database.execute(
                "INSERT INTO files (id, uploader, name, type, size, sha256, created_at, removed_at, staff_only) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                row,
            )
        for digest, state in ((MAIL, "done"), (DELETED_MAIL, "deleted")):
            database.execute(
                "INSERT INTO incoming_mails (received_at, envelope_from, envelope_to, digest, size, state, attempts) "
                "VALUES (1, '', 'media@teams.example', ?, 5, ?, 1)",
                (digest, state),
            )
        database.commit()
    mails = FolderOfMails(folder_of(settings.data))
    assert mails.save(RAW_MAIL) == MAIL
    for id_ in (KEPT, REMOVED, UNKNOWN):
        blobs.save(id_, b"text")
    return settings


@pytest.fixture(scope="module")
def backup(desk: Settings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of it, which no test changes."""
    file = tmp_path_factory.mktemp("backup") / "desk.tar"
    back_up(desk, file, quietly, own_secret=True)
    return file


@pytest.fixture
def place(tmp_path: Path) -> Settings:
    """A data folder that is not there yet."""
    return Settings(data=tmp_path / "data", secret=SecretStr("s" * 40))


def bad_of(place: Settings) -> Path:
    return place.data.with_name("bad.tar")


def refusal(place: Settings) -> str:
    """Why the bad archive is not restored; no folder is made, not to speak of a desk."""
    with pytest.raises(BackupFault) as fault, restoring(place, bad_of(place), quietly):
        pytest.fail("it was taken for good")
    assert not place.data.exists()
    return str(fault.value)


def test_backup_contains_only_referenced_files(desk: Settings, backup: Path, place: Settings) -> None:
    """Neither removed files nor contents without a row. A content that vanishes meanwhile does not stop the backup.
    Progress is reported."""
    told: list[tuple[str, int, int]] = []
    with restoring(place, backup, lambda *so_far: told.append(so_far)):
        assert not (place.data / "switchboard.db").exists()
    assert list(FolderBlobs(place.data / "files").ids()) == [KEPT]
    content = FolderBlobs(place.data / "files").open(KEPT)
    assert content is not None
    with content:
        assert content.read() == b"text"
    mails = FolderOfMails(folder_of(place.data))
    assert (list(mails.digests()), mails.read(MAIL)) == ([MAIL], RAW_MAIL)
    assert told and all(0 < done <= whole for _, done, whole in told)
    assert (place.data / "secret").read_bytes() == (desk.data / "secret").read_bytes()


def test_full_disk_stops_backup_and_restore_without_remains(
    desk: Settings, backup: Path, place: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The message names the file or folder and says what to do."""

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    # Patched, because no test can fill the disk.
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(BackupFault, match=r"desk\.tar: the disk is full\. Free up space, or use another disk\."):
        back_up(desk, place.data.with_name("desk.tar"), quietly, own_secret=True)
    with (
        pytest.raises(BackupFault, match=r"data: the disk is full\. Free up space, or use another disk\."),
        restoring(place, backup, quietly),
    ):
        pytest.fail("it was taken for good")
    assert list(place.data.parent.iterdir()) == []


def test_failed_restore_leaves_no_data_folder(backup: Path, place: Settings) -> None:
    """The restored data is put in place only after everything succeeded."""
    seen: list[bool] = []

    def give_up(folder: Path) -> None:
        seen.append((folder / "switchboard.db").exists())
        raise RuntimeError

    with pytest.raises(RuntimeError), restoring(place, backup, quietly) as (folder, _):
        give_up(folder)
    assert seen == [True]
    assert not place.data.exists()


def test_second_backup_to_the_same_file_is_refused(desk: Settings, tmp_path: Path) -> None:
    """Even if the name was free when it began."""
    file = tmp_path / "desk.tar"

    def meanwhile(what: str, done: int, whole: int) -> None:
        file.write_text("the other")

    with pytest.raises(BackupFault, match="already exists"):
        back_up(desk, file, meanwhile, own_secret=True)
    assert [path.read_text() for path in tmp_path.iterdir()] == ["the other"]


def packed(target: Path, parts: list[tuple[str, bytes]]) -> None:
    with tarfile.open(target, "w") as archive:
        for name, content in parts:
            about = tarfile.TarInfo(name)
            about.size = len(content)
            archive.addfile(about, io.BytesIO(content))


def parts_of(file: Path) -> dict[str, bytes]:
    with tarfile.open(file) as archive:
        parts = {part.name: archive.extractfile(part) for part in archive}
        return {name: content.read() for name, content in parts.items() if content is not None}


def _with_manifest(**other: object) -> Change:
    def change(parts: dict[str, bytes]) -> dict[str, bytes]:
        return {**parts, "manifest.json": json.dumps({**json.loads(parts["manifest.json"]), **other}).encode()}

    return change


def _without(name: str) -> Change:
    return lambda parts: {kept: content for kept, content in parts.items() if kept != name}


def _first(name: str, content: bytes) -> Change:
    return lambda parts: {"manifest.json": parts["manifest.json"], name: content, **parts}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (_with_manifest(format=2), "made by a newer version of Switchboard. Update Switchboard first."),
        (_with_manifest(revision="9999"), "made by a newer version of Switchboard. Update Switchboard first."),
        (_with_manifest(format="one"), "not a backup made by"),
        (_with_manifest(made_at="then"), "damaged: manifest.json differs from what was backed up."),
        (lambda parts: {**parts, "manifest.json": b"[]"}, "not a backup made by"),
        (lambda parts: {**parts, "secret": b"x" * 40}, "damaged: secret differs from what was backed up."),
        (_without("manifest.json"), "not a backup made by"),
        (_without("secret"), "damaged: secret differs from what was backed up."),
        (_without("switchboard.db"), "damaged: switchboard.db differs from what was backed up."),
        (_without("SHA256SUMS"), "incomplete: its end is missing."),
        (_first("../../away", b"x"), "not a backup made by"),
        (_first("files/..", b"x"), "not a backup made by"),
        (_first("files/et/secret", b"x"), "not a backup made by"),
    ],
)
def test_altered_archive_is_refused(backup: Path, place: Settings, change: Change, said: str) -> None:
    """Newer, foreign, changed, incomplete, or with a path outside the folder: one sentence, and no folder is
    created."""
    packed(bad_of(place), list(change(parts_of(backup)).items()))
    assert refusal(place).startswith(f"{bad_of(place)}: {said}")


def test_archive_of_a_damaged_database_is_refused(backup: Path, place: Settings) -> None:
    """Although its checksums are right."""
    parts = parts_of(backup)
    torn = bytearray(parts["switchboard.db"])
    torn[4096 * 3 : 4096 * 40] = bytes(4096 * 37)
    parts["switchboard.db"] = bytes(torn)
    del parts["SHA256SUMS"]
    sums = "".join(f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in parts.items())
    packed(bad_of(place), [*parts.items(), ("SHA256SUMS", sums.encode())])
    assert refusal(place).startswith(f"{bad_of(place)}: its database is damaged (")


def test_truncated_backup_is_refused(backup: Path, place: Settings) -> None:
    """Wherever it was cut off, up to the last byte of its checksums."""
    whole = (backup).read_bytes()
    end_of_sums = whole.rindex(b"  switchboard.db\n")
    for size in (0, 100, 512, 600, *range(1024, end_of_sums, 7_321), end_of_sums - 512, end_of_sums):
        (bad_of(place)).write_bytes(whole[:size])
        line = refusal(place).removeprefix(f"{bad_of(place)}: ")
        assert line.startswith(("incomplete: ", "not a backup made by")), (size, line)
