"""`suar doctor`: what an operator should know before a resident does."""

from __future__ import annotations

import stat
from pathlib import Path

from bot.clock import jumped
from bot.house import House
from bot.settings import Settings
from models import epoch, person, remains, roster
from models.base import HOUR
from models.roster import HOLDERS


def findings(settings: Settings, house: House) -> list[str]:
    """Sentences about what is not as it should be; none is good."""
    with house.engine.connect().execution_options(reading=True) as connection:
        holders = roster.holders(connection)
        behind = epoch.behind(connection)
        late = person.waiting(connection, house.now() - 900)
        held = remains.late(connection, house.now() - HOUR)
    found = [
        f"Queue {id} has {count} key holders; it opens with {HOLDERS}."
        for id, count in holders.items()
        if count < HOLDERS
    ]
    found += [f"{count} reports wait under an older key: run `suar keys queue {id}`." for id, count in behind.items()]
    if len(house.keys.ring) + len(house.keys.peppers) > len(house.keys.in_use):
        found.append("A key is being rotated: run `suar keys rotate`, or `suar keys retire`, to its end.")
    if late:
        found.append(f"{len(late)} persons have waited over 15 minutes for their report to be sealed.")
    if held:
        found.append(f"{held} messages that should be deleted still lie at Twilio: is `suar work` running?")
    if any(path.stat().st_size for path in settings.spool_folder.glob("*.spool")):
        found.append(f"Messages wait in {settings.spool_folder}: the doors hear them once the database takes them.")
    hours = jumped(house)
    if hours:
        found.append(f"The last purge was {hours} hours ago: if this clock is right, run `suar forget`.")
    if settings.public_base_url.startswith("https:") and not settings.proxies:
        found.append("PUBLIC_BASE_URL is https, but TRUSTED_PROXIES is empty: all behind the proxy share one limit.")
    found += [
        f"{path} can be read by others: chmod 600 {path}"
        for path in (settings.secrets_file, settings.recovery_file, settings.demo_file, *files_of(house))
        if readable_by_others(path)
    ]
    if settings.recovery_file.exists() and not settings.suar_demo:
        found.append(
            f"The recovery key still lies in {settings.recovery_file}: print `suar keys sheet`, then delete it."
        )
    return found


def files_of(house: House) -> list[Path]:
    """The files of a SQLite database; of PostgreSQL's own none."""
    url = house.engine.url
    if url.get_backend_name() != "sqlite" or not url.database:
        return []
    return [Path(f"{url.database}{end}") for end in ("", "-wal", "-shm")]


def readable_by_others(path: Path) -> bool:
    """Whether group or world may read a file that is there."""
    return path.exists() and bool(path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO))
