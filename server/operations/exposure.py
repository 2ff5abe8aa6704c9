"""Finds weak secrets, files that other users can read, and similar risks. `doctor` and each start of the server report
them."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path

from server.operations.findings import Finding, bad, warning
from server.settings import PREFIX, Settings
from server.settings.origins import host_of_url, is_loopback

SECRET_KINDS = 10
"""A secret with fewer different characters than this is easy to guess."""
TOKEN_MIN = 16


def exposed(settings: Settings) -> Iterator[Finding]:
    yield from of_secrets(settings)
    yield from of_metrics(settings)
    yield from of_sites(settings)
    yield from of_modes(settings.data)


def of_secrets(settings: Settings) -> Iterator[Finding]:
    """Findings about secrets that are easy to guess, or that are used for two purposes."""
    named = [("SECRET", settings.secret_bytes())]
    for kid, secrets in settings.identity_secrets().items():
        name = f"the secret of {kid} in IDENTITY_SECRET" if kid else "IDENTITY_SECRET"
        named += [(name, secret) for secret in secrets]
    right = "create one with `openssl rand -base64 32`"
    for name, secret in named:
        if len(set(secret)) < SECRET_KINDS:
            yield bad("secrets", f"{name} is easy to guess: it has only {len(set(secret))} different characters", right)
        elif 2 * (period := (secret + secret).find(secret, 1)) <= len(secret):
            yield bad("secrets", f"{name} is easy to guess: it repeats the same {period} characters", right)
    for number, (name, secret) in enumerate(named):
        for other, same in named[:number]:
            if secret == same:
                yield bad(
                    "secrets", f"{other} and {name} are the same: knowing one is enough to sign for the other", right
                )
    token = settings.metrics_token
    if token is not None and len(token.get_secret_value()) < TOKEN_MIN:
        yield warning("secrets", f"METRICS_TOKEN has fewer than {TOKEN_MIN} characters", right)


def of_metrics(settings: Settings) -> Iterator[Finding]:
    if settings.metrics_token is None and not is_loopback(host_of_url(settings.base_url)):
        yield warning(
            "metrics",
            "METRICS_TOKEN is unset: on a public desk, nobody can read /metrics",
            f"set {PREFIX}METRICS_TOKEN, and configure Prometheus to send it",
        )


def of_sites(settings: Settings) -> Iterator[Finding]:
    """Findings about host sites that can vouch for email addresses of every domain."""
    unbound = sorted(settings.identity_secret.keys() - settings.identity_domains.keys())
    if not unbound:
        return
    named = ", ".join(kid or "the site without a kid" for kid in unbound)
    yield warning(
        "identity",
        f"IDENTITY_DOMAINS has no domains for {named}: addresses count as verified only if the site says "
        "email_verified, and then for any domain",
        f"set {PREFIX}IDENTITY_DOMAINS to the email domains of each site",
    )


def of_modes(folder: Path) -> Iterator[Finding]:
    """Findings about files that other users of this machine can open."""
    for path in (folder / "secret", folder / "switchboard.db", folder):
        mode = stat.S_IMODE(path.stat().st_mode) if path.exists() else 0
        if mode & 0o077:
            found, right = (warning, "700") if path == folder else (bad, "600")
            yield found(
                "data", f"{path}: other users of this machine can open it (mode {mode:o})", f"chmod {right} '{path}'"
            )
