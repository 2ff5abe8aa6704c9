from __future__ import annotations

import pytest

from identity.actor import Actor
from identity.bans import (
    HOURS_MAX,
    Ban,
    BanKind,
    BanList,
    covers,
    ends_at,
    is_wide,
    masked,
    neighbors,
    network_to_block,
    sender_to_block,
)
from refusals import Refused

NOW = 1_800_000_000_000
VISITOR = Actor("customer", "vic")
PROVEN = Actor("customer", "vic", verified=True, account="ana")
IDENTIFIED = Actor("customer", "vic", account="ana")
"""Signed in, without a proven address."""
STAFF = Actor("staff", "maya", role="agent")


def ban(kind: BanKind, subject: str, until: int = NOW + 1) -> Ban:
    return Ban(id="1", kind=kind, subject=subject, chat=None, reason="", created_by=None, created_at=NOW, until=until)


@pytest.mark.parametrize(
    ("subject", "address", "caught"),
    [
        ("192.0.2.7/32", "192.0.2.7", True),
        ("192.0.2.7/32", "192.0.2.8", False),
        ("192.0.2.7/32", "::ffff:192.0.2.7", True),
        ("192.0.2.0/24", "192.0.2.255", True),
        ("192.0.2.0/24", "192.0.3.0", False),
        ("192.0.2.8/29", "192.0.2.15", True),
        ("192.0.2.8/29", "192.0.2.16", False),
        ("192.0.0.0/16", "192.0.255.1", True),
        ("2001:db8::/32", "2001:db8:ffff::1", True),
        ("2001:db8:0:1::/64", "2001:db8:0:1:ffff::1", True),
        ("2001:db8:0:1::/64", "2001:db8:0:2::1", False),
        ("2001:db8:0:1::/64", "192.0.2.7", False),
        ("0.0.0.0/24", "", False),
        ("0.0.0.0/24", "not an address", False),
    ],
)
def test_network_block_affects_unproven_customers_only(subject: str, address: str, caught: bool) -> None:
    """Even before `hello`. Proven customers and staff are never blocked."""
    bans = BanList([ban("network", subject)])
    assert (bans.blocking(VISITOR, address, NOW) is not None) is caught
    assert (bans.blocking(None, address, NOW) is not None) is caught
    assert not bans.blocking(PROVEN, address, NOW)
    assert not bans.blocking(IDENTIFIED, address, NOW)
    assert not bans.blocking(STAFF, address, NOW)


def test_customer_block_affects_all_their_ids() -> None:
    of_visitor, of_account = BanList([ban("customer", "vic")]), BanList([ban("customer", "ana")])
    assert of_visitor.blocking(VISITOR, "", NOW) and of_visitor.blocking(PROVEN, "", NOW)
    assert of_account.blocking(PROVEN, "", NOW) and not of_account.blocking(VISITOR, "", NOW)
    assert not BanList([ban("customer", "maya")]).blocking(STAFF, "", NOW)


def test_block_ends_by_itself() -> None:
    bans = BanList([ban("customer", "vic"), ban("network", "192.0.2.7/32")])
    assert bans.blocking(VISITOR, "192.0.2.7", NOW)
    assert not bans.blocking(VISITOR, "192.0.2.7", NOW + 1)


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        ("192.0.2.7", "192.0.2.7/32"),
        (" 192.0.2.77/24 ", "192.0.2.0/24"),
        ("::ffff:192.0.2.7", "192.0.2.7/32"),
        ("2001:db8::1", "2001:db8::/64"),
        ("2001:db8::/64", "2001:db8::/64"),
    ],
)
def test_network_is_stored_in_one_form(given: str, stored: str) -> None:
    """An IPv4 address as a /32, IPv6 as its /64."""
    assert network_to_block(given) == stored


@pytest.mark.parametrize(
    "given", ["192.0.0.0/15", "0.0.0.0/0", "2001:db8::/31", "::/0", "::ffff:0:0/96", "", "x", "1.2.3"]
)
def test_wide_or_invalid_network_is_refused(given: str) -> None:
    with pytest.raises(Refused) as caught:
        network_to_block(given)
    assert caught.value.code == "invalid"


@pytest.mark.parametrize("hours", [0, -1, HOURS_MAX + 1])
def test_block_lasts_one_hour_to_30_days(hours: int) -> None:
    with pytest.raises(Refused):
        ends_at(hours, NOW)
    assert ends_at(HOURS_MAX, NOW) - NOW == 30 * 86_400_000


def test_masked_network_hides_the_address() -> None:
    """The masked form covers at least 256 addresses."""
    assert masked("192.0.2.7/32") == "192.0.2.x" == masked(neighbors("192.0.2.7/32"))
    assert masked("2001:db8:0:1::/64") == "2001:db8:x"
    assert [masked(wide) for wide in ("10.1.0.0/16", "2001:db8::/32")] == ["10.1.x/16", "2001:db8:x/32"]
    assert neighbors("2001:db8:0:1::/64") == "2001:db8:0:1::/64"


@pytest.mark.parametrize(
    ("subject", "sender", "caught"),
    [
        ("spam@mail.example", "Spam@Mail.example", True),
        ("spam@mail.example", "other@mail.example", False),
        ("@mail.example", "any@mail.example", True),
        ("@mail.example", "any@eu.mail.example", True),
        ("@mail.example", "any@notmail.example", False),
        ("@mail.example", "any@example", False),
    ],
)
def test_block_of_a_sender_covers_the_address_or_the_domain(subject: str, sender: str, caught: bool) -> None:
    bans = BanList([ban("sender", subject)])
    assert (bans.blocking_sender(sender, NOW) is not None) is caught
    assert bans.blocking_sender(sender, NOW + 1) is None
    assert bans.blocking(VISITOR, "192.0.2.7", NOW) is None


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        (" Spam@Mail.Example ", "spam@mail.example"),
        ("Mail.example", "@mail.example"),
        ("@mail.example", "@mail.example"),
        ("bücher.example", "@xn--bcher-kva.example"),
    ],
)
def test_sender_is_stored_in_one_form(given: str, stored: str) -> None:
    assert sender_to_block(given) == stored


@pytest.mark.parametrize("given", ["", "example", "@", "two words", "a@b@c.example", "x" * 300 + ".example"])
def test_text_that_is_no_sender_is_refused(given: str) -> None:
    with pytest.raises(Refused):
        sender_to_block(given)


@pytest.mark.parametrize(
    ("network", "other", "is_in"),
    [
        ("192.0.0.0/16", "192.0.2.7/32", True),
        ("192.0.2.7/32", "192.0.2.7/32", True),
        ("192.0.2.7/32", "192.0.2.0/24", False),
        ("192.0.0.0/16", "192.1.0.0/24", False),
        ("192.0.0.0/16", "2001:db8::/64", False),
        ("2001:db8::/32", "2001:db8:1::/64", True),
    ],
)
def test_network_covers_those_inside_it(network: str, other: str, is_in: bool) -> None:
    assert covers(network, other) is is_in


def test_domain_and_wide_network_are_wide() -> None:
    assert (
        is_wide("sender", "@mail.example")
        and is_wide("network", "192.0.0.0/16")
        and is_wide("network", "2001:db8::/48")
    )
    assert not any(
        (is_wide("sender", "a@mail.example"), is_wide("network", "192.0.2.0/24"), is_wide("customer", "vic"))
    )
