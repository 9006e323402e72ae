"""Who wants to hear of an area: their choice and one sealed address; left at once, and never joined to a report."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from itertools import takewhile
from typing import Final, Literal

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from models import budget
from models.alert_tables import KELURAHAN, alert, covering, subscription
from models.base import DAY, day_of, insert
from models.tables import counter, outbox, person

CHUNK: Final = 500
DOUBTED: Final = 0  # the day of their last word, where it is not known whether they have left since
ENDLESS: Final = 253_402_300_799  # the last second of the year 9999
REACH: Final = "reach|"  # how the names of these counts begin
FEWEST: Final = 5  # that the staff are told of
SMALLEST: Final = 20  # below it a size would say who subscribes
STEPS: Final = (20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000)
Topic = Literal["alerts", "lessons"]


@dataclass(frozen=True, slots=True)
class Subscription:
    """One row; `address` is sealed, `rw` is empty for the whole kelurahan, times are seconds since 1970."""

    person: bytes
    channel: str
    language: str
    address: bytes
    kelurahan: str
    rw: str = ""
    alerts: bool = True
    lessons: bool = False
    lesson: int = 0  # how many of the weekly series have gone out
    paused_until: int | None = None
    heard: int = 0  # the day of their last word
    asked: int | None = None  # the day on which they were asked whether to go on
    offered: int | None = None  # the week whose lesson was offered in a talk
    answerable: bytes | None = None  # the address with until when it takes anything, sealed; where a vendor sets a time


COLUMNS: Final = tuple(subscription.c[field.name] for field in fields(Subscription))
CHOICE: Final = ("channel", "language", "address", "answerable", "kelurahan", "rw", "alerts", "lessons")


def subscribe(connection: Connection, chosen: Subscription) -> None:
    """Keep a choice in place of the one before; whoever was in the weekly series goes on where they were.

    What waits for the choice before, and not for this one, goes.
    """
    unsend(connection, [chosen.person], fits(chosen))
    row = {field.name: getattr(chosen, field.name) for field in fields(Subscription)}
    row["heard"] = day_of(chosen.heard)
    kept = ", ".join(f"{name} = excluded.{name}" for name in (*CHOICE, "paused_until", "heard", "asked"))
    insert(connection, subscription, [row], f"ON CONFLICT (person) DO UPDATE SET {kept}")


def leave(connection: Connection, persons: Collection[bytes]) -> int:
    """End subscriptions, and with them whatever of any alert still waits for these people. Subscriptions gone."""
    unsend(connection, persons)
    budget.forget(connection, persons)
    return connection.execute(sa.delete(subscription).where(subscription.c.person.in_(persons))).rowcount


def pause(connection: Connection, person: bytes, until: int | None) -> bool:
    """Send nothing until then, nor what waits already; None goes on at once. Whether there is such a subscription."""
    if until is not None:
        unsend(connection, [person], alert.c.about.is_not(None))
    own = sa.update(subscription).where(subscription.c.person == person)
    return connection.execute(own.values(paused_until=until)).rowcount == 1


def teach(connection: Connection, person: bytes, week: int) -> bool:
    """The next lesson of the series was offered in a talk, for this week; once. Whether it was the first time."""
    fresh = sa.or_(subscription.c.offered.is_(None), subscription.c.offered < week)
    own = sa.update(subscription).where(subscription.c.person == person, fresh)
    return connection.execute(own.values(offered=week, lesson=subscription.c.lesson + 1)).rowcount == 1


def unsend(connection: Connection, persons: Collection[bytes], *kept: sa.ColumnElement[bool]) -> None:
    """Whatever of any alert still waits for these people goes, but for those `kept`. What a sender holds it looks up
    once more."""
    waits = (outbox.c.person.in_(persons), outbox.c.alert.is_not(None), outbox.c.state == "waiting")
    others = (outbox.c.alert.not_in(sa.select(alert.c.id).where(*kept)),) if kept else ()
    connection.execute(sa.delete(outbox).where(*waits, outbox.c.holder.is_(None), *others))


def fits(chosen: Subscription) -> sa.ColumnElement[bool]:
    """Whether an alert is for whoever has chosen this; what they were sent is corrected wherever they live now."""
    wanted = [topic for topic, wants in (("alerts", chosen.alerts), ("lessons", chosen.lessons)) if wants]
    there = (alert.c.kelurahan.in_(covering(chosen.kelurahan)), alert.c.rw.in_(("", chosen.rw)))
    lesson = sa.and_(alert.c.kind == "lesson", sa.literal(chosen.lessons))
    other = sa.and_(alert.c.kind != "lesson", *there, alert.c.topic.in_(wanted))
    return sa.or_(alert.c.about.is_not(None), lesson, other)


def of_persons(connection: Connection, persons: Collection[bytes]) -> dict[bytes, Subscription]:
    """What these people have chosen."""
    found = connection.execute(sa.select(*COLUMNS).where(subscription.c.person.in_(persons)))
    return {bytes(row.person): Subscription(*row) for row in found}


def heard(connection: Connection) -> int:
    """Note the day and language of who has written since, and take back that they were asked; a chunk. Rows.

    A person's row says when they wrote last for thirty days: read from there, a turn costs nothing more.
    """
    row = subscription.c
    since = sa.and_(row.asked.is_(None), row.heard > DOUBTED, person.c.day > row.heard)
    wrote = sa.or_(since, person.c.day >= row.asked)
    query = sa.select(person.c.key, person.c.day, person.c.language).join(subscription, person.c.key == row.person)
    found = connection.execute(query.where(wrote).limit(CHUNK)).all()
    for key, day, language in found:
        rests = sa.case((row.asked.is_(None), row.paused_until), else_=None)
        new = {"heard": day, "asked": None, "language": language, "paused_until": rests}
        connection.execute(sa.update(subscription).where(row.person == key).values(new))
    return len(found)


def answer_at(connection: Connection, reached: Mapping[bytes, bytes]) -> None:
    """Where these subscribers, who have just written, are answered for the next hours; sealed."""
    for key, sealed in sorted(reached.items()):
        own = sa.update(subscription).where(subscription.c.person == key)
        connection.execute(own.values(answerable=sealed))


def forget_answerable(connection: Connection, now: int) -> int:
    """The hour of a last word goes when it opens nothing any more, a day later; call `heard` first. Rows."""
    row = subscription.c
    over = (row.answerable.is_not(None), row.heard < day_of(now) - DAY)
    return connection.execute(sa.update(subscription).where(*over).values(answerable=None)).rowcount


def doubt(connection: Connection, now: int) -> None:
    """After a restore some may have left since the backup: all are asked whether to go on, and rest until they answer,
    for they may be asked late or never. What they wrote before it, also today, is no answer."""
    connection.execute(sa.update(subscription).values(heard=DOUBTED, asked=None, paused_until=ENDLESS))
    today = (person.c.day >= day_of(now), person.c.key.in_(sa.select(subscription.c.person)))
    connection.execute(sa.update(person).where(*today).values(day=day_of(now) - DAY))


def silent(connection: Connection, before: int, ways: Collection[tuple[str, str]]) -> list[Subscription]:
    """Those not heard since then and not asked yet whether to go on, of the channels and languages in which that can
    be asked; a chunk."""
    row = subscription.c
    there = (row.heard < before, row.asked.is_(None), sa.tuple_(row.channel, row.language).in_(ways))
    query = sa.select(*COLUMNS).where(*there).order_by(row.person).limit(CHUNK)
    return [Subscription(*found) for found in connection.execute(query)]


def ask(connection: Connection, persons: Collection[bytes], now: int) -> None:
    """They are asked today whether to go on."""
    own = sa.update(subscription).where(subscription.c.person.in_(persons))
    connection.execute(own.values(asked=day_of(now)))


def ask_again(connection: Connection, rows: Collection[int]) -> None:
    """Whoever's question is among these rows, and was never sent, has not been asked."""
    unsent = sa.select(outbox.c.person).where(outbox.c.id.in_(rows), outbox.c.state == "waiting")
    own = sa.update(subscription).where(subscription.c.asked.is_not(None), subscription.c.person.in_(unsent))
    connection.execute(own.values(asked=None))


def purge(connection: Connection, asked_before: int) -> int:
    """Remove those who were asked before then and have not answered; a chunk. Rows.

    A question that still waits for a vendor was not asked.
    """
    waits = (outbox.c.person == subscription.c.person, outbox.c.state == "waiting", outbox.c.alert.is_(None))
    asked = (subscription.c.asked < asked_before, ~sa.exists().where(*waits))
    old = sa.select(subscription.c.person).where(*asked).limit(CHUNK)
    persons = [bytes(one) for one in connection.execute(old).scalars()]
    return leave(connection, persons) if persons else 0


def awake(now: int) -> sa.ColumnElement[bool]:
    """Who does not rest."""
    return sa.or_(subscription.c.paused_until.is_(None), subscription.c.paused_until <= now)


def audience(
    kelurahan: str, rw: str, now: int, topic: Topic = "alerts", channel: str | None = None
) -> tuple[sa.ColumnElement[bool], ...]:
    """Who is meant by an area: all of a kelurahan, kecamatan or kota, or those who chose this RW; not who pauses."""
    row = subscription.c
    there = (
        row.kelurahan == kelurahan if kelurahan.count(".") >= KELURAHAN else row.kelurahan.startswith(f"{kelurahan}.")
    )
    where = (there, row[topic], awake(now))
    return (*where, *((row.rw == rw,) if rw else ()), *((row.channel == channel,) if channel else ()))


def count(
    connection: Connection, kelurahan: str, rw: str, now: int, topic: Topic = "alerts", channel: str | None = None
) -> int:
    """How many people an area has. For a leader only in steps, and only as of the day's beginning."""
    chosen = audience(kelurahan, rw, now, topic, channel)
    return connection.execute(sa.select(sa.func.count()).select_from(subscription).where(*chosen)).scalar_one()


def shown(connection: Connection, kelurahan: Collection[str]) -> dict[str, int]:
    """How many subscribe in each of these, as the staff see it: nothing of a kelurahan with fewer than five."""
    row, people = subscription.c, sa.func.count()
    some = sa.select(row.kelurahan, people).where(row.kelurahan.in_(kelurahan)).group_by(row.kelurahan)
    return {code: number for code, number in connection.execute(some.having(people >= FEWEST))}


def size_step(people: int) -> int:
    """The largest step that so many people reach; 0 where they are too few to be spoken of."""
    return max(takewhile(lambda step: step <= people, STEPS), default=0)


def reach(connection: Connection, kelurahan: str, rw: str, now: int) -> int:
    """The step that an area's subscribers reach, as of the day's first look at it: nobody can watch one come or go."""
    name, day = f"{REACH}{kelurahan}|{rw}", day_of(now)
    query = sa.select(counter.c.count).where(counter.c.name == name, counter.c.day == day)
    step = connection.execute(query).scalar()
    if step is None:
        step = size_step(count(connection, kelurahan, rw, now))
        insert(connection, counter, [{"name": name, "day": day, "count": step}], "ON CONFLICT DO NOTHING")
        step = connection.execute(query).scalar_one()
    return int(step)


def purge_reach(connection: Connection, now: int) -> int:
    """The steps of other days go; a chunk. Rows."""
    old = (counter.c.name.startswith(REACH), counter.c.day < day_of(now))
    names = list(connection.execute(sa.select(counter.c.name).where(*old).limit(CHUNK)).scalars())
    return connection.execute(sa.delete(counter).where(*old, counter.c.name.in_(names))).rowcount if names else 0
