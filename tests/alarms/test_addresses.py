"""Addresses of destinations: only of the chosen service, unless the operator allows the host."""

from __future__ import annotations

import pytest

from alarms.addresses import checked
from alarms.destination import Service
from refusals import Refused

SLACK = "https://hooks.slack.com/services/T0/B0/kanarie7f3a"
WORKFLOW = "https://prod-12.westus.logic.azure.com:443/workflows/ab12/triggers/manual/paths/invoke?sig=x-1_2&sv=1.0"
POWER = "https://default12.34.environment.api.powerplatform.com/powerautomate/automations/direct/workflows/a1?sig=x"


@pytest.mark.parametrize(
    ("service", "address"),
    [
        ("slack", SLACK),
        ("slack", "https://hooks.slack-gov.com/services/T0/B0/x"),
        ("slack", "https://hooks.slack.com/triggers/T0/1/x"),
        ("teams", WORKFLOW),
        ("teams", POWER),
        ("mail", "floor@support.example"),
    ],
)
def test_address_of_the_service_is_taken_as_it_is(service: Service, address: str) -> None:
    assert checked(service, f" {address}\n", ()) == address


@pytest.mark.parametrize(
    ("service", "address"),
    [
        ("slack", WORKFLOW),
        ("teams", SLACK),
        ("slack", SLACK.replace("https", "http")),
        ("slack", "https://hooks.slack.com.evil.example/services/T0/B0/x"),
        ("slack", "https://hooks.slack.com@evil.example/services/T0/B0/x"),
        ("slack", "https://evil.example/?https://hooks.slack.com/services/T0/B0/x"),
        ("teams", "https://logic.azure.com.evil.example/workflows/a?sig=x"),
        ("teams", "https://api.powerplatform.evil.example/workflows/a?sig=x"),
        ("teams", "https://evillogic.azure.com/workflows/a?sig=x"),
        ("teams", "https://x.logic.azure.com:8443/workflows/a?sig=x"),
        ("teams", "https://[::1/workflows"),
        ("teams", "https://x.logic.azure.com:99999/workflows"),
        ("mail", "floor"),
        ("mail", "floor@support.example, more@support.example"),
        ("mail", SLACK),
        ("slack", ""),
    ],
)
def test_address_that_is_not_of_the_service_is_refused_without_its_text(service: Service, address: str) -> None:
    """The sentence does not repeat the address, because it may be a secret."""
    with pytest.raises(Refused) as refused:
        checked(service, address, ())
    assert (refused.value.code, list(refused.value.fields or {})) == ("invalid", ["address"])
    assert not address or address not in refused.value.message


def test_host_that_the_operator_allows_is_taken_for_services_with_urls() -> None:
    address = "http://127.0.0.1:8065/hooks/x"
    assert checked("slack", address, {"127.0.0.1"}) == checked("teams", address, {"127.0.0.1"}) == address
    refused: list[tuple[Service, str]] = [("mail", address), ("slack", "ftp://127.0.0.1/x")]
    for service, text in refused:
        with pytest.raises(Refused):
            checked(service, text, {"127.0.0.1"})
