"""The closed words in which a report is sorted, routed and shown; models store them as plain strings."""

from enum import StrEnum


class Kind(StrEnum):
    """What seems to be going on; `UNKNOWN` until somebody says, `OTHER` when it is none of these."""

    ONLINE_SCAM_ABROAD = "online_scam_abroad"
    MIGRANT_SHELTER = "migrant_shelter"
    SEXUAL_EXPLOITATION = "sexual_exploitation"
    CHILD_EXPLOITATION = "child_exploitation"
    FORCED_LABOUR = "forced_labour"
    DOMESTIC_WORKER = "domestic_worker"
    BRIDE_ORDER = "bride_order"
    BABY_TRADE = "baby_trade"
    ORGAN_TRADE = "organ_trade"
    DEBT_BONDAGE = "debt_bondage"
    FISHING_VESSEL = "fishing_vessel"
    UNKNOWN = "unknown"
    OTHER = "other"


class Urgency(StrEnum):
    """How soon somebody must acknowledge; the times are in routing.yaml."""

    IMMEDIATE = "immediate"
    HIGH = "high"
    NORMAL = "normal"


class State(StrEnum):
    """Where a report stands, in the words the resident reads."""

    DITERIMA = "diterima"
    DIBACA = "dibaca"
    DITANGANI = "ditangani"
    DITERUSKAN = "diteruskan"
    SELESAI = "selesai"


class Official(StrEnum):
    """A kind of official said to be involved: neighbourhood and kelurahan, police or military, an office."""

    RT = "rt"
    POLICE = "police"
    OFFICE = "office"


class Known(StrEnum):
    """An answer that may be missing."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Role(StrEnum):
    """Why a queue reads: it leads, it is next if the lead is silent, it oversees, or it is awake at night."""

    LEAD = "lead"
    NEXT = "next"
    OVERSIGHT = "oversight"
    AWAKE = "awake"


class Sign(StrEnum):
    """What a witness may tick."""

    LOCKED = "locked"
    AFRAID = "afraid"
    PAPERS_HELD = "papers_held"
    MANY_PEOPLE = "many_people"
    CHILD = "child"
    FORCED = "forced"
    OTHER = "other"
    UNSURE = "unsure"


class When(StrEnum):
    """Whether it still goes on."""

    DANGER_NOW = "danger_now"
    ONGOING = "ongoing"
    PAST = "past"
    UNKNOWN = "unknown"


class Person(StrEnum):
    """Whom the services differ for; a person of whom nothing is known counts as a woman."""

    CHILD = "child"
    ADULT_MAN = "adult_man"
    WOMAN_OR_UNKNOWN = "woman_or_unknown"


class Family(StrEnum):
    """The kinds of desk a queue can be; kelurahan and kecamatan have none and are named to be kept out."""

    PPAPP = "ppapp"
    SOSIAL = "sosial"
    NAKER = "naker"
    DIDIK = "didik"
    SEHAT = "sehat"
    POLICE = "police"
    UPT = "upt"
    OVERSIGHT = "oversight"
    BP3MI = "bp3mi"
    KELURAHAN = "kelurahan"
    KECAMATAN = "kecamatan"


class Hours(StrEnum):
    """When somebody answers: day and night, in office hours, or not known."""

    ALWAYS = "always"
    OFFICE = "office"
    UNKNOWN = "unknown"


class Confidence(StrEnum):
    """How sure a fact is: read in the law, two sources, one source, or our own proposal (`usulan`)."""

    LAW = "P"
    TWO_SOURCES = "A"
    ONE_SOURCE = "B"
    PROPOSED = "D"


def person(child: Known, man: Known) -> Person:
    """Return whom to route for: a child before a man, and a woman where nothing is known."""
    if child is Known.YES:
        return Person.CHILD
    return Person.ADULT_MAN if man is Known.YES else Person.WOMAN_OR_UNKNOWN
