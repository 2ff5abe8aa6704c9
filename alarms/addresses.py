"""Checks the addresses of destinations. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection
from urllib.parse import urlsplit

from alarms.destination import ADDRESS_MAX, Service
from refusals import Refused
from texts.addresses import email_address

_SLACK = re.compile(r"https://hooks\.slack(-gov)?\.com/(services|workflows|triggers)/[A-Za-z0-9/_-]+")
_TEAMS_HOSTS = (
    ".logic.azure.com",
    ".logic.azure.us",
    ".logic.azure.cn",
    ".api.powerplatform.com",
    ".api.gov.powerplatform.microsoft.us",
    ".api.high.powerplatform.microsoft.us",
    ".api.appsplatform.us",
    ".api.powerplatform.partner.microsoftonline.cn",
)
"""The hosts of workflows in the clouds of Microsoft: public, US government, China."""
_HINTS = {
    "slack": "Paste the URL of an incoming webhook of Slack: https://hooks.slack.com/services/…",
    "teams": "Paste the URL of a workflow of Microsoft Teams that starts “when a webhook request is received”.",
    "mail": "Write an email address like name@company.example.",
}


def checked(service: Service, text: str, allowed: Collection[str]) -> str:
    """The address of a destination as it is stored. Raises Refused(invalid) if the service has no such addresses.

    `allowed` are the hosts that the operator lets the desk call. A URL with such a host is accepted for each service
    that has URLs.
    """
    text = text.strip()
    found = email_address(text) if service == "mail" else text if _is_url_of(service, text, allowed) else None
    if found is None or len(found) > ADDRESS_MAX:
        sentence = _HINTS[service]
        raise Refused("invalid", sentence, {"address": sentence})
    return found


def _is_url_of(service: Service, text: str, allowed: Collection[str]) -> bool:
    try:
        parts = urlsplit(text)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        return False
    if host in allowed:
        return parts.scheme in ("http", "https")
    if service == "slack":
        return _SLACK.fullmatch(text) is not None
    return parts.scheme == "https" and port in (None, 443) and host.endswith(_TEAMS_HOSTS)
