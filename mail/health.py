"""The health of an email address: whether letters to it arrive, as far as bounces show. Pure. Times in ms."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal

State = Literal["ok", "soft", "bounced"]
"""The state of an address.

- `ok`: staff let letters go to the address again.
- `soft`: a mail server reported that a letter is delayed.
- `bounced`: a letter came back. Customers get no letters at this address until staff try it again.
"""

_FOR_GOOD = 500
SOFT_MS = 7 * 86_400_000
"""A reported delay that is older than this (ms) is ignored. Mail servers give up within five days."""


_OF_ADDRESS = re.compile(r"5\.(?:1\.(?:[1236]|10)|2\.1)(?!\d)")
"""Enhanced status codes of RFC 3463 that say that the recipient's address does not work. The other codes 5.1.x are or
may be about the sender (Postfix uses 5.1.0 for this). The codes 5.7.x are about content and policy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """The health of an address for which at least one bounce came in.

    - `since`: the start of this state. `at`: the time of the last bounce.
    - `count`: the number of bounces since the address last had no known problem.
    - `why`: what the last bounce said, on one line. May be empty.
    """

    address: str
    state: State
    since: int
    at: int
    count: int = 1
    why: str = ""

    @property
    def comes_back(self) -> bool:
        return self.state == "bounced"


def after_bounce(before: Health | None, address: str, why: str, now: int, *, permanent: bool) -> Health:
    """The health of an address after a bounce.

    `permanent`: the letter came back. If false, the bounce only reports a delay. A delay does not end the state
    `bounced`.
    """
    state: State = "bounced" if permanent or (before is not None and before.comes_back) else "soft"
    if before is None or before.state == "ok" or is_over(before, now):
        return Health(address=address, state=state, since=now, at=now, why=why)
    since = before.since if before.state == state else now
    return replace(before, state=state, since=since, at=now, count=before.count + 1, why=why or before.why)


def refuses_address(code: int, reply: str) -> bool:
    """True if a reply of a mail server says that no letter to the recipient's address will arrive.

    This is decided only by an enhanced status code at the beginning of `reply`, such as 5.1.1. A refusal without such a
    code may have another cause, such as the content or the sender of the letter.
    """
    return code >= _FOR_GOOD and _OF_ADDRESS.match(reply) is not None


def tried_again(before: Health, now: int) -> Health:
    """The health of an address after staff let letters go to the address again."""
    return Health(address=before.address, state="ok", since=now, at=before.at, count=0)


def is_over(health: Health, now: int) -> bool:
    """True if the health is only a reported delay (`soft`), and the last report is older than SOFT_MS."""
    return health.state == "soft" and now - health.at > SOFT_MS
