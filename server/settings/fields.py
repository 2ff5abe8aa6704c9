"""The settings with their defaults, and the rules that involve several of them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from platformdirs import user_data_path
from pydantic import BeforeValidator, Field, PrivateAttr, SecretStr, model_validator
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from attachments.disk_space import ReserveSize
from identity.actor import Role
from identity.passwords import words_of
from server.settings import model, values
from server.settings.faults import PREFIX
from server.settings.mail_listener import MailListener
from server.settings.secret_file import kept_secret

WIDGET_SETTINGS = ("brand_name", "brand_color", "widget_origins")
"""Settings that admins can change on a page, unless the operator has set them."""


class Settings(BaseSettings):
    """Each field has the name of its variable, in lower case and without the prefix."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file=".env",
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        extra="ignore",
        hide_input_in_errors=True,
        validate_default=False,
    )

    data: Annotated[Path, BeforeValidator(values.absolute_path)] = Field(
        default_factory=lambda: user_data_path("switchboard", appauthor=False)
    )
    """The data folder. It is created if it does not exist."""
    database_url: Annotated[SecretStr | None, BeforeValidator(values.database_url)] = None
    """The URL of a PostgreSQL database. If None, the desk uses SQLite in `data`."""
    redis_url: Annotated[SecretStr | None, BeforeValidator(values.redis_url)] = None
    """The address of Redis or Valkey (`bus.adapters.redis_client`). If None, several processes use PostgreSQL alone."""
    redis_prefix: Annotated[str, BeforeValidator(values.redis_prefix)] = "switchboard:"
    """The beginning of the names of keys and channels in Redis."""
    secret: Annotated[SecretStr, BeforeValidator(values.secret)] = SecretStr("")
    """The secret with which tokens are signed. With SQLite, if it is not set, a secret is generated and stored in
    `data`."""
    hours: Annotated[Path, BeforeValidator(values.path)] = Path("hours.yaml")
    base_url: Annotated[str, BeforeValidator(values.base_url)] = "http://127.0.0.1:8000"
    """The public address, without a final slash. If it is not set, `serve` uses the address that it listens on."""
    allowed_hosts: Annotated[tuple[str, ...], NoDecode, BeforeValidator(values.hosts)] = ()
    """Hosts under which the server answers, in addition to the host of `base_url`. Pages work only at `base_url`."""
    smtp_url: Annotated[SecretStr | None, BeforeValidator(values.smtp_url)] = None
    """The mail server. If None, emails are written to files in `data`/mail."""
    mail_domain: Annotated[str | None, BeforeValidator(values.mail_domain)] = None
    """The host of reply and bounce addresses.

    If None, the desk receives no mail, and letters have no such addresses.
    """
    mail_listen: Annotated[MailListener | None, BeforeValidator(values.mail_listener)] = None
    """The network address at which mail is accepted. If None, only `switchboard mail receive` takes mail."""
    mail_authserv_id: Annotated[str | None, BeforeValidator(values.authserv_id)] = None
    """The mail server whose `Authentication-Results` are trusted. If None, nothing proves the sender of a mail."""
    mail_from: Annotated[str | None, BeforeValidator(values.email)] = None
    """The sender of letters for teams that have no email address in the hours file."""
    mail_keep_days: Annotated[int, BeforeValidator(values.days)] = 30
    """Days for which the bytes of a mail are kept after the desk has acted on it."""
    widget_origins: Annotated[tuple[str, ...], NoDecode, BeforeValidator(values.origins)] = ()
    """Origins of pages, other than our own, that may show the widget. `("*",)` allows any origin."""
    identity_secret: Annotated[
        dict[str, tuple[SecretStr, ...]], NoDecode, BeforeValidator(values.identity_secrets)
    ] = {}
    """Secrets of host sites by `kid`.

    A site without a `kid` has the key `""`. While the secret of a site is being replaced, the site has two secrets.
    """
    identity_domains: Annotated[dict[str, frozenset[str]], NoDecode, BeforeValidator(values.identity_domains)] = {}
    """The email domains for which each host site vouches, by `kid`.

    A site with domains never proves addresses of other domains. A site without domains proves an address by
    `email_verified`.
    """
    trusted_proxies: Annotated[tuple[values.Network, ...], NoDecode, BeforeValidator(values.networks)] = ()
    challenge_url: Annotated[str | None, BeforeValidator(values.https_endpoint)] = None
    """The URL of the service that verifies responses to a challenge. If None, only the built-in proof of work is used.
    """
    challenge_site_key: Annotated[str | None, BeforeValidator(values.site_key)] = None
    challenge_secret: Annotated[SecretStr | None, BeforeValidator(values.token)] = None
    assist_url: Annotated[str | None, BeforeValidator(model.endpoint)] = None
    """The base URL of a language model with the chat API of OpenAI. If None, no texts are sent to a model."""
    assist_key: Annotated[SecretStr | None, BeforeValidator(values.token)] = None
    assist_model: Annotated[str | None, BeforeValidator(model.name)] = None
    oidc_issuer: Annotated[str | None, BeforeValidator(values.issuer)] = None
    """The OpenID Connect provider of customers. Staff use it too if no other provider is set for them."""
    oidc_client_id: Annotated[str | None, BeforeValidator(values.client_id)] = None
    oidc_client_secret: Annotated[SecretStr | None, BeforeValidator(values.token)] = None
    oidc_staff_issuer: Annotated[str | None, BeforeValidator(values.issuer)] = None
    """The OpenID Connect provider of staff, if staff and customers have different providers."""
    oidc_staff_client_id: Annotated[str | None, BeforeValidator(values.client_id)] = None
    oidc_staff_client_secret: Annotated[SecretStr | None, BeforeValidator(values.token)] = None
    oidc_staff_acr: Annotated[tuple[str, ...], NoDecode, BeforeValidator(values.acr_values)] = ()
    """The values of `acr` by which the provider says that a member of staff has used a second factor."""
    egress_allow: Annotated[tuple[str, ...], NoDecode, BeforeValidator(values.hosts)] = ()
    """Hosts with private network addresses that the desk may call, such as a sign-on service in the company's network.
    """
    metrics_token: Annotated[SecretStr | None, BeforeValidator(values.token)] = None
    """The token with which programs read the metrics. If None, they can be read only from this machine, and only if
    `base_url` is local."""
    security_contact: Annotated[str | None, BeforeValidator(values.security_contact)] = None
    """The address for vulnerability reports, as a `mailto:` or `https:` URL for `security.txt`."""
    brand_name: Annotated[str, BeforeValidator(values.brand_name)] = "Mediaocean"
    brand_color: Annotated[str | None, BeforeValidator(values.color)] = None
    """The color of the brand, as `#rrggbb`. If None, the default color is used."""
    brand_logo: Annotated[Path | None, BeforeValidator(values.logo)] = None
    """The file with the logo of the brand (`widgets.shared.brand_logo`). If None, the default logo is used."""
    learning_name: Annotated[str | None, BeforeValidator(lambda value: value and values.brand_name(value))] = None
    """The name of the Learning Center. If None, *Learning Center* in the reader's language."""
    playlist_label: Annotated[str | None, BeforeValidator(lambda value: value and values.brand_name(value))] = None
    """The words on the button that builds a playlist. If None, *Build my playlist* in the reader's language."""
    video_hosts: Annotated[tuple[str, ...], NoDecode, BeforeValidator(values.video_hosts)] = ()
    """Other hosts whose videos readers can load in articles (`knowledge.videos`)."""
    upload_reserve: Annotated[ReserveSize, NoDecode, BeforeValidator(values.reserve)] = ReserveSize()
    """Space on the disk that uploads and incoming mail must leave free."""
    second_factor: Annotated[tuple[Role, ...], NoDecode, BeforeValidator(values.roles)] = ()
    """Roles that must set up a second factor before they can do anything else in a browser."""
    rate_limits: Annotated[values.Limits, NoDecode, BeforeValidator(values.limits)] = values.Limits()

    _given: frozenset[str] = PrivateAttr(default=frozenset())
    _processes: int = PrivateAttr(default=1)
    _worker: int | None = PrivateAttr(default=None)
    _host: str = PrivateAttr(default="")
    _demo: bool = PrivateAttr(default=False)
    _listens_on: str | None = PrivateAttr(default=None)

    def model_post_init(self, context: object) -> None:
        self._given = frozenset(self.model_fields_set)

    def fixed_by(self, name: str) -> str | None:
        """The variable that sets the setting `name`. None if the operator did not set it."""
        return PREFIX + name.upper() if name in self._given else None

    def adopt(self, stored: Mapping[str, object]) -> None:
        """Use the values of WIDGET_SETTINGS that are stored in the database. A setting without a value gets its
        default. Settings that the operator set keep their values."""
        for name in WIDGET_SETTINGS:
            if name not in self._given:
                value = stored.get(name, self.default_of(name))
                setattr(self, name, tuple(value) if isinstance(value, list) else value)

    def default_of(self, name: str) -> object:
        return type(self).model_fields[name].default

    def listens_at(self, url: str, host: str) -> None:
        """Use `url` as the public address. `host` is the network address on which this machine listens."""
        self.base_url = url
        self._listens_on = host

    @property
    def assist_host(self) -> str | None:
        """The host to which texts are sent. None if the desk has no assistant."""
        return urlsplit(self.assist_url).netloc if self.assist_url is not None else None

    @property
    def base_url_given(self) -> bool:
        """True if the operator set BASE_URL. Then only the host of BASE_URL and ALLOWED_HOSTS are served."""
        return self._listens_on is None and "base_url" in self.model_fields_set

    @property
    def listens_on(self) -> str:
        """This machine's network address on which the server listens, if the operator did not set BASE_URL."""
        return self._listens_on or "127.0.0.1"

    @property
    def sends_mail(self) -> bool:
        """True if letters go to a mail server. Otherwise they are files in the data folder."""
        return self.smtp_url is not None

    @property
    def receives_mail(self) -> bool:
        """True if the settings say that mail reaches the desk."""
        return self.mail_domain is not None or self.mail_listen is not None

    @property
    def demo(self) -> bool:
        """True if this is the demo, which has public passwords. The environment cannot set this."""
        return self._demo

    @demo.setter
    def demo(self, on: bool) -> None:
        self._demo = on

    @property
    def processes(self) -> int:
        """The number of processes in which the desk runs. `switchboard serve --workers` sets it."""
        return self._processes

    @processes.setter
    def processes(self, count: int) -> None:
        self._processes = count

    @property
    def worker(self) -> int | None:
        """The number of this worker, from 0. None if only one process listens on the port."""
        return self._worker

    @worker.setter
    def worker(self, number: int) -> None:
        self._worker = number

    @property
    def host(self) -> str:
        """The id of this host among those of the desk. `switchboard serve` sets it."""
        return self._host

    @host.setter
    def host(self, id_: str) -> None:
        self._host = id_

    @property
    def embedded(self) -> bool:
        """True if everything is stored in the data folder, in SQLite."""
        return self.database_url is None

    @property
    def storage_url(self) -> str:
        """The URL of the database, for `storage.opening.open_storage`."""
        if self.database_url is not None:
            return self.database_url.get_secret_value()
        return f"sqlite:///{self.data / 'switchboard.db'}"

    @property
    def message_domain(self) -> str:
        """The host in Message-IDs."""
        return self.mail_domain or urlsplit(self.base_url).hostname or "localhost"

    @property
    def sender(self) -> str:
        """The sender of letters whose team has no email address of its own."""
        return self.mail_from or f"support@{self.message_domain}"

    @property
    def guessed_words(self) -> frozenset[str]:
        """Words of the brand and the host. A password that is little more than these words is refused."""
        return words_of(self.brand_name, urlsplit(self.base_url).hostname)

    def secret_bytes(self) -> bytes:
        return self.secret.get_secret_value().encode()

    def identity_secrets(self) -> dict[str, list[bytes]]:
        """Secrets of host sites by `kid`."""
        return {
            kid: [secret.get_secret_value().encode() for secret in secrets]
            for kid, secrets in self.identity_secret.items()
        }

    @model_validator(mode="after")
    def _have_a_secret(self) -> Settings:
        if not self.secret.get_secret_value():
            if not self.embedded:
                raise PydanticCustomError(
                    "secret",
                    "at least {least} characters, needed with {name}",
                    {"least": values.SECRET_MIN, "name": f"{PREFIX}DATABASE_URL"},
                )
            self.secret = SecretStr(kept_secret(self.data))
        return self

    @model_validator(mode="after")
    def _groups_are_whole(self) -> Settings:
        """Check groups of settings that need one another: the settings of a group must be all set, or all unset."""
        for names in (
            ("challenge_url", "challenge_site_key", "challenge_secret"),
            ("oidc_issuer", "oidc_client_id", "oidc_client_secret"),
            ("oidc_staff_issuer", "oidc_staff_client_id", "oidc_staff_client_secret"),
        ):
            missing = [name.upper() for name in names if getattr(self, name) is None]
            if 0 < len(missing) < len(names):
                first, second, third = (name.upper() for name in names)
                raise PydanticCustomError(
                    "data",
                    "{name}: unset: all of {first}, {second} and {third}, or none",
                    {"name": f"{PREFIX}{missing[0]}", "first": first, "second": second, "third": third},
                )
        return self

    @model_validator(mode="after")
    def _assistant_is_whole(self) -> Settings:
        """An assistant needs an address and a model. A key alone is for nothing."""
        if (self.assist_url is None) is not (self.assist_model is None) or (self.assist_key and not self.assist_url):
            raise PydanticCustomError(
                "data",
                "{name}: set both {name} and {other}, or none",
                {"name": f"{PREFIX}ASSIST_URL", "other": f"{PREFIX}ASSIST_MODEL"},
            )
        return self

    @model_validator(mode="after")
    def _domains_are_of_sites(self) -> Settings:
        found = dict(self.identity_domains)
        if "" in found and "" not in self.identity_secret and len(self.identity_secret) == 1:
            # Domains without a kid belong to the only site.
            found |= {kid: found.pop("") for kid in self.identity_secret}
        for kid in found.keys() - self.identity_secret.keys():
            name = f"{PREFIX}IDENTITY_DOMAINS"
            raise PydanticCustomError(
                "data",
                "{name}: {kid}: a kid of {secret}",
                {"name": name, "kid": repr(kid), "secret": f"{PREFIX}IDENTITY_SECRET"},
            )
        self.identity_domains = found
        return self
