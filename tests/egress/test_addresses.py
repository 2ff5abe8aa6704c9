from __future__ import annotations

from ipaddress import ip_address

import pytest

from egress.addresses import fault

PRIVATE = [
    "127.0.0.1",
    "127.255.255.254",
    "10.0.0.1",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "100.64.0.1",
    "100.127.255.255",
    "192.0.0.8",
    "192.0.2.1",
    "198.18.0.1",
    "198.51.100.7",
    "203.0.113.9",
    "192.88.99.1",
    "::1",
    "fd12:3456::1",
    "fc00::1",
    "fec0::1",
    "2001:db8::1",
    "2001::1",
    "2001:10::1",
    "2002:7f00:1::",
    "2002:808:808::",
    "64:ff9b::7f00:1",
    "64:ff9b::808:808",
    "64:ff9b:1::a00:1",
    "::7f00:1",
    "::808:808",
    "100::1",
    "3fff::1",
    "5f00::1",
    "::ffff:0:7f00:1",
]
NEVER = [
    "0.0.0.0",
    "0.1.2.3",
    "169.254.0.1",
    "169.254.169.254",
    "168.63.129.16",
    "100.100.100.200",
    "192.0.0.192",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "fe80::1",
    "fe80::1%eth0",
    "ff02::1",
    "fd00:ec2::254",
    "::ffff:169.254.169.254",
    "::ffff:0.0.0.0",
]


@pytest.mark.parametrize("address", [*PRIVATE, *NEVER, "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::ffff:10.1.2.3"])
def test_address_that_is_not_public_is_refused(address: str) -> None:
    assert fault(ip_address(address), named=False)


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "1.1.1.1", "172.32.0.1", "100.63.255.255", "100.128.0.1", "2606:4700::1"]
)
def test_public_address_is_allowed(address: str) -> None:
    assert fault(ip_address(address), named=False) is None


@pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.1", "fd12:3456::1", "::1", "100.64.0.1", "::ffff:10.1.2.3"])
def test_private_address_of_a_named_host_is_allowed(address: str) -> None:
    assert fault(ip_address(address), named=True) is None


@pytest.mark.parametrize("address", NEVER)
def test_metadata_and_link_local_address_of_a_named_host_is_refused(address: str) -> None:
    assert fault(ip_address(address), named=True)
