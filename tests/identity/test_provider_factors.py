from __future__ import annotations

import pytest

from identity.oidc import Proven
from identity.provider_factors import shows_second_factor

MFA = "urn:example:mfa"


def person(acr: str | None, *amr: str) -> Proven:
    return Proven(
        issuer="https://login.example",
        sub="a",
        email=None,
        email_verified=False,
        name=None,
        acr=acr,
        amr=frozenset(amr),
    )


@pytest.mark.parametrize(
    ("acr", "amr"),
    [
        (None, ("mfa",)),
        (None, ("pwd", "otp")),
        (None, ("pin", "hwk")),
        (None, ("face", "hwk")),
        (MFA, ()),
        (MFA, ("pwd",)),
    ],
)
def test_two_kinds_of_methods_or_a_known_acr_show_a_second_factor(acr: str | None, amr: tuple[str, ...]) -> None:
    assert shows_second_factor(person(acr, *amr), [MFA])


@pytest.mark.parametrize(
    ("acr", "amr"),
    [
        (None, ()),
        (None, ("pwd",)),
        (None, ("otp",)),
        (None, ("pwd", "pin")),
        (None, ("otp", "sms")),
        (None, ("pwd", "magic")),
        (None, ("MFA",)),
        ("urn:example:pwd", ("pwd",)),
        ("", ("pwd",)),
    ],
)
def test_one_kind_of_methods_shows_no_second_factor(acr: str | None, amr: tuple[str, ...]) -> None:
    assert not shows_second_factor(person(acr, *amr), [MFA])


def test_acr_that_the_settings_do_not_name_proves_nothing() -> None:
    assert not shows_second_factor(person(MFA), [])
