"""Settings: the only reader of the environment, frozen, checked loudly."""

from __future__ import annotations

from ipaddress import ip_address
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.keys import Keys


class Settings(BaseSettings):
    """Everything an install may choose. `.env.example` explains each and is tested against this."""

    model_config = SettingsConfigDict(env_file=".env", env_file_encoding="utf-8", frozen=True, extra="ignore")

    database_url: str = "sqlite:///suar.db"
    host: str = "127.0.0.1"
    port: int = Field(8000, ge=1, le=65_535)
    public_base_url: str = "http://127.0.0.1:8000"
    console_base_url: str = ""
    suar_demo: bool = False
    suar_keys: SecretStr = SecretStr("")
    suar_pepper: SecretStr = SecretStr("")
    suar_secrets_file: Path = Path(".suar/secrets.env")

    @model_validator(mode="after")
    def check_urls(self) -> Self:
        """A base URL must be one: signatures and links are made from it."""
        for name in ("public_base_url", "console_base_url"):
            value = getattr(self, name)
            parts = urlsplit(value)
            if value and (parts.scheme not in {"http", "https"} or not parts.netloc):
                raise ValueError(f"{name.upper()} must be an address such as https://suar.example, not {value!r}")
        return self

    @property
    def keys(self) -> Keys:
        """The parsed keys, or WeakSecret."""
        return Keys.parse(self.suar_keys.get_secret_value(), self.suar_pepper.get_secret_value())


def is_loopback(host: str) -> bool:
    """Whether a host name or address means this machine only."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
