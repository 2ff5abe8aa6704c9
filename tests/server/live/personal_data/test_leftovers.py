from __future__ import annotations

from functools import partial
from pathlib import Path

from server.live.personal_data.leftovers import ARCHIVE_S, ARCHIVES, STAGING_S, Leftovers
from server.operations.import_staging import staging


async def test_old_archives_and_working_files_of_imports_go_and_others_stay(tmp_path: Path) -> None:
    with staging(tmp_path):
        (killed,) = tmp_path.iterdir()
    staged = killed / "staging.db"
    archive, uploaded, unpacked = (
        tmp_path / name for name in (f"{ARCHIVES}/a.zip", "files/aa/b", "import-zendesk/tickets.jsonl")
    )
    for file in (archive, staged, uploaded, unpacked):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"Ana")
    now = max(file.stat().st_mtime for file in (archive, staged))
    left = {ARCHIVE_S - 1: [True, True], ARCHIVE_S + 1: [False, True], STAGING_S + 1: [False, False]}
    for later, expected in left.items():
        await Leftovers(tmp_path, partial(float, now + later)).remove()
        assert [archive.exists(), staged.parent.exists()] == expected
    assert uploaded.exists() and unpacked.exists()
