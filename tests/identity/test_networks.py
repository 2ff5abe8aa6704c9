"""The network that an address belongs to."""

from __future__ import annotations

import pytest

from identity.networks import network


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
def test_an_address_is_kept_as_its_network(place: str, kept: str | None) -> None:
    """/24 and /64; nothing for what is no address."""
    assert network(place) == kept
