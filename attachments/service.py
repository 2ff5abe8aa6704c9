"""Attaches, reads and removes files inside transactions. Moments are in ms since the epoch, UTC."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from attachments.errors import NotFound, invalid
from attachments.file import USABLE_MS, File
from attachments.ports import Readers, Records, Tx
from attachments.quotas import COST_MIN, DAY_MS, Quotas
from identity.actor import Actor


class Attachments:
    """The records of attached files. `quotas` is None if rate limits are off."""

    def __init__(self, records: Records, readers: Readers, quotas: Quotas | None) -> None:
        self._records = records
        self._readers = readers
        self.quotas = quotas

    def claim(self, tx: Tx, ids: Sequence[str], actor: Actor, holder: str, *, staff_only: bool, now: int) -> list[File]:
        """Attach these uploads to `holder`, such as `chat:ID` or `ticket:NUMBER`, and return them. Raises
        Refused(invalid) for an upload that does not belong to `actor`, is already attached, is too old, or is listed
        twice."""
        if len(set(ids)) < len(ids):
            raise invalid("files", "The same file is listed twice.")
        found = self._records.locked(tx, ids)
        for id_ in ids:
            file = found.get(id_)
            if file is None or not file.is_from(actor):
                raise invalid("files", f"You have no upload {id_[:64]!r}. Upload the file, then send the id you got.")
            if file.holder is not None:
                raise invalid("files", f"{file.name} was sent before. Upload it again to send it once more.")
            if file.created_at <= now - USABLE_MS:
                raise invalid("files", f"{file.name} was uploaded more than a day ago. Upload it again.")
        self._records.attach(tx, ids, holder, staff_only=staff_only, now=now)
        return [found[id_] for id_ in ids]

    def held(self, tx: Tx, holders: Collection[str]) -> Sequence[File]:
        """The files of these holders, in the order in which they were uploaded."""
        return self._records.held(tx, holders)

    def remove(self, tx: Tx, ids: Collection[str], now: int) -> None:
        """Mark the files as removed. The caller removes their contents after the commit."""
        self._records.remove(tx, ids, now)

    def readable(self, tx: Tx, id_: str, actor: Actor) -> File:
        """The file. Raises NotFound if there is none, or if `actor` may not read it."""
        file = self._records.find(tx, id_)
        if file is None or not self._may_read(tx, file, actor):
            raise NotFound
        return file

    def _may_read(self, tx: Tx, file: File, actor: Actor) -> bool:
        if file.holder is None:
            return file.is_from(actor)
        if file.staff_only and actor.kind != "staff":
            return False
        return self._readers.may_read(tx, file.holder, actor)

    def check_quota(self, tx: Tx, actor: Actor, network: str | None, size: int, now: int) -> None:
        """Check the quotas of the last 24 hours. Raises UploadRefused if one more file of `size` bytes is too much.
        `network` is the network of an unverified person, and None for others."""
        if self.quotas is None:
            return
        since = now - DAY_MS
        person = self._records.usage_of_uploader(tx, actor.customer, since)
        self.quotas.check_person(size, person, now, staff=actor.kind == "staff")
        if network is not None:
            theirs = self._records.usage_from_network(tx, network, since)
            self.quotas.check_network(size, theirs, now)
            everybody = self._records.usage_of_unverified(tx, since, COST_MIN)
            self.quotas.check_shared(size, theirs, everybody, now)

    def add(self, tx: Tx, file: File, actor: Actor, now: int) -> None:
        """Store the record of a new file. Checks the quotas again, because other uploads may have been stored since the
        last check. Raises UploadRefused if the file exceeds a quota."""
        self.check_quota(tx, actor, file.network, file.size, now)
        self._records.add(tx, file)
