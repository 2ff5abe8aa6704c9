"""The providers of single sign-on that the settings name: one for customers and staff, or one for each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from clock import Clock
from egress import Egress
from identity.oidc import ProviderName
from server.live.administration.oidc_provider import OidcProvider
from server.settings import Settings
from widgets.sign_on_ports import Way

CALLBACKS: dict[ProviderName, str] = {"customers": "/auth/oidc/callback", "staff": "/auth/oidc/staff/callback"}
"""The path to which each provider sends the browser back. Each provider has a path of its own, so that neither can
answer in place of the other."""


@dataclass(frozen=True, slots=True)
class Providers:
    """`staff` is the same as `customers` if one provider serves both."""

    customers: OidcProvider | None
    staff: OidcProvider | None
    acr_values: Sequence[str] = ()
    """The kinds of sign-in that the desk requests from the provider of staff."""

    def named(self, name: ProviderName) -> OidcProvider | None:
        return self.customers if name == "customers" else self.staff if self.staff is not self.customers else None

    def name_for(self, way: Way) -> ProviderName | None:
        """The name of the provider for the people of `way`: customers, staff, or all. None if there is no provider for
        these people."""
        if way != "staff" and self.customers is not None:
            return "customers"
        if self.staff is None:
            return None
        return "customers" if self.staff is self.customers else "staff"

    def serves_staff(self, name: ProviderName) -> bool:
        return self.staff is not None and self.named(name) is self.staff

    @property
    def ways(self) -> list[Way]:
        """The kinds of people for whom the sign-in page has a button of its own."""
        if self.staff is not None and self.staff is self.customers:
            return ["all"]
        found: list[Way] = ["customers"] if self.customers is not None else []
        return [*found, "staff"] if self.staff is not None else found


def providers_of(settings: Settings, egress: Egress, clock: Clock) -> Providers:
    def provider(name: ProviderName) -> OidcProvider | None:
        staff = name == "staff"
        issuer = settings.oidc_staff_issuer if staff else settings.oidc_issuer
        client_id = settings.oidc_staff_client_id if staff else settings.oidc_client_id
        secret = settings.oidc_staff_client_secret if staff else settings.oidc_client_secret
        if issuer is None or client_id is None or secret is None:
            return None

        def redirect_uri() -> str:
            return settings.base_url + CALLBACKS[name]

        return OidcProvider(egress, clock, issuer, client_id, secret.get_secret_value(), redirect_uri)

    customers = provider("customers")
    return Providers(customers, provider("staff") or customers, settings.oidc_staff_acr)
