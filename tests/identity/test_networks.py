from __future__ import annotations

import pytest

from identity.networks import coarse_network, network_of, site_of


@pytest.mark.parametrize(
    ("place", "kept"),
    [
        ("203.0.113.77", "203.0.113.0/24"),
        ("127.0.0.1", "127.0.0.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::/64", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.77", "203.0.113.0/24"),
        ("", None),
        ("testclient", None),
        ("203.0.113.77\n", None),
    ],
)
def test_coarse_network_is_a_24_or_a_64(place: str, kept: str | None) -> None:
    assert coarse_network(place) == kept


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("fe80::1%eth0", "fe80::/64"),
        ("nonsense", "nonsense"),
    ],
)
def test_network_of_is_an_ipv4_address_or_an_ipv6_64(address: str, network: str) -> None:
    assert network_of(address) == network


@pytest.mark.parametrize(
    ("network", "site"),
    [
        ("2001:db8:1:2::/64", "2001:db8:1::/48"),
        ("2001:db8:1:ffff::/64", "2001:db8:1::/48"),
        ("2001:db8:2:2::/64", "2001:db8:2::/48"),
        ("192.0.2.7", None),
        ("nonsense", None),
        ("", None),
    ],
)
def test_site_of_is_the_48_of_an_ipv6_network(network: str, site: str | None) -> None:
    assert site_of(network) == site
