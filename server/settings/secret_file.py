"""The secret in the data folder, generated at the first start."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path

from pydantic_core import PydanticCustomError

from server.settings.values import SECRET_MIN


def kept_secret(data: Path) -> str:
    """The secret in the data folder. If there is none, generates it. Only the owner can read its file. Raises
    PydanticCustomError if the file cannot be read or written, or if the secret is too short."""
    file = data / "secret"
    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not file.exists():
            _make(file)
        kept = file.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not text"
        raise PydanticCustomError(
            "data",
            "{path}: {reason}: a folder that this user may write to",
            {"path": str(file if data.is_dir() else data), "reason": reason},
        ) from None
    if len(kept) < SECRET_MIN:
        raise PydanticCustomError(
            "data",
            "{path}: too short: restore the secret that was generated there, or delete the file",
            {"path": str(file)},
        )
    return kept


def _make(file: Path) -> None:
    # Two processes may start at once: one of them makes the link, and both read that file.
    draft = file.with_name(f"secret.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as handle:
            handle.write(secrets.token_urlsafe(48) + "\n")
            handle.flush()
            os.fsync(handle.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(draft, file)
    finally:
        draft.unlink()
