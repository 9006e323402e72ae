"""New keys for old ones without a stop: listed first, then used, and the old ones retired when nothing needs them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final, Self

from bot import alerts, pings, subscriptions
from bot import duty as duty_chats
from bot.batch import body_of
from bot.channels import telegram_notice, telegram_trace, whatsapp_remains
from bot.house import House
from bot.install import FINGERPRINT, RETIRED, CannotStart, write_private
from bot.keys import CannotOpen, Keys, new_secret, number_of, pepper_name
from bot.settings import Settings
from bot.staff import totp_place
from bot.standing import place_of
from bot.uploads import place_of as place_of_upload
from bot.workshop import working
from models import roster, sealed
from models.alert_tables import alert, alert_notice, subscription
from models.channel_tables import duty, notice, ping, remains, trace, upload
from models.sealed import COLUMNS, Sealed, Value
from models.tables import outbox, person, staff

KEYS: Final = "SUAR_KEYS"
PEPPERS: Final = "SUAR_PEPPER"
FIRST: Final = {KEYS: "k1", PEPPERS: "p1"}  # the id of a value that stands alone

# Where the bytes of a column belong, by what its row is named by.
PLACES: Mapping[str, Callable[[Any], str]] = {
    str(person.c.place): place_of,
    str(outbox.c.address): lambda key: f"outbox|{key.hex()}|address",
    str(outbox.c.body): body_of,
    str(outbox.c.vendor): lambda key: f"outbox|{key.hex()}|vendor",
    str(subscription.c.address): subscriptions.place_of,
    str(subscription.c.answerable): subscriptions.answerable_place,
    str(alert.c.chat): alerts.place_of,
    str(alert_notice.c.sealed): telegram_notice.where,
    str(trace.c.sealed): telegram_trace.where,
    str(remains.c.sealed): whatsapp_remains.where,
    str(ping.c.sealed): pings.place_of,
    str(duty.c.sealed): duty_chats.place_of,
    str(notice.c.sealed): telegram_notice.where,
    str(upload.c.body): place_of_upload,
    str(staff.c.totp): totp_place,
}


@dataclass(frozen=True, slots=True)
class Listed:
    """The secrets of one setting in their order, each `(id, text)`; the first is the one in use."""

    setting: str
    items: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, settings: Settings, setting: str) -> Self:
        """What an install lists."""
        parts = [one.strip().rpartition(":") for one in text_of(settings, setting).split(",") if one.strip()]
        return cls(setting, tuple((id if colon else FIRST[setting], value) for id, colon, value in parts))

    def name(self, id: str) -> str:
        """The name of a secret's fingerprint."""
        return id if self.setting == KEYS else pepper_name(id)

    @property
    def later(self) -> tuple[str, ...]:
        """The ids after the first."""
        return tuple(id for id, _ in self.items[1:])

    def added(self, id: str) -> Listed:
        """With a new secret that nothing is sealed with yet."""
        return replace(self, items=(*self.items, (id, new_secret())))

    def begun(self, id: str) -> Listed:
        """With this one in use."""
        return replace(self, items=tuple(sorted(self.items, key=lambda item: item[0] != id)))

    def without(self, ids: frozenset[str]) -> Listed:
        """With these gone."""
        return replace(self, items=tuple(item for item in self.items if item[0] not in ids))

    @property
    def line(self) -> str:
        """As it stands in a file."""
        return f"{self.setting}={','.join(f'{id}:{value}' for id, value in self.items)}"


def text_of(settings: Settings, setting: str) -> str:
    """A setting's value."""
    secret = settings.suar_keys if setting == KEYS else settings.suar_pepper
    return secret.get_secret_value()


def known(house: House) -> tuple[set[str], set[str]]:
    """The names of the secrets that this database was written with, and of those that were retired."""
    with house.engine.connect().execution_options(reading=True) as connection:
        used, gone = roster.facts(connection, FINGERPRINT), roster.facts(connection, RETIRED)
    return {name.removeprefix(FINGERPRINT) for name in used}, {name.removeprefix(RETIRED) for name in gone}


def rotate(settings: Settings, house: House, setting: str = KEYS) -> str:
    """One of the two steps to a new secret; what the operator does next.

    First every process must know the new one, then it may be used: a process that did not know it could not open what
    another one has sealed.
    """
    listed, (used, gone) = Listed.of(settings, setting), known(house)
    waiting = [id for id in listed.later if listed.name(id) not in used | gone]
    if waiting:
        begun = listed.begun(waiting[0])
        return (
            f"{keep(settings, begun)}\n{waiting[0]} is in use in every process that starts from now on. Restart them "
            "all, one after the other, then run `suar keys retire`."
        )
    if listed.later:
        raise CannotStart(f"{', '.join(listed.later)} is not retired yet: run `suar keys retire` first.")
    id = free_id(listed, used | gone)
    return (
        f"{keep(settings, listed.added(id))}\n{id} is listed, and not in use yet. Print `suar keys sheet` anew. "
        "Restart every process, one after the other, then run this command again."
    )


def free_id(listed: Listed, names: set[str]) -> str:
    """An id that no secret here ever had. A pepper's number is above all others': the lowest names the persons."""
    letter = FIRST[listed.setting][0]
    numbers = [int(id[1:]) for id, _ in listed.items if id[:1] == letter and id[1:].isdecimal()]
    above = range(max(numbers, default=0) + 1, 10_000)
    return next(id for id in (f"{letter}{number}" for number in above) if listed.name(id) not in names)


def retire(settings: Settings, house: House) -> str:
    """Seal anew what old keys have sealed, and let go of every old secret that nothing needs; what comes next."""
    said = [line for setting in (KEYS, PEPPERS) for line in retire_of(settings, house, Listed.of(settings, setting))]
    return "\n".join(said or ["Nothing is left to retire."])


def retire_of(settings: Settings, house: House, listed: Listed) -> Iterator[str]:
    """The same for one setting."""
    used, gone = known(house)
    old = [id for id in listed.later if listed.name(id) in used | gone]
    needed = dict(needs(house, listed.setting, old))
    free = frozenset(old) - needed.keys()
    yield from needed.values()
    if free:
        with house.engine.begin() as connection:
            sealed.rename_facts(connection, [listed.name(id) for id in free], FINGERPRINT, RETIRED)
        yield keep(settings, listed.without(free))
        yield (
            f"{', '.join(sorted(free))} of {listed.setting} is retired: restart the processes when it suits you. Keep "
            "the old sheet until the last backup from before today is gone."
        )
        if listed.setting == PEPPERS:
            yield "Then every talk begins anew, and whoever subscribed must do so once more."


def needs(house: House, setting: str, old: list[str]) -> Iterator[tuple[str, str]]:
    """Old secrets that something still needs, each with a sentence."""
    if setting == KEYS and old:
        with working(house) as parts:
            reseal(house, parts.desk.do)
            left = reseal(house, parts.desk.do)
        if left:
            raise CannotStart("Something still seals with an old key: restart every process, then run this again.")
    if setting == PEPPERS:
        for id in old:
            with house.engine.connect().execution_options(reading=True) as connection:
                codes = sealed.codes_under(connection, number_of(id))
            if codes:
                yield id, f"{id} of SUAR_PEPPER stays: the codes of {codes} reports were made with it."


def reseal(house: House, do: Callable[[Callable[[Any], int]], Any]) -> int:
    """Seal with the key in use what another one has sealed, a chunk at a time through the desk. Fields changed."""
    return sum(reseal_column(house, one, do) for one in COLUMNS)


def reseal_column(house: House, one: Sealed, do: Callable[[Callable[[Any], int]], Any]) -> int:
    """The same for one column. The sealing is done beside the desk, only the writing by it."""
    changed, after, place = 0, None, PLACES[str(one.column)]
    while True:
        with house.engine.connect().execution_options(reading=True) as connection:
            values = sealed.page(connection, one, after)
        if not values:
            return changed
        old = [value for value in values if not house.keys.is_current(value.sealed)]
        anew = [(value, made) for value in old if (made := fresh(house.keys, value, place(value.owner)))]
        if anew:
            changed += do(partial(sealed.swap, one=one, anew=anew)).result()
        after = values[-1].key


def fresh(keys: Keys, value: Value, where: str) -> bytes | None:
    """The same words under the key in use; None for what no key of ours opens, which is lost either way."""
    try:
        return keys.seal_field(keys.open_field(value.sealed, where), where)
    except CannotOpen:
        return None


def keep(settings: Settings, listed: Listed) -> str:
    """Put a setting's new value into the file that Suar made; where it came from elsewhere, the operator does that."""
    path, before = settings.secrets_file, text_of(settings, listed.setting)
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    if f"{listed.setting}={before}" not in lines:
        return f"Put this line in the place of the old one, on every machine:\n{listed.line}"
    new = path.with_name(f"{path.name}.new")
    new.unlink(missing_ok=True)
    write_private(new, "".join(f"{listed.line if one.startswith(f'{listed.setting}=') else one}\n" for one in lines))
    os.replace(new, path)
    return f"{path} is written. On other machines put the same line there."
