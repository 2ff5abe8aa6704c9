"""The demo's people, for the pages that offer them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path


@dataclass(frozen=True, slots=True)
class SamplePerson:
    """A person of the demo. `teams` are keys of teams. The color of the avatar depends on `id`."""

    name: str
    email: str
    role: str
    teams: Sequence[str]
    id: str | None = None


@dataclass(frozen=True, slots=True)
class Samples:
    """The people whom the demo's sign-in page offers, and their common password.

    `letters` is the folder with the emails that the demo would have sent. `answer` answers such an email as its
    recipient, if the email has a reply address. `answer` raises Refused if the desk does not accept the email.
    """

    people: Sequence[SamplePerson]
    password: str
    letters: Path | None = None
    answer: Callable[[EmailMessage, str], Awaitable[None]] | None = None
