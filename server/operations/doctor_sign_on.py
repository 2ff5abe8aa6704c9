"""The part of `switchboard doctor` about single sign-on."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

from clock import system_clock
from egress import Egress
from identity.oidc import OidcFault
from server.edge.single_sign_on import CALLBACK
from server.live.oidc_provider import OidcProvider
from server.operations.findings import Finding, bad, fine, warning
from server.settings import Settings


def examine_sign_on(settings: Settings) -> Iterator[Finding]:
    """Read the discovery document of the provider."""
    if settings.oidc_issuer is None:
        return
    callback = settings.base_url + CALLBACK
    try:
        asyncio.run(_discover(settings, settings.oidc_issuer))
    except OidcFault as fault:
        right = "check OIDC_ISSUER; list a host in your own network in EGRESS_ALLOW"
        yield bad("sign-on", f"OIDC_ISSUER: {str(fault).rstrip('.')}", right)
        return
    yield fine("sign-on", f"{settings.oidc_issuer} is an OpenID Connect provider; it must allow {callback}")
    if not settings.base_url.startswith("https:"):
        yield warning("sign-on", f"most providers refuse a redirect to {callback}", "serve the desk over https")


async def _discover(settings: Settings, issuer: str) -> None:
    egress = Egress(settings.egress_allow)
    try:
        await OidcProvider(egress, system_clock, issuer, "", "", lambda: "").metadata()
    finally:
        egress.close()
