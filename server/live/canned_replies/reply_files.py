"""The files of canned replies, in the tables of attachments."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from attachments.adapters.files import Files
from attachments.file import File
from attachments.service import Attachments
from canned_replies.reply import ReplyFile
from identity.actor import Actor
from storage.ports import Tx


class FilesOfReplies:
    """Implements `canned_replies.ports.Files`."""

    def __init__(self, attachments: Attachments, files: Files) -> None:
        self._attachments = attachments
        self._files = files

    def of(self, tx: Tx, replies: Collection[str]) -> Mapping[str, Sequence[ReplyFile]]:
        found = defaultdict[str, list[ReplyFile]](list)
        for file in self._attachments.held(tx, [_holder(reply) for reply in replies]):
            found[(file.holder or "").partition(":")[2]].append(_shown(file))
        return found

    def keep(self, tx: Tx, by: Actor, reply: str, ids: Sequence[str], now: int) -> Sequence[ReplyFile]:
        there = {file.id for file in self._attachments.held(tx, [_holder(reply)])}
        new = [id_ for id_ in ids if id_ not in there]
        self._attachments.claim(tx, new, by, _holder(reply), staff_only=True, now=now)
        self._files.remove(tx, sorted(there.difference(ids)))
        return self.of(tx, [reply]).get(reply, ())


def _holder(reply: str) -> str:
    return f"reply:{reply}"


def _shown(file: File) -> ReplyFile:
    return ReplyFile(file.id, file.name, file.type, file.size)
