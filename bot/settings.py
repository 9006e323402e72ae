"""Settings: the only reader of the environment, frozen, checked loudly."""

from __future__ import annotations

import re
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.keys import Keys

FOLDER = Path(".suar")  # what an install keeps for itself, mode 700
SECRETS = FOLDER / "keys.env"
BOT_TOKEN = re.compile(r"\d+:[A-Za-z0-9_-]+")
ACCOUNT = re.compile(r"AC[0-9a-fA-F]{32}")
SENDER = re.compile(r"whatsapp:\+[1-9]\d{6,14}")
STRONG = re.compile(r"[A-Za-z0-9_-]{32,256}")  # Telegram takes no other letters


class Settings(BaseSettings):
    """Everything an install may choose. `.env.example` explains each and is tested against this."""

    model_config = SettingsConfigDict(
        env_file=(SECRETS, ".env"), env_file_encoding="utf-8", frozen=True, extra="ignore", env_ignore_empty=True
    )

    database_url: str = "sqlite:///suar.db"
    database_direct_url: str = ""
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65_535)
    public_base_url: str = Field(default_factory=lambda data: f"http://127.0.0.1:{data['port']}")
    console_base_url: str = ""
    trusted_proxies: str = ""
    suar_demo: bool = False
    suar_keys: SecretStr = SecretStr("")
    suar_pepper: SecretStr = SecretStr("")
    suar_places: str = ""
    backup_recipient: str = ""
    postgres_programs: str = ""
    telegram_bot_token: SecretStr = SecretStr("")
    telegram_api_base_url: str = "https://api.telegram.org"
    telegram_mode: Literal["polling", "webhook"] = "polling"
    telegram_webhook_secret: SecretStr = SecretStr("")
    twilio_account_sid: str = ""
    twilio_auth_token: SecretStr = SecretStr("")
    twilio_whatsapp_from: str = ""
    twilio_api_base_url: str = "https://api.twilio.com"
    whatsapp_broadcast: Literal["off", "on"] = "off"
    whatsapp_tier: int = Field(default=250, ge=1)
    whatsapp_monthly_rupiah: int = Field(default=0, ge=0)

    @model_validator(mode="after")
    def check_urls(self) -> Self:
        """A base URL must be one: signatures and links are made from it."""
        for name in ("public_base_url", "console_base_url", "telegram_api_base_url", "twilio_api_base_url"):
            value = getattr(self, name)
            parts = urlsplit(value)
            if value and (parts.scheme not in {"http", "https"} or not parts.netloc):
                raise ValueError(f"{name.upper()} must be an address such as https://suar.example, not {value!r}")
        return self

    @model_validator(mode="after")
    def check_direct(self) -> Self:
        """Only PostgreSQL tells other processes anything."""
        both = (self.database_url, self.database_direct_url)
        if self.database_direct_url and not all(url.startswith("postgresql") for url in both):
            raise ValueError("DATABASE_DIRECT_URL must be empty, or an address of PostgreSQL as DATABASE_URL is")
        return self

    @model_validator(mode="after")
    def check_proxies(self) -> Self:
        """Each is an address or a network; everybody's word about where they come from is nobody's."""
        for one in self.proxies:
            try:
                network = ip_network(one)
            except ValueError:
                network = None
            if network is None or not network.prefixlen:
                raise ValueError(f"TRUSTED_PROXIES must be addresses or networks such as 10.0.0.0/24, not {one!r}")
        return self

    @model_validator(mode="after")
    def check_telegram(self) -> Self:
        """A token that is one, and a webhook that only Telegram can call."""
        token, secret = self.telegram_bot_token.get_secret_value(), self.telegram_webhook_secret.get_secret_value()
        if token and not BOT_TOKEN.fullmatch(token):
            raise ValueError("TELEGRAM_BOT_TOKEN must be what BotFather gave, such as 123456:AA...")
        if token and self.telegram_mode == "webhook" and not STRONG.fullmatch(secret):
            raise ValueError("TELEGRAM_WEBHOOK_SECRET must be 32 to 256 random letters, digits, - or _ in webhook mode")
        return self

    @model_validator(mode="after")
    def check_twilio(self) -> Self:
        """All three or none; what Twilio brings must come sealed, unless it never leaves this machine."""
        sid, token = self.twilio_account_sid, self.twilio_auth_token.get_secret_value()
        if not sid and not self.twilio_whatsapp_from:
            return self
        if not (ACCOUNT.fullmatch(sid) and token and SENDER.fullmatch(self.twilio_whatsapp_from)):
            raise ValueError(
                "TWILIO_ACCOUNT_SID (AC and 32 digits), TWILIO_AUTH_TOKEN and TWILIO_WHATSAPP_FROM (whatsapp:+62...) "
                "are needed together"
            )
        url = urlsplit(self.public_base_url)
        if url.scheme != "https" and not is_loopback(url.hostname or ""):
            raise ValueError("PUBLIC_BASE_URL must begin with https:// where Twilio brings messages to it")
        return self

    @model_validator(mode="after")
    def check_broadcast(self) -> Self:
        """Alerts on WhatsApp cost money: nobody turns them on without saying how much."""
        if self.whatsapp_broadcast == "on" and not (self.twilio_account_sid and self.whatsapp_monthly_rupiah):
            raise ValueError("WHATSAPP_BROADCAST=on needs WhatsApp itself and a ceiling in WHATSAPP_MONTHLY_RUPIAH")
        return self

    @property
    def proxies(self) -> list[str]:
        """Who may say where a request comes from: addresses and networks."""
        return [one.strip() for one in self.trusted_proxies.split(",") if one.strip()]

    @property
    def database_file(self) -> Path | None:
        """The file of a SQLite database; None for any other and for an address that is none."""
        driver, _, path = self.database_url.partition("?")[0].partition(":///")
        return Path(path) if driver.partition("+")[0] == "sqlite" and path not in {"", ":memory:"} else None

    @property
    def has_telegram(self) -> bool:
        """Whether this install speaks on Telegram."""
        return bool(self.telegram_bot_token.get_secret_value())

    @property
    def has_whatsapp(self) -> bool:
        """Whether this install speaks on WhatsApp."""
        return bool(self.twilio_account_sid)

    @property
    def broadcasters(self) -> tuple[str, ...]:
        """The channels on which alerts go out."""
        on = {"telegram": self.has_telegram, "whatsapp": self.whatsapp_broadcast == "on"}
        return tuple(name for name, there in on.items() if there)

    @property
    def messengers(self) -> tuple[str, ...]:
        """Those that are set up, by the names they are known by."""
        on = {"Telegram": self.has_telegram, "WhatsApp": self.has_whatsapp}
        return tuple(name for name, there in on.items() if there)

    @property
    def secrets_file(self) -> Path:
        """Where the first start puts the keys, if nobody else gives them."""
        return SECRETS

    @property
    def spool_folder(self) -> Path:
        """Where messages lie, sealed, while the database cannot take them."""
        return FOLDER / "spool"

    @property
    def places_file(self) -> Path:
        """Where the boundaries of kelurahan lie, once they have been imported."""
        return Path(self.suar_places) if self.suar_places else FOLDER / "places.geojson"

    @property
    def recovery_file(self) -> Path:
        """Where the recovery key lies until it has been printed and taken away."""
        return FOLDER / "recovery.txt"

    @property
    def backup_key_file(self) -> Path:
        """Where the private key of backups lies until it has been taken away."""
        return FOLDER / "backup-key.txt"

    @property
    def demo_file(self) -> Path:
        """The logins of the demo staff."""
        return FOLDER / "demo.txt"

    @property
    def beyond_this_machine(self) -> list[str]:
        """What of these settings lets strangers in, or sends to a real vendor: names only."""
        urls = {"PUBLIC_BASE_URL": self.public_base_url, "CONSOLE_BASE_URL": self.console_base_url}
        vendors = {
            "TELEGRAM_BOT_TOKEN": (self.telegram_bot_token, self.telegram_api_base_url),
            "TWILIO_AUTH_TOKEN": (self.twilio_auth_token, self.twilio_api_base_url),
        }
        found = [] if is_loopback(self.host) else ["HOST"]
        found += [name for name, url in urls.items() if url and not is_loopback(urlsplit(url).hostname or "")]
        tokens = [(name, url) for name, (token, url) in vendors.items() if token.get_secret_value()]
        return found + [name for name, url in tokens if not is_loopback(urlsplit(url).hostname or "")]

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
