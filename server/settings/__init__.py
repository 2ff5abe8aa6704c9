"""The settings: `SWITCHBOARD_…` variables, or a `.env` in the directory where the program starts.

An invalid setting prevents the start, and `load` reports all of them at once. Secrets, and addresses that may contain
one, are never shown.
"""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any

from pydantic import SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from server.settings.faults import PREFIX, SettingsFaults, sentence_of, unknown_names
from server.settings.fields import WIDGET_SETTINGS, Settings
from server.settings.values import Limits

__all__ = (
    "PREFIX",
    "WIDGET_SETTINGS",
    "Limits",
    "Settings",
    "SettingsFaults",
    "hours_despite_faults",
    "load",
    "load_untouched",
)


def load(**given: Any) -> Settings:
    """The settings of the environment and `.env`.

    Values in `given` replace those of the environment. The value None removes a setting. Raises SettingsFaults.
    """
    faults = unknown_names([name.upper() for name in Settings.model_fields])
    try:
        settings = Settings(**given)
    except ValidationError as error:
        raise SettingsFaults(
            [sentence_of(detail, given) for detail in error.errors(include_url=False)] + faults
        ) from None
    except UnicodeDecodeError:
        raise SettingsFaults([".env: not text: a text file in UTF-8", *faults]) from None
    except OSError as error:
        raise SettingsFaults([f".env: {error.strerror}: a file that this user can read"]) from None
    if faults:
        raise SettingsFaults(faults)
    return settings


def load_untouched(data: Path | None = None) -> tuple[Settings, bool]:
    """Like `load`, but creates nothing in the data folder. Returns a pair: the settings, and whether SWITCHBOARD_SECRET
    is set.

    With SQLite, if SWITCHBOARD_SECRET is not set, the settings have a placeholder in place of the secret.
    """
    given = {} if data is None else {"data": data}
    # With a secret given, none is generated.
    settings = load(secret=secrets.token_urlsafe(48), **given)
    try:
        secret_given = _SecretAlone().secret is not None
    except ValidationError:
        secret_given = True
    return (load(**given) if secret_given or not settings.embedded else settings), secret_given


class _SecretAlone(BaseSettings):
    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_file=".env", env_file_encoding="utf-8", env_ignore_empty=True, extra="ignore"
    )
    secret: SecretStr | None = None


_HOURS = Path("hours.yaml")


class _HoursAlone(BaseSettings):
    """Reads the path of the hours file alone, so that it can be read while other settings are invalid."""

    model_config = Settings.model_config
    hours: Path = _HOURS


def hours_despite_faults(given: Path | None = None) -> Path:
    """The path of the hours file. It is found even if other settings are invalid.

    So the faults of the hours file can be reported together with those of the settings.
    """
    if given is not None:
        return given
    try:
        return _HoursAlone().hours.expanduser()
    except (ValidationError, UnicodeDecodeError, OSError):
        return _HOURS
