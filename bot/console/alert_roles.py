"""Which alerts somebody of the staff may write and look after: those of the kota that their queues decide for."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.engine import Connection

from bot.alert_desks import held, kotas_of
from bot.console.visit import Visit
from content.gazetteer import Area, Gazetteer, Kelurahan
from content.queues import Queue
from content.vocabulary import Family
from models import roster


@dataclass(frozen=True, slots=True)
class Choices:
    """A kota with its kecamatan, each with its kelurahan."""

    kota: Area
    kecamatan: tuple[tuple[Area, tuple[Kelurahan, ...]], ...]


def may_warn(visit: Visit) -> bool:
    """Whether this person may warn of danger now: a coordinator of a Sudin."""
    return bool(coordinated(visit))


def coordinated(visit: Visit) -> list[Queue]:
    """The Sudin that this person coordinates."""
    queues = visit.service.house.shelf.directory.queues
    mine = (queues[id] for id in visit.member.coordinates if id in queues)
    return [queue for queue in mine if queue.family is Family.PPAPP and queue.kota_code]


def coordinates(visit: Visit, kota: str) -> bool:
    """Whether this person coordinates the Sudin of a kota."""
    return any(queue.kota_code == kota for queue in coordinated(visit))


def areas(visit: Visit) -> list[Kelurahan]:
    """The kelurahan of those Sudin, by name."""
    kotas = {queue.kota_code for queue in coordinated(visit)}
    rows = (row for row in visit.service.house.shelf.gazetteer.kelurahan if row.kota_code in kotas)
    return sorted(rows, key=lambda row: row.name)


def own_kotas(connection: Connection, visit: Visit) -> frozenset[str]:
    """The kota whose alerts this person looks after; whoever decides there may write there, for another to decide."""
    directory, open_queues = visit.service.house.shelf.directory, roster.open_queues(connection)
    return kotas_of(directory, held(visit.member.members), open_queues, visit.now)


def choices(gazetteer: Gazetteer, kotas: frozenset[str]) -> list[Choices]:
    """Where one may write to, in the order of the codes."""
    return [
        Choices(kota, tuple((one, gazetteer.kelurahan_of(one.code)) for one in gazetteer.kecamatan(kota.code)))
        for kota in gazetteer.kota()
        if kota.code in kotas
    ]


def kota_of(code: str) -> str:
    """The kota that an area lies in, or is."""
    return ".".join(code.split(".")[:2])
