from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
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


def test_files_that_are_not_needed_are_removed_with_what_was_never_finished(tmp_path: Path) -> None:
    mails = FolderOfMails(tmp_path)
    digest = mails.save(RAW)
    unfinished = mails.path(digest).with_name(f"{digest}.0.new")
    unfinished.touch()
    assert mails.on(digest[:2]) == {digest}
    assert mails.keep_only(digest[:2], {digest}) == 1
    assert mails.read(digest) == RAW and not unfinished.exists()
    assert mails.keep_only(digest[:2], set()) == 1
    assert mails.read(digest) is None


def test_nobody_is_alone_on_a_shelf_while_somebody_stores_a_mail(tmp_path: Path) -> None:
    mails = FolderOfMails(tmp_path)
    digest = mails.digest(RAW)
    with closing(mails.hold(digest)), closing(mails.hold(digest)):
        assert mails.alone(digest[:2]) is None
    alone = mails.alone(digest[:2])
    assert alone is not None
    alone.close()


def test_name_that_is_no_digest_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not a digest"):
        FolderOfMails(tmp_path).read("../secret")
