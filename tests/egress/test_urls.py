from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egress.errors import AddressRefused
from egress.urls import Target, host_named, target_of


@pytest.mark.parametrize(
    ("url", "target", "authority"),
    [
        ("https://hooks.example", Target("https", "hooks.example", 443, "/"), "hooks.example"),
        ("HTTPS://Hooks.Example./a?b=c", Target("https", "hooks.example", 443, "/a?b=c"), "hooks.example"),
        ("http://hooks.example:8080?x", Target("http", "hooks.example", 8080, "/?x"), "hooks.example:8080"),
        ("http://192.0.2.7:80/", Target("http", "192.0.2.7", 80, "/"), "192.0.2.7"),
        ("https://[2001:DB8::0:1]:8443/", Target("https", "2001:db8::1", 8443, "/"), "[2001:db8::1]:8443"),
    ],
)
def test_url_is_split_into_the_parts_of_a_call(url: str, target: Target, authority: str) -> None:
    assert target_of(url) == target
    assert target_of(url).authority == authority


@pytest.mark.parametrize(
    "url",
    [
        "",
        "hooks.example",
        "ftp://hooks.example/",
        "file:///etc/passwd",
        "gopher://hooks.example",
        "//hooks.example",
        "https:/hooks.example",
        "https:///path",
        "https://",
        "javascript:alert(1)",
        "https://user@hooks.example/",
        "https://user:secret@hooks.example/",
        "https://hooks.example@127.0.0.1/",
        "https://hooks.example\\@127.0.0.1/",
        "https://hooks.example\\.evil.example/",
        "https://hooks.example#@127.0.0.1/",
        "https://hooks.example/#part",
        "https://hooks.example /",
        " https://hooks.example/",
        "https://hooks.example/\n",
        "https://hooks.example/a b",
        "https://hooks.example\t/",
        "https://hooks.example/\r\nHost: evil.example",
        "https://hooks.example:0/",
        "https://hooks.example:65536/",
        "https://hooks.example:1e3/",
        "https://hooks.example:/",
        "https://hooks..example/",
        "https://.hooks.example/",
        "https://-hooks.example/",
        "https://hooks.example-/",
        "https://bücher.example/",
        "https://127。0。0。1/",
        "https://１２７.0.0.1/",
        "https://ⓛocalhost/",
        "https://%6cocalhost/",
        "https://127.1/",
        "https://127.0.1/",
        "https://2130706433/",
        "https://0x7f000001/",
        "https://0x7f.0.0.1/",
        "https://0177.0.0.1/",
        "https://127.0.0.01/",
        "https://127.0.0.0x1/",
        "https://256.0.0.1/",
        "https://1.2.3.4.5/",
        "https://[::1%25eth0]/",
        "https://[::1%eth0]/",
        "https://[127.0.0.1]/",
        "https://[::1/",
        "https://::1/",
        f"https://{'a' * 64}.example/",
        f"https://{'.'.join(['a' * 60] * 5)}/",
        f"https://hooks.example/{'a' * 2000}",
    ],
)
def test_odd_url_is_refused(url: str) -> None:
    with pytest.raises(AddressRefused):
        target_of(url)


@given(st.text(max_size=40))
def test_any_text_is_split_or_refused(text: str) -> None:
    """What was split has a host in plain spelling."""
    try:
        target = target_of(f"https://{text}")
    except AddressRefused:
        return
    assert target.host.isascii() and not set(target.host) & set("@/\\%?# []")


@pytest.mark.parametrize(
    ("text", "host"),
    [("IdP.Internal.", "idp.internal"), ("[2001:DB8::0:1]", "2001:db8::1"), ("10.0.0.1", "10.0.0.1")],
)
def test_host_in_a_setting_is_spelled_as_in_a_url(text: str, host: str) -> None:
    assert host_named(text) == host
