"""`attachments.adapters.blobs`: the contents of files in a folder."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from attachments.adapters.blobs import FolderBlobs

ID = "0190a5b0-0000-7000-8000-0000000000ab"
OTHER = "0190a5b0-0000-7000-8000-0000000000ac"


@pytest.fixture
def blobs(tmp_path: Path) -> FolderBlobs:
    return FolderBlobs(tmp_path / "files")


def test_what_is_kept_is_read_until_it_is_removed(blobs: FolderBlobs) -> None:
    """The same bytes; saved again, the new ones; then none, as often as it is removed."""
    assert blobs.open(ID) is None
    for content in (b"first", b"second"):
        blobs.save(ID, content)
        opened = blobs.open(ID)
        assert opened is not None
        with opened:
            assert opened.read() == content
    blobs.remove(ID)
    blobs.remove(ID)
    assert blobs.open(ID) is None
    assert list(blobs.ids()) == []


def test_who_reads_goes_on_reading_what_is_removed(blobs: FolderBlobs) -> None:
    """A download that has begun comes to its end."""
    blobs.save(ID, b"content")
    opened = blobs.open(ID)
    assert opened is not None
    with opened:
        blobs.remove(ID)
        assert opened.read() == b"content"


@pytest.mark.parametrize("id_", ["", "x", "../../etc/passwd", ID.upper(), f"{ID}/..", f"{ID}\n", f"{ID}.part", ID[:-1]])
def test_only_ids_become_paths(blobs: FolderBlobs, id_: str, tmp_path: Path) -> None:
    """Whatever else is asked for is refused before the disk is touched."""
    with pytest.raises(ValueError, match="not the id of a file"):
        blobs.save(id_, b"x")
    with pytest.raises(ValueError, match="not the id of a file"):
        blobs.open(id_)
    with pytest.raises(ValueError, match="not the id of a file"):
        blobs.remove(id_)
    assert list(tmp_path.iterdir()) == []


def test_nobody_else_may_read_them(blobs: FolderBlobs, tmp_path: Path) -> None:
    """Folders are 0700 and files 0600, whatever the mask of the process."""
    before = os.umask(0)
    try:
        blobs.save(ID, b"x")
    finally:
        os.umask(before)
    modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.rglob("*")}
    assert modes == {"files": 0o700, "ab": 0o700, ID: 0o600}


def test_what_could_not_be_written_leaves_nothing(blobs: FolderBlobs, tmp_path: Path) -> None:
    """Where the content cannot take its place, the half of it does not stay."""
    (tmp_path / "files" / "ab" / ID / "in the way").mkdir(parents=True)
    with pytest.raises(OSError, match="irectory"):
        blobs.save(ID, b"x")
    assert [path.name for path in (tmp_path / "files" / "ab").iterdir()] == [ID]


def test_what_was_left_half_written_is_found_and_removed(blobs: FolderBlobs, tmp_path: Path) -> None:
    """By its id, like a whole one; strange files in the folder are nobody's."""
    blobs.save(ID, b"x")
    (tmp_path / "files" / "ac").mkdir()
    (tmp_path / "files" / "ac" / f"{OTHER}.part").write_bytes(b"half")
    (tmp_path / "files" / "ac" / "README").write_text("")
    assert sorted(blobs.ids()) == [ID, OTHER]
    blobs.remove(OTHER)
    assert list(blobs.ids()) == [ID]
