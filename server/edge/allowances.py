"""The limits of one person and of one network address."""

from __future__ import annotations

from dataclasses import dataclass

from attachments.inspection import SIZE_MAX
from routing.admission import BITS_MAX


@dataclass(frozen=True, slots=True)
class Allowances:
    """Limits that no setting changes. Only tests replace the default values."""

    people_an_address: int = 20
    """The limits of a network address are this many times those of one person.

    All people of a company may share one address.
    """
    assisted_an_hour: int = 120
    """Questions of one person to the assistant, which cost money elsewhere."""
    replay_bytes: int = 8 * 1024 * 1024
    """Bytes of history that one person may load at once."""
    replay_bytes_per_s: float = 64 * 1024
    upload_bytes: int = SIZE_MAX + 16 * 1024
    """Maximum bytes of an upload: the file, with the boundaries and headers around it."""
    bits_beside_outside: int = BITS_MAX
    """Number of zero bits that a proof of work needs if an outside challenge is offered too.

    People solve the outside challenge instead of the proof of work. Only programs solve the proof of work, so it is as
    hard as possible.
    """


ALLOWANCES = Allowances()
