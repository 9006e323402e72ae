"""What the talks of an affected person and of a family can say: steps, built keys, and drafts to look at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from content.vocabulary import Family, Hours, Official
from handlers.affected import HAPPENING
from handlers.family import HAPPENED, REGIONS
from handlers.talk import JSON
from tests.service import shelf

VOICES = ("affected", "child")
SKIP = ("skip", "send")
CODE = "melati kuda hujan ember senja pasir"

# Names are storage. Not every option stands in every talk: a child is offered fewer, a filed report no more sending.
AFFECTED: Mapping[str, tuple[str, ...]] = {
    "safe": ("yes", "no"),
    "pass_on": ("yes", "not_yet"),
    "filing": (),
    "adding": (),
    "under18": ("yes", "no", *SKIP),
    "choose": ("send", "go_on", "numbers", "not_home"),
    "where": ("outside", "abroad", *SKIP),
    "which": ("31.75.05", "31.75.08.1004", "31.74", "outside", "none", *SKIP),
    "pin": ("yes", "no", *SKIP),
    "happening": (*HAPPENING, *SKIP),
    "officials": ("rt", "police", "office", *SKIP),
    "tell": SKIP,
    "who": ("woman", "man", *SKIP),
    "last": ("send", "erase"),
    "police": ("no_police", "skip"),
    "code": ("yes", "no"),
    "remember": ("done",),
    "end": (),
    "nobody": (),
    "leave": ("done",),
    "alone": ("done",),
    "silent": (),
}
FAMILY: Mapping[str, tuple[str, ...]] = {
    "where": tuple(REGIONS),
    "area": ("skip",),
    "which": ("31.75.05", "none"),
    "who": ("child", "woman", "man", "skip"),
    "happened": (*HAPPENED, "skip"),
    "tell": ("skip",),
    "contact": ("skip",),
    "review": ("send", "add", "contact", "officials", "cancel"),
    "named": ("remove", "keep"),
    "add": (),
    "officials": ("rt", "police", "office", "none"),
    "sealing": (),
    "saved": ("done",),
    "done": (),
    "dropped": (),
}
STEPS: Mapping[str, Mapping[str, tuple[str, ...]]] = {"affected": AFFECTED, "family": FAMILY}

BUILT: Mapping[str, tuple[str, ...]] = {
    "{}.{}.{}": (),
    "{}.{}.ask": (),
    "{}.{}": (),
    "{}.numbers": (),
    "{}.pass_on.ask": tuple(f"{voice}.pass_on.ask" for voice in VOICES),
    "affected.pass_on.{}": (),
    "{}.filed.{}": tuple(f"{voice}.filed.{hours}" for voice in VOICES for hours in Hours),
    "{}.not_filed": tuple(f"{voice}.not_filed" for voice in VOICES),
    "{}.not_added": tuple(f"{voice}.not_added" for voice in VOICES),
    **dict.fromkeys(("{}.police.ask", "{}.police.no_police", "{}.skip"), ()),
    "{}.police.noted": tuple(f"{voice}.police.noted" for voice in VOICES),
    "{}.code.told": tuple(f"{voice}.code.told" for voice in VOICES),
    "{}.remember.ask": (),
    "{}.end.{}": (),
    "{}.end.phone": (),
    "{}.nobody.ask": (),
    "affected.where.{}_numbers": ("affected.where.outside_numbers", "affected.where.abroad_numbers"),
    "affected.number": ("affected.number",),
    "family.numbers.{}": tuple(f"family.numbers.{region}" for region in REGIONS),
    "family.where.{}": (),
    "family.who.{}": (),
    "family.happened.{}": (),
    "family.review.{}": (),
    "family.summary.{}": ("family.summary.contact", "family.summary.no_contact"),
}
ADULT_ONLY = frozenset({"safe", "pass_on", "under18", "officials", "who", "silent"})
FULL: Mapping[str, JSON] = {
    "words": ["a" * 10_000],
    "place_words": ["b" * 10_000],
    "happening": list(HAPPENING),
    "happened": list(HAPPENED),
    "officials": list(Official),
}


def drafts(flow: str, step: str) -> Iterator[Mapping[str, JSON]]:
    """The drafts worth looking at."""
    if flow == "family":
        yield from family_drafts(step)
        return
    for child in ("no",) if step in ADULT_ONLY else ("yes",) if step == "choose" else ("no", "yes"):
        for report in ("", "r"):
            for more in affected_drafts(step):
                yield {**FULL, **more, "child": child, "report": report}


def affected_drafts(step: str) -> Iterator[Mapping[str, JSON]]:
    """By who it is, where, and what is offered."""
    if step == "which":
        yield from ({"found": found} for found in (["31.75.05", "31.75.08.1004", "31.74", "outside"], ["31.75.05"]))
    elif step in {"end", "nobody", "leave", "alone"}:
        yield from ({"who": who, **place} for who in ("woman", "man", "") for place in PLACES)
    elif step == "code":
        yield {"code": CODE}
    else:
        yield {}


PLACES: tuple[Mapping[str, JSON], ...] = (
    {"kota": "31.75", "abroad": "no"},
    {"kota": "outside", "abroad": "no"},
    {"kota": "outside", "abroad": "yes"},
    {},
)


def family_drafts(step: str) -> Iterator[Mapping[str, JSON]]:
    """The same for a family."""
    if step == "which":
        yield {"found": ["31.75.05"]}
    elif step == "review":
        for region in REGIONS:
            yield {**FULL, "region": region, "who": "child", "contact": "0812"}
        yield {**FULL, "region": "jakarta", "kelurahan": "31.75.08.1004", "kota": "31.75", "officials": []}
    elif step == "done":
        leads = (one for one in shelf().directory.queues.values() if one.family in {Family.PPAPP, Family.UPT})
        yield from ({"lead": one.id} for one in leads)
    else:
        yield {}
