"""Writes emails to files, for a desk without a mail server."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Iterable
from email.message import EmailMessage
from pathlib import Path

from mail.ports import NotAccepted


class FolderTransport:
    """Implements `mail.ports.Transport`. The name of a file comes from the Message-ID. So if an email is sent again,
    its new file replaces the old one."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def send(self, message: EmailMessage, sender: str, to: str) -> None:
        name = _name_of(str(message["Message-ID"]))
        try:
            await asyncio.to_thread(self._write, name, message)
        except OSError as error:
            raise NotAccepted(f"{self._folder}: {error.strerror}", for_good=False) from error

    def _write(self, name: str, message: EmailMessage) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        new = self._folder / f".{name}.new"
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(message.as_bytes())
            file.flush()
            os.fsync(file.fileno())
        new.replace(self._folder / name)

    async def close(self) -> None:
        """Does nothing, because there is no connection."""


class CopiesOfLetters:
    """The files that FolderTransport has written to this folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def remove(self, message_ids: Iterable[str]) -> None:
        """Remove the letters with these Message-IDs. Blocks, and may raise OSError."""
        for message_id in message_ids:
            (self._folder / _name_of(message_id)).unlink(missing_ok=True)


def _name_of(message_id: str) -> str:
    return re.sub(r"[^A-Za-z0-9-]", "", message_id.partition(".")[0]) + ".eml"
