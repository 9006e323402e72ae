"""The printed sheet: what must survive this machine, and never lie beside a backup."""

from __future__ import annotations

from bot.install import CannotStart
from bot.settings import Settings


def sheet(settings: Settings) -> str:
    """Keys, pepper and recovery key as text; the recovery key only while its file has not been taken away."""
    if not settings.suar_keys.get_secret_value():
        raise CannotStart("There are no keys yet: the first `suar run` makes them.")
    path = settings.recovery_file
    recovery = path.read_text(encoding="utf-8").strip() if path.exists() else "(taken offline already)"
    return (
        "SUAR - KEY SHEET. Print two copies, keep them in two safes, never beside a backup.\n"
        f"SUAR_KEYS={settings.suar_keys.get_secret_value()}\n"
        f"SUAR_PEPPER={settings.suar_pepper.get_secret_value()}\n"
        f"Recovery key: {recovery}\n"
        f"Then delete {path} from this machine."
    )
