from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from mail.adapters.incoming_folder import FolderOfMails

RAW = b"Subject: \xff\r\n\r\nhello\0"


def test_mail_is_read_back_byte_for_byte(tmp_path: Path) -> None:
    mails = FolderOfMails(tmp_path / "mail" / "in")
    digest = mails.save(RAW)
    assert mails.save(RAW) == digest
    assert mails.read(digest) == RAW
    assert list(mails.digests()) == [digest]
    assert mails.path(digest).stat().st_mode & 0o777 == 0o600


def test_same_mail_can_be_stored_by_many_threads_at_once(tmp_path: Path) -> None:
    """None of them writes to the file of another."""
    mails = FolderOfMails(tmp_path)
    with ThreadPoolExecutor(8) as pool:
        (digest,) = set(pool.map(mails.save, [RAW * 10_000] * 100))
    assert mails.read(digest) == RAW * 10_000
    assert [path.name for path in tmp_path.glob("??/*")] == [digest]


def test_removed_mail_is_gone(tmp_path: Path) -> None:
    mails = FolderOfMails(tmp_path)
    digest = mails.save(RAW)
    mails.remove(digest)
    mails.remove(digest)
    assert mails.read(digest) is None


def test_name_that_is_no_digest_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not a digest"):
        FolderOfMails(tmp_path).read("../secret")
