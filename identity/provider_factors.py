"""The second factor that a provider of single sign-on asked for, as its ID token shows it. Pure."""

from __future__ import annotations

from collections.abc import Collection

from identity.oidc import Proven

_KNOWLEDGE = frozenset({"pwd", "pin", "kba"})
_POSSESSION = frozenset({"otp", "hwk", "swk", "sms", "tel", "sc", "pop"})
_INHERENCE = frozenset({"face", "fpt", "iris", "retina", "vbm"})


def shows_second_factor(person: Proven, acr_values: Collection[str]) -> bool:
    """True if the person signed in at the provider with two factors.

    `acr` must be one of `acr_values`, or `amr` must contain `mfa` or methods of two kinds (RFC 8176). Methods that are
    not known here prove nothing.
    """
    if person.acr is not None and person.acr in acr_values:
        return True
    kinds = sum(1 for kind in (_KNOWLEDGE, _POSSESSION, _INHERENCE) if person.amr & kind)
    return "mfa" in person.amr or kinds > 1
