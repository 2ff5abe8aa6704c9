"""The part of `switchboard doctor` about single sign-on."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

from clock import system_clock
from egress import Egress
from identity.oidc import OidcFault, ProviderName
from server.edge.sign_on_providers import CALLBACKS
from server.live.administration.oidc_provider import OidcProvider
from server.operations.findings import Finding, bad, fine, warning
from server.settings import Settings


def examine_sign_on(settings: Settings) -> Iterator[Finding]:
    """Read the discovery document of each provider that is set. Returns the findings."""
    yield from _examine(settings, "OIDC_ISSUER", settings.oidc_issuer, "customers")
    yield from _examine(settings, "OIDC_STAFF_ISSUER", settings.oidc_staff_issuer, "staff")
    if settings.oidc_staff_acr and settings.oidc_issuer is None and settings.oidc_staff_issuer is None:
        yield warning("sign-on", "OIDC_STAFF_ACR has no effect without a provider", "set OIDC_STAFF_ISSUER")


def _examine(settings: Settings, name: str, issuer: str | None, whose: ProviderName) -> Iterator[Finding]:
    if issuer is None:
        return
    callback = settings.base_url + CALLBACKS[whose]
    try:
        asyncio.run(_discover(settings, issuer))
    except OidcFault as fault:
        right = f"check {name}; list a host in your own network in EGRESS_ALLOW"
        yield bad("sign-on", f"{name}: {str(fault).rstrip('.')}", right)
        return
    yield fine("sign-on", f"{issuer} is an OpenID Connect provider; it must allow {callback}")
    if not settings.base_url.startswith("https:"):
        yield warning("sign-on", f"most providers refuse a redirect to {callback}", "serve the desk over https")


async def _discover(settings: Settings, issuer: str) -> None:
    egress = Egress(settings.egress_allow)
    try:
        await OidcProvider(egress, system_clock, issuer, "", "", lambda: "").metadata()
    finally:
        egress.close()
