"""Proofs of work, or responses to an outside challenge, from people who are not signed in."""

from __future__ import annotations

from typing import Protocol

from msgspec import UNSET, Struct, UnsetType

from clock import Clock
from counters.ports import UsedOnce
from identity import proof_of_work
from refusals import Refused
from server.edge.allowances import Allowances

PROOF = "Switchboard-Proof"
"""The header that carries a proof over HTTP."""
PROOF_MAX = 2_600
"""Maximum number of characters of a proof. Responses of outside services have up to about 2,000."""


class Challenge(Struct, frozen=True, kw_only=True):
    """The task to solve before the command is sent again.

    Find a decimal `answer` such that the SHA-256 of `challenge:answer` begins with `bits` zero bits, and send
    `challenge:answer` as `proof`. With `site_key`, a response of the desk's outside service is accepted too.
    """

    challenge: str
    bits: int
    expires_s: int
    site_key: str | UnsetType = UNSET


class OutsideChallenge(Protocol):
    """A service that distinguishes people from programs, such as Turnstile."""

    @property
    def site_key(self) -> str: ...
    async def verify(self, response: str, network: str) -> bool:
        """True if the response was given to a person. Also False if the service does not answer in time."""
        ...


class Proofs:
    """Issues challenges and checks proofs. Each proof of work is accepted for only one command."""

    def __init__(
        self,
        secret: bytes,
        clock: Clock,
        used: UsedOnce,
        outside: OutsideChallenge | None,
        allowances: Allowances,
    ) -> None:
        self._secret = secret
        self._clock = clock
        self._outside = outside
        self._bits_beside_outside = allowances.bits_beside_outside
        self._used = used

    async def accepts(self, proof: str | None, network: str, person: str, use: str) -> bool:
        """True if the proof of work is valid for this person and network, and was not used for a different `use`
        before. Also True if the outside service accepts the response that was sent in place of a proof of work.

        `use` identifies the command or request that needs the proof. Raises StorageUnavailable.
        """
        if proof is None or len(proof) > PROOF_MAX:
            return False
        challenge = proof_of_work.challenge_in(proof)
        if challenge is None:
            return self._outside is not None and await self._outside.verify(proof, network)
        now = self._clock()
        if not proof_of_work.is_solved(self._secret, proof, network, person, now):
            return False
        return await self._used.first(f"proof {challenge}", use, now + 2 * proof_of_work.VALID_MS)

    def needed(self, network: str, person: str, bits: int, what: str) -> Refused:
        """The refusal that asks for a proof. `what` names the things of which there are too many, such as `chats
        waiting`."""
        site_key = self._outside.site_key if self._outside is not None else UNSET
        bits = self._bits_beside_outside if self._outside is not None else bits
        challenge = Challenge(
            challenge=proof_of_work.issue(self._secret, network, person, bits, self._clock()),
            bits=bits,
            expires_s=proof_of_work.VALID_MS // 1000,
            site_key=site_key,
        )
        return Refused(
            "proof_needed",
            f"There are many {what}. Solve the challenge, then send this again.",
            challenge=challenge,
        )
