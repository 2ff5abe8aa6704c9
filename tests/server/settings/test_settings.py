"""Settings from the environment, `.env` and the command line; every fault of them at once."""

from __future__ import annotations

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from ipaddress import ip_network
from pathlib import Path

import pytest

from server.settings import Limits, Settings, SettingsFaults, load

LONG = "0123456789abcdef0123456789abcdef"


@pytest.fixture(autouse=True)
def nothing_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to start in, a home of one's own, and no variable of ours."""
    for name in [name for name in os.environ if name.upper().startswith("SWITCHBOARD_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def faults(**given: object) -> list[str]:
    with pytest.raises(SettingsFaults) as caught:
        load(**given)
    return list(caught.value.faults)


def test_unset_settings_have_their_defaults(tmp_path: Path) -> None:
    """Data in the user's own folder, SQLite, everything in one process."""
    settings = load()
    assert settings.data == tmp_path / "share" / "switchboard"
    assert (settings.database_url, settings.redis_url, settings.smtp_url) == (None, None, None)
    assert settings.embedded
    assert settings.storage_url == f"sqlite:///{tmp_path}/share/switchboard/switchboard.db"
    assert settings.hours == Path("hours.yaml")
    assert settings.widget_origins == ()
    assert settings.identity_secret == {}
    assert settings.trusted_proxies == ()
    assert settings.metrics_token is None
    assert (settings.brand_name, settings.brand_color) == ("Mediaocean", None)
    assert settings.rate_limits == Limits(chats_per_hour=10, commands_per_10s=60, off=False)
    assert settings.mail_keep_days == 30
    assert settings.demo is False


def test_every_setting_is_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "DATA": "~/desk", "DATABASE_URL": "postgresql://desk:geheim@db:5432/desk", "REDIS_URL": "redis://r:6379/0",
        "SECRET": LONG, "HOURS": "other.yaml", "BASE_URL": "https://Support.example/", "SMTP_URL": "smtp://m:587",
        "WIDGET_ORIGINS": "https://A.example, http://b.example:8080/", "IDENTITY_SECRET": f"one:{LONG},two:{LONG}x",
        "TRUSTED_PROXIES": "10.0.0.0/8,::1", "METRICS_TOKEN": "m", "BRAND_NAME": "  Northlake  Media ",
        "BRAND_COLOR": "#0AF", "RATE_LIMITS": "chats=1000000/h,connections=5",
        "EGRESS_ALLOW": "IdP.internal, 10.1.2.3", "PLAYLIST_LABEL": "BUILD  MY PLAYLIST",
        "LEARNING_NAME": "Harbour University",
    }.items():  # fmt: skip
        monkeypatch.setenv(f"SWITCHBOARD_{name}", value)
    settings = load()
    assert settings.data == Path("~/desk").expanduser()
    assert settings.database_url is not None
    assert settings.database_url.get_secret_value() == "postgresql://desk:geheim@db:5432/desk"
    assert not settings.embedded
    assert settings.storage_url == "postgresql://desk:geheim@db:5432/desk"
    assert settings.secret_bytes() == LONG.encode()
    assert (settings.hours, settings.base_url) == (Path("other.yaml"), "https://support.example")
    assert settings.widget_origins == ("https://a.example", "http://b.example:8080")
    assert settings.identity_secrets() == {"one": [LONG.encode()], "two": [LONG.encode() + b"x"]}
    assert settings.playlist_label == "BUILD MY PLAYLIST"
    assert settings.learning_name == "Harbour University"
    assert settings.egress_allow == ("idp.internal", "10.1.2.3")
    assert settings.trusted_proxies == (ip_network("10.0.0.0/8"), ip_network("::1"))
    assert (settings.brand_name, settings.brand_color) == ("Northlake Media", "#00aaff")
    assert settings.rate_limits == Limits(chats_per_hour=1_000_000, connections=5)
    assert "geheim" not in repr(settings)
    assert LONG not in repr(settings)


def test_command_line_overrides_environment_and_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment overrides `.env`, and an empty variable counts as unset. A data folder is relative to the working
    directory."""
    (tmp_path / ".env").write_text(
        "SWITCHBOARD_BRAND_NAME=file\nSWITCHBOARD_HOURS=file.yaml\nSWITCHBOARD_DATA=file\nOTHER=x\n"
    )
    monkeypatch.setenv("SWITCHBOARD_HOURS", "environment.yaml")
    monkeypatch.setenv("SWITCHBOARD_DATA", "environment")
    monkeypatch.setenv("SWITCHBOARD_BRAND_COLOR", "")
    settings = load(data=Path("given"))
    assert (settings.brand_name, settings.hours) == ("file", Path("environment.yaml"))
    assert (settings.data, settings.brand_color) == (tmp_path / "given", None)


def test_rate_limits_can_be_turned_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SWITCHBOARD_RATE_LIMITS", " off ")
    assert load().rate_limits.off


def test_second_factor_is_required_for_the_listed_roles(monkeypatch: pytest.MonkeyPatch) -> None:
    """For none if unset. An unknown role stops the start."""
    assert load().second_factor == ()
    monkeypatch.setenv("SWITCHBOARD_SECOND_FACTOR", "admin, agent,admin")
    assert load().second_factor == ("agent", "admin")
    for bad, shown in (("agent,boss", "'boss'"), (",", "','")):
        monkeypatch.setenv("SWITCHBOARD_SECOND_FACTOR", bad)
        with pytest.raises(SettingsFaults) as refused:
            load()
        (fault,) = refused.value.faults
        assert fault.startswith("SWITCHBOARD_SECOND_FACTOR: ") and shown in fault and "a list of roles (agent" in fault


def test_videos_of_other_hosts_are_allowed_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of none if unset. Only hosts whose players are known can be named."""
    assert load().video_hosts == ()
    monkeypatch.setenv("SWITCHBOARD_VIDEO_HOSTS", "Vimeo.com, youtube.com")
    assert load().video_hosts == ("youtube.com", "vimeo.com")
    monkeypatch.setenv("SWITCHBOARD_VIDEO_HOSTS", "videos.example")
    with pytest.raises(SettingsFaults) as refused:
        load()
    (fault,) = refused.value.faults
    assert fault.startswith("SWITCHBOARD_VIDEO_HOSTS: ") and "'videos.example'" in fault and "vimeo.com" in fault


def test_identity_domains_belong_to_a_site(monkeypatch: pytest.MonkeyPatch) -> None:
    """By its kid, which is optional for a single site. A public domain or an unknown site stops the start."""
    monkeypatch.setenv("SWITCHBOARD_IDENTITY_SECRET", f"one:{LONG},two:{LONG}x")
    monkeypatch.setenv("SWITCHBOARD_IDENTITY_DOMAINS", "one:A.example|b.example, two:c.example, two:d.example")
    assert load().identity_domains == {"one": {"a.example", "b.example"}, "two": {"c.example", "d.example"}}
    for bad, said in (
        ("three:a.example", "'three'"),
        ("a.example", "''"),
        ("one:gmail.com", "gmail.com"),
        ("one:", "''"),
    ):
        monkeypatch.setenv("SWITCHBOARD_IDENTITY_DOMAINS", bad)
        with pytest.raises(SettingsFaults) as faults:
            load()
        assert "IDENTITY_DOMAINS" in str(faults.value) and said in str(faults.value)
    for secret, kid in ((LONG, ""), (f"one:{LONG}", "one")):
        monkeypatch.setenv("SWITCHBOARD_IDENTITY_SECRET", secret)
        monkeypatch.setenv("SWITCHBOARD_IDENTITY_DOMAINS", "a.example")
        assert load().identity_domains == {kid: {"a.example"}}


def test_repeated_kid_gives_a_site_two_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a secret can be replaced. A site without a kid can be listed beside others, or alone."""
    monkeypatch.setenv("SWITCHBOARD_IDENTITY_SECRET", LONG)
    assert list(load().identity_secret) == [""]
    monkeypatch.setenv("SWITCHBOARD_IDENTITY_SECRET", f"one:{LONG},:{LONG},one:{LONG}x")
    long = LONG.encode()
    assert load().identity_secrets() == {"one": [long, long + b"x"], "": [long]}


def test_setting_given_as_none_overrides_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """For callers that must not touch the real database."""
    monkeypatch.setenv("SWITCHBOARD_DATABASE_URL", "postgresql://db/desk")
    assert load(database_url=None).embedded


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("DATABASE_URL", "sqlite:///desk.db", "an address like postgresql://"),
        ("DATABASE_URL", "postgresql://db:notaport/desk", "an address like postgresql://"),
        ("REDIS_URL", "localhost", "an address like redis://"),
        ("SMTP_URL", "mail.example", "an address like smtp://"),
        ("SECRET", "geheim", "at least 32 characters"),
        ("BASE_URL", "support.example", "'support.example': the address of this desk"),
        ("BASE_URL", "https://support.example/desk", "'https://support.example/desk': the address of this desk"),
        ("WIDGET_ORIGINS", "planner.example", "'planner.example': origins like"),
        ("WIDGET_ORIGINS", "https://a.example/path", "'https://a.example/path': origins like"),
        ("WIDGET_ORIGINS", "*,https://a.example", "'*,https://a.example': either * alone"),
        ("IDENTITY_SECRET", f"one:{LONG},{LONG}", "one secret, or kid:secret,kid:secret"),
        ("IDENTITY_SECRET", "one:geheim", "at least 32 characters"),
        ("TRUSTED_PROXIES", "10.0.0.1/8", "'10.0.0.1/8': addresses or networks"),
        ("BRAND_NAME", "x" * 81, "a name of 1 to 80 characters"),
        ("BRAND_COLOR", "blue", "'blue': a color like #0a6e8a"),
        ("BRAND_LOGO", "/no/such/file.svg", "'/no/such/file.svg': No such file or directory: a file"),
        ("BRAND_LOGO", __file__, "a picture: SVG, PNG, WebP or JPEG"),
        ("RATE_LIMITS", "chats=0/h", "'chats=0/h': chats=10/h"),
        ("RATE_LIMITS", "chats=10", "'chats=10': chats=10/h"),
        ("RATE_LIMITS", "chats=1/h,chats=2/h", "'chats=2/h': chats=10/h"),
        ("RATE_LIMITS", "letters=1/h", "'letters=1/h': chats=10/h"),
        ("CHALLENGE_URL", "http://challenges.example/siteverify", "'http://challenges.example/siteverify': an https"),
        ("OIDC_ISSUER", "http://login.example", "'http://login.example': the https address"),
        ("OIDC_ISSUER", "https://login.example/?a=b", "'https://login.example/?a=b': the https address"),
        ("OIDC_CLIENT_SECRET", "a secret", "printable ASCII"),
        ("EGRESS_ALLOW", "https://idp.internal", "'https://idp.internal': names or addresses of hosts"),
        ("CHALLENGE_URL", "https://", "'https://': an https address"),
        ("CHALLENGE_SITE_KEY", "a key", "'a key': the site key"),
    ],
)
def test_fault_names_the_variable_value_and_correct_form(
    name: str, value: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In one sentence, without secret values."""
    monkeypatch.setenv(f"SWITCHBOARD_{name}", value)
    (fault,) = faults()
    assert fault.startswith(f"SWITCHBOARD_{name}: {said}" if said[0] == "'" else f"SWITCHBOARD_{name}: ")
    assert said in fault
    assert "geheim" not in fault
    assert LONG not in fault


def test_challenge_settings_must_all_be_set(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first missing one is named."""
    monkeypatch.setenv("SWITCHBOARD_CHALLENGE_URL", "https://challenges.example/siteverify")
    assert faults()[0].startswith("SWITCHBOARD_CHALLENGE_SITE_KEY: unset: all of CHALLENGE_URL")
    monkeypatch.setenv("SWITCHBOARD_CHALLENGE_SITE_KEY", "0x4AAA")
    monkeypatch.setenv("SWITCHBOARD_CHALLENGE_SECRET", "geheim")
    assert load().challenge_site_key == "0x4AAA"


def test_sign_on_settings_must_all_be_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SWITCHBOARD_OIDC_ISSUER", "https://login.example")
    assert faults()[0].startswith("SWITCHBOARD_OIDC_CLIENT_ID: unset: all of OIDC_ISSUER")


def test_sign_on_settings_of_staff_must_all_be_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SWITCHBOARD_OIDC_STAFF_ISSUER", "https://login.example")
    assert faults()[0].startswith("SWITCHBOARD_OIDC_STAFF_CLIENT_ID: unset: all of OIDC_STAFF_ISSUER")


def test_values_of_acr_are_separated_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SWITCHBOARD_OIDC_STAFF_ACR", "urn:example:mfa, phr,phr")
    assert load().oidc_staff_acr == ("urn:example:mfa", "phr")
    monkeypatch.setenv("SWITCHBOARD_OIDC_STAFF_ACR", "caf\u00e9")
    assert faults()[0].startswith("SWITCHBOARD_OIDC_STAFF_ACR: 'caf\u00e9': values of `acr`")


def test_faults_of_the_env_file_have_line_numbers(tmp_path: Path) -> None:
    """All faults are reported at once, including unknown names."""
    (tmp_path / ".env").write_text(
        '# ours\nSWITCHBOARD_BRAND_COLOR=blue\nexport SWITCHBOARD_RATE_LIMITS="x"\n\n'
        "SWITCHBOARD_DATABSE_URL=y\nSWITCHBOARD_ZZZ=1\n"
    )
    color, rates, slip, unknown = faults()
    assert color.startswith(".env:2: SWITCHBOARD_BRAND_COLOR: 'blue': ")
    assert rates.startswith(".env:3: SWITCHBOARD_RATE_LIMITS: 'x': ")
    assert slip == ".env:5: SWITCHBOARD_DATABSE_URL: not a setting: did you mean SWITCHBOARD_DATABASE_URL?"
    assert unknown.startswith(".env:6: SWITCHBOARD_ZZZ: not a setting: SWITCHBOARD_ with one of DATA, ")


def test_misspelled_variable_in_the_environment_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    """Variables that a cluster sets for a service of this name are not."""
    monkeypatch.setenv("SWITCHBOARD_SERVICE_HOST", "10.0.0.1")
    monkeypatch.setenv("SWITCHBOARD_PORT", "tcp://10.0.0.1:80")
    load()
    monkeypatch.setenv("SWITCHBOARD_SECERT", LONG)
    assert faults() == ["SWITCHBOARD_SECERT: not a setting: did you mean SWITCHBOARD_SECRET?"]


def test_env_file_that_is_not_utf8_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"SWITCHBOARD_BRAND_NAME=caf\xe9\n")
    assert faults() == [".env: not text: a text file in UTF-8"]


def test_secret_is_created_once_and_readable_only_by_its_owner(tmp_path: Path) -> None:
    """The first start creates it, later starts read it."""
    first = load(data=tmp_path / "desk")
    assert len(first.secret_bytes()) >= 32
    assert load(data=tmp_path / "desk").secret_bytes() == first.secret_bytes()
    assert load(data=tmp_path / "other").secret_bytes() != first.secret_bytes()
    kept = list((tmp_path / "desk").iterdir())
    assert [file.name for file in kept] == ["secret"]
    assert stat.S_IMODE(kept[0].stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "desk").stat().st_mode) == 0o700


def test_concurrent_first_starts_share_one_secret(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: load(data=tmp_path / "desk").secret_bytes(), range(16)))
    assert len(set(made)) == 1
    assert [file.name for file in (tmp_path / "desk").iterdir()] == ["secret"]


def test_secret_must_be_set_with_postgresql(monkeypatch: pytest.MonkeyPatch) -> None:
    """A generated one would differ between processes."""
    monkeypatch.setenv("SWITCHBOARD_DATABASE_URL", "postgresql://db/desk")
    assert faults() == ["SWITCHBOARD_SECRET: unset: at least 32 characters, needed with SWITCHBOARD_DATABASE_URL"]


def test_unusable_data_folder_is_a_fault_with_its_path(tmp_path: Path) -> None:
    """A file in its place, or a truncated secret in it."""
    (tmp_path / "file").write_text("")
    (fault,) = faults(data=tmp_path / "file")
    assert fault.startswith(f"{tmp_path / 'file'}: ")
    (tmp_path / "cut").mkdir()
    (tmp_path / "cut" / "secret").write_text("short\n")
    (fault,) = faults(data=tmp_path / "cut")
    assert fault.startswith(f"{tmp_path / 'cut' / 'secret'}: too short: ")


def test_demo_cannot_be_enabled_by_a_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the program itself can show the names of its people on the sign-in page."""
    monkeypatch.setenv("SWITCHBOARD_DEMO", "true")
    monkeypatch.setenv("DEMO", "true")
    monkeypatch.setenv("_DEMO", "true")
    settings = Settings()
    assert settings.demo is False
    settings.demo = True
    assert settings.demo is True


@pytest.mark.parametrize("value", ["0", "-1", "1.5", "ten", "10000"])
def test_mail_is_kept_for_a_whole_number_of_days(value: str) -> None:
    assert load(mail_keep_days=7).mail_keep_days == 7
    (fault,) = faults(mail_keep_days=value)
    assert fault.endswith("a number of days from 1 to 9999")


def test_stored_settings_give_way_to_those_of_the_operator(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SWITCHBOARD_BRAND_NAME", "Harbour")
    settings = load()
    settings.adopt({"brand_name": "Northlake", "brand_color": "#0a6e8a", "widget_origins": ["https://a.example"]})
    assert (settings.brand_name, settings.brand_color) == ("Harbour", "#0a6e8a")
    assert settings.widget_origins == ("https://a.example",)
    assert settings.fixed_by("brand_name") == "SWITCHBOARD_BRAND_NAME" and settings.fixed_by("brand_color") is None
    settings.adopt({})
    assert [settings.brand_name, settings.brand_color, *settings.widget_origins] == ["Harbour", None]
