from __future__ import annotations

from structlog.testing import capture_logs

from server.live.processes.hours_agreement import HoursAgreement
from storage.ports import Storage


async def test_version_of_the_leading_process_is_compared(storage: Storage) -> None:
    """Until both processes have the same file again."""
    versions = {"leading": "1", "other": "1"}
    leading = HoursAgreement(storage, lambda: True, lambda: versions["leading"])
    other = HoursAgreement(storage, lambda: False, lambda: versions["other"])
    said = []
    for versions["leading"], versions["other"] in (("1", "1"), ("2", "1"), ("3", "1"), ("3", "3")):
        await leading.beat()
        with capture_logs() as logs:
            await other.beat()
        said.append((other.differ, [line["event"] for line in logs]))
    assert said == [(False, []), (True, ["hours_differ"]), (True, []), (False, [])]


async def test_file_with_a_fault_is_not_compared(storage: Storage) -> None:
    agreement = HoursAgreement(storage, lambda: False, lambda: None)
    await agreement.beat()
    assert not agreement.differ
