"""Origins and hosts, as browsers and settings write them."""

from __future__ import annotations

import pytest

from server.settings.origins import ServedHosts, host_of, is_loopback, origin_of


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://support.example.com", "https://support.example.com"),
        ("https://support.example.com/", "https://support.example.com"),
        ("HTTPS://Support.Example.com:443", "https://support.example.com"),
        ("http://support.example.com:80", "http://support.example.com"),
        ("http://support.example.com:443", "http://support.example.com:443"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("http://[0:0::1]:8000", "http://[::1]:8000"),
        ("https://büro.example", "https://xn--bro-hoa.example"),
    ],
)
def test_origin_is_normalized_as_in_browsers(url: str, origin: str) -> None:
    assert origin_of(url) == origin
    assert origin_of(origin) == origin


NO_ORIGINS = """
null support.example.com ftp://a.example https:// https:/// https://a.example/x https://a.example//
https://a.example?x https://a.example#x https://u@a.example https://:p@a.example https://a.example.
https://a..example https://.a.example https://a.example: https://a.example:0 https://a.example:070
https://a.example:65536 https://a.example:8o https://[::1 https://[a.example] https://[]
"""


@pytest.mark.parametrize(
    "url",
    [
        *NO_ORIGINS.split(),
        "",
        "https://a.example b",
        "https://a.example\\x",
        " https://a.example",
        "https://a.example\n",
        "https://\u2603.example:x",
        "https://" + "\u00fc" * 100,
    ],
)
def test_url_without_an_origin_gives_none(url: str) -> None:
    assert origin_of(url) is None


@pytest.mark.parametrize(
    ("header", "host"),
    [
        ("a.example", "a.example"),
        ("A.Example:8443", "a.example"),
        ("[::1]:8000", "[::1]"),
        ("a.example, b.example", None),
        ("a.example:x", None),
        ("", None),
        ("a/b", None),
        ("u@a.example", None),
    ],
)
def test_host_is_separated_from_its_port(header: str, host: str | None) -> None:
    assert host_of(header) == host


@pytest.mark.parametrize("host", ["localhost", "desk.localhost", "127.0.0.1", "127.8.9.1", "[::1]"])
def test_loopback_host_is_recognized(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["", "localhost.example", "notlocalhost", "10.0.0.1", "[::2]", "127.0.0.1.example"])
def test_host_similar_to_loopback_is_not_loopback(host: str) -> None:
    assert not is_loopback(host)


NAMED = ServedHosts.only("https://support.example:8443", ["desk.internal"])
HERE = ServedHosts(frozenset(), loopback=True)
NETWORK = ServedHosts(frozenset({"maya-laptop"}), loopback=True, addresses=True)


@pytest.mark.parametrize(
    ("hosts", "served", "refused"),
    [
        (
            NAMED,
            ["support.example", "SUPPORT.example:8443", "support.example:443", "desk.internal"],
            ["evil.example", "support.example.", "support.example.evil.example", "localhost", "127.0.0.1", ""],
        ),
        (HERE, ["localhost:8000", "127.0.0.1:8000", "[::1]:8000"], ["evil.example", "10.0.0.5:8000", "maya-laptop"]),
        (
            NETWORK,
            ["localhost", "10.0.0.5:8000", "maya-laptop:8000", "[fd00::5]"],
            ["evil.example", "10.0.0.5.example"],
        ),
    ],
    ids=["BASE_URL", "loopback", "all addresses"],
)
def test_only_own_host_names_are_served(hosts: ServedHosts, served: list[str], refused: list[str]) -> None:
    """A foreign name may be made to resolve to this server (DNS rebinding)."""
    assert [host for host in served if not hosts.serve(host)] == []
    assert [host for host in refused if hosts.serve(host)] == []
