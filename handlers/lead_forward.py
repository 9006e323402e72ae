"""An advert that a leader sends on to caseworkers: no word of its leader, and how soon somebody leaves."""

from __future__ import annotations

from dataclasses import dataclass, replace

from content.shelf import Say
from handlers.lead import Lead, flow
from handlers.statement import filing
from handlers.talk import Draft, Go, Turn
from handlers.typed import bare

ADVERT = "advert"  # the form in which one is sent on
UNSURE = "report.when.unknown"  # as people say that they do not know


@dataclass(frozen=True, slots=True)
class Advert(Draft):
    """An advert that a leader sends on: for whom it is meant to be read, and how soon. No word of the leader."""

    words: tuple[str, ...] = ()
    kota: str = ""
    soon: bool = False


@flow.ask("yes", "unknown")
def soon(draft: Lead, turn: Turn) -> Go[Lead]:
    """Whoever leaves within two days cannot wait for office hours."""
    said = turn.choice or ("unknown" if bare(turn.text) in turn.shelf.answers[UNSURE] else "")
    if not said:
        return Go("soon", draft, (Say("front.choose"),))
    told = turn.shelf.text(Say(f"lead.forwarded_story.{said}"))
    kota = turn.shelf.gazetteer.by_code(draft.code)
    sent = Advert((told, draft.advert), kota.kota_code if kota else "", said == "yes")
    return Go("forwarding", replace(draft, soon=sent.soon), errands=(filing(ADVERT, sent, turn),))


@flow.wait
def forwarding(draft: Lead, turn: Turn) -> Go[Lead]:
    """It is filed; its code is told to nobody, for a leader follows no case."""
    data = turn.event.data if turn.event else {}
    if data.get("ok"):
        return Go("ready", replace(draft, advert="", sent_on=True), (Say("lead.forwarded"),))
    return Go("ready", draft, (Say("report.nobody" if data.get("closed") else "report.not_sealed"),))
