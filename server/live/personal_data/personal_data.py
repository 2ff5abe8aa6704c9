"""Puts the modules of people's data together, for the server and for the command line."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from attachments.adapters.blobs import FolderBlobs
from attachments.adapters.files import Files
from clock import Clock
from server.live.mail.mail_removal import MailRemoval
from server.live.metrics import Metrics
from server.live.personal_data.conversations import Conversations
from server.live.personal_data.erased_list import ErasedList
from server.live.personal_data.erasing import Erasing
from server.live.personal_data.exporting import Exporting
from server.live.personal_data.leftovers import Leftovers
from server.live.personal_data.old_records import OldRecords
from server.live.personal_data.retention import Retention
from server.live.sweeps import Intervals, Job
from server.settings import Settings
from storage.ports import Storage


class PersonalData:
    """`changed` gets the numbers of changed tickets. `erased` is called after an erasure. The sessions of the erased
    person have ended then."""

    def __init__(
        self,
        settings: Settings,
        storage: Storage,
        clock: Clock,
        files: Files,
        removal: MailRemoval,
        metrics: Metrics | None = None,
        changed: Callable[[int], None] = lambda number: None,
        erased: Callable[[], None] = lambda: None,
    ) -> None:
        conversations = Conversations(files, removal, changed)
        kept, secret = ErasedList(settings.data), settings.secret_bytes()
        self.erasing = Erasing(storage, clock, secret, conversations, kept, erased)
        self.exporting = Exporting(storage, clock, FolderBlobs(settings.data / "files"))
        counted = metrics.retention_ended if metrics is not None else lambda *_: None
        self.retention = Retention(storage, clock, self.erasing, OldRecords(storage, conversations), counted)
        self._leftovers = Leftovers(settings.data)

    def jobs(self, every: Intervals) -> Sequence[Job]:
        """The jobs that end retention, finish erasures that were interrupted, and remove what imports left."""
        return (
            Job("retention", every.tidy, "one process", self.retention.sweep),
            Job("erasures", every.tidy, "one process", self.erasing.again),
            Job("old_imports", every.expire_files, "one process", self._leftovers.remove),
        )
