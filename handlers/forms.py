"""What each kind of report is made of: its questions, its route, its place, and what is sealed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from content.routing import Facts, Sign, When
from content.shelf import Shelf
from content.vocabulary import Urgency
from handlers import affected, family, statement
from handlers.affected import Affected
from handlers.family import Family
from handlers.lead_forward import ADVERT, Advert
from handlers.statement import UNKNOWN, Statement
from handlers.talk import JSON


@dataclass(frozen=True, slots=True)
class Filing:
    """A draft as it is filed. `kota` is a code, "outside", or "unknown"."""

    questions: str
    facts: Facts
    kelurahan: str | None
    kota: str
    story: Mapping[str, JSON]


def witness(data: Mapping[str, JSON], shelf: Shelf) -> Filing:
    """What somebody has seen."""
    draft = Statement.load(data)
    known = statement.facts(draft, shelf)
    return Filing(statement.QUESTIONS, known, draft.kelurahan or None, known.area, statement.story(draft))


def own(data: Mapping[str, JSON], shelf: Shelf) -> Filing:
    """What somebody lives through."""
    draft = Affected.load(data)
    kota, known = draft.kota or UNKNOWN, affected.facts(draft, shelf)
    return Filing(affected.QUESTIONS, known, draft.kelurahan or None, kota, affected.story(draft))


def relative(data: Mapping[str, JSON], shelf: Shelf) -> Filing:
    """What happens to somebody's family or friend."""
    draft = Family.load(data)
    kota, known = draft.kota or UNKNOWN, family.facts(draft, shelf)
    return Filing(family.QUESTIONS, known, draft.kelurahan or None, kota, family.story(draft))


def advert(data: Mapping[str, JSON], shelf: Shelf) -> Filing:
    """An advert that a leader sends on: no witness, no victim, and nothing of the leader but the kota."""
    draft = Advert.load(data)
    urgency = Urgency.HIGH if draft.soon else Urgency.NORMAL
    found = statement.facts(Statement(kota=draft.kota, signs=(Sign.OTHER,)), shelf)
    known = replace(found, urgency=urgency, soon=draft.soon)
    told = Statement(when=When.UNKNOWN, signs=(Sign.OTHER,), words=draft.words, kota=draft.kota)
    return Filing(statement.QUESTIONS, known, None, known.area, statement.story(told))


FORMS: Mapping[str, Callable[[Mapping[str, JSON], Shelf], Filing]] = {
    statement.flow.name: witness,
    affected.flow.name: own,
    family.flow.name: relative,
    ADVERT: advert,
}
