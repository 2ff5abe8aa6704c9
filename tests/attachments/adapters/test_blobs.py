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


def test_saved_content_is_readable_until_removed(blobs: FolderBlobs) -> None:
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


def test_open_file_stays_readable_after_its_removal(blobs: FolderBlobs) -> None:
    """A download in progress can finish."""
    blobs.save(ID, b"content")
    opened = blobs.open(ID)
    assert opened is not None
    with opened:
        blobs.remove(ID)
        assert opened.read() == b"content"


@pytest.mark.parametrize("id_", ["", "x", "../../etc/passwd", ID.upper(), f"{ID}/..", f"{ID}\n", f"{ID}.part", ID[:-1]])
def test_path_from_an_invalid_id_is_refused(blobs: FolderBlobs, id_: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not the id of a file"):
        blobs.save(id_, b"x")
    with pytest.raises(ValueError, match="not the id of a file"):
        blobs.open(id_)
    with pytest.raises(ValueError, match="not the id of a file"):
        blobs.remove(id_)
    assert list(tmp_path.iterdir()) == []


def test_files_are_private_under_any_umask(blobs: FolderBlobs, tmp_path: Path) -> None:
    """Folders have mode 0700 and files 0600."""
    before = os.umask(0)
    try:
        blobs.save(ID, b"x")
    finally:
        os.umask(before)
    modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.rglob("*")}
    assert modes == {"files": 0o700, "ab": 0o700, ID: 0o600}


def test_failed_save_leaves_no_partial_file(blobs: FolderBlobs, tmp_path: Path) -> None:
    """A folder in the way makes the rename fail."""
    (tmp_path / "files" / "ab" / ID / "in the way").mkdir(parents=True)
    with pytest.raises(OSError, match="irectory"):
        blobs.save(ID, b"x")
    assert [path.name for path in (tmp_path / "files" / "ab").iterdir()] == [ID]


def test_partial_file_is_listed_and_removed_by_its_id(blobs: FolderBlobs, tmp_path: Path) -> None:
    """Unrelated files in the folder are ignored."""
    blobs.save(ID, b"x")
    (tmp_path / "files" / "ac").mkdir()
    (tmp_path / "files" / "ac" / f"{OTHER}.part").write_bytes(b"half")
    (tmp_path / "files" / "ac" / "README").write_text("")
    assert sorted(blobs.ids()) == [ID, OTHER]
    blobs.remove(OTHER)
    assert list(blobs.ids()) == [ID]
