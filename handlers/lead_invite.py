"""The lurah's officer invites RT, RW and schools of their own kelurahan, renews and revokes them; no name is kept."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from content.shelf import Say, Shelf, Value
from handlers.access import day
from handlers.lead import LEADER
from handlers.talk import JSON, Draft, Errand, Flow, Go, Need, Option, Question, Turn

NAME = "lead_invite"
LED = "led"  # the kind of need for who leads what in a kelurahan
INVITE, RENEW, REVOKE = "lead_invite", "lead_renew", "lead_revoke"  # kinds of errands
OFFICER = "kelurahan"  # the office that may invite
SCHOOL = "school"  # whose name is kept, and so may not be a person's
OFFICES = ("rt", "rw", SCHOOL)  # whom it may
UNITS = {"rt": re.compile(r"\D*0*([1-9]\d{0,2})\D+0*([1-9]\d?)\D*"), "rw": re.compile(r"\D*0*([1-9]\d?)\D*")}
LONGEST = 40  # letters of a school's name
SHOWN = 6  # leaders on one page of the list
AGAIN = Say("front.choose")


@dataclass(frozen=True, slots=True)
class Invites(Draft):
    """The officer's kelurahan; who leads what in it; what is being made or changed."""

    code: str = ""
    kelurahan: str = ""
    office: str = ""
    unit: str = ""
    rows: tuple[JSON, ...] = ()  # id, office, unit, term, linked of each
    page: int = 0
    one: str = ""  # the id of the leader that is looked at


flow = Flow(NAME, Invites, start="home")


def show_home(draft: Invites, shelf: Shelf) -> Question:
    """To invite, or to look after those who are invited."""
    asked = Say("lead_invite.home.ask", {"place": draft.kelurahan})
    return Question((asked,), tuple(Option(name, Say(f"lead_invite.home.{name}")) for name in ("new", "list")))


@flow.ask(show=show_home)
def home(draft: Invites, turn: Turn) -> Go[Invites] | Need:
    """Only who is the officer of a kelurahan now goes on, and for that kelurahan."""
    led = turn.found.get(LEADER)
    if led is None or led.office != OFFICER:
        return Go("lead.refused")
    draft = replace(draft, code=led.code, kelurahan=led.kelurahan)
    if turn.choice == "new":
        return Go("office", draft)
    return listed(draft, turn) if turn.choice == "list" else Go("home", draft, (AGAIN,))


def listed(draft: Invites, turn: Turn, *notes: Say) -> Go[Invites] | Need:
    """Everybody who leads something there."""
    need = Need(LED, draft.code)
    if need not in turn.found:
        return need
    rows = tuple(turn.found[need] or ())
    return (
        Go("list", replace(draft, rows=rows, page=0), notes) if rows else Go("home", draft, (Say("lead_invite.none"),))
    )


@flow.ask(*OFFICES)
def office(draft: Invites, turn: Turn) -> Go[Invites]:
    """Which office."""
    said = turn.choice or turn.text.strip().lower()
    return Go("unit", replace(draft, office=said)) if said in OFFICES else Go("office", draft, (AGAIN,))


def show_unit(draft: Invites, shelf: Shelf) -> Question:
    """Which of them, by number; of a school its name."""
    return Question((Say(f"lead_invite.unit.{draft.office or OFFICES[0]}"),))


@flow.ask(show=show_unit)
def unit(draft: Invites, turn: Turn) -> Go[Invites]:
    """Of what is written for an RT or RW only the numbers are kept, so that no name can be."""
    named, words = unit_of(draft.office, turn.text), turn.text.lower().replace(".", " ").split()
    if not named or not turn.shelf.alert_lexicon.titles.isdisjoint(words if draft.office == SCHOOL else ()):
        return Go("unit", draft, (Say("lead_invite.unit.unclear"),))
    return Go("sure", replace(draft, unit=named))


def unit_of(office: str, text: str) -> str:
    """`05/03` for RT 05 of RW 03, `03` for RW 03, a school's name as it is; nothing where that cannot be read."""
    words = " ".join(text.split())
    if office not in UNITS:
        return words if len(words) <= LONGEST else ""
    found = UNITS[office].fullmatch(words)
    return "/".join(one.zfill(2) for one in found.groups()) if found else ""


def show_sure(draft: Invites, shelf: Shelf) -> Question:
    """What is made, before it is."""
    asked = Say("lead_invite.sure.ask", {"name": title(draft.office, draft.unit), "place": draft.kelurahan})
    return Question((asked,), tuple(Option(name, Say(f"lead_invite.sure.{name}")) for name in ("yes", "no")))


@flow.ask(show=show_sure)
def sure(draft: Invites, turn: Turn) -> Go[Invites]:
    """A code that works once."""
    if turn.choice == "yes":
        made = Errand(INVITE, turn.token, {"office": draft.office, "unit": draft.unit})
        return Go("working", draft, errands=(made,))
    return Go("unit", draft) if turn.choice == "no" else Go("sure", draft, (AGAIN,))


def title(office: str, unit: str) -> Say:
    """An office as the list names it."""
    return Say(f"lead_invite.title.{office}", {"unit": unit})


def show_list(draft: Invites, shelf: Shelf) -> Question:
    """A page of them, with the day their time ends and whether the code was used; never whose chat it is."""
    start = draft.page * SHOWN % max(len(draft.rows), 1) // SHOWN * SHOWN
    rows = tuple(Option(row["id"], label(row)) for row in draft.rows[start : start + SHOWN])
    more = (Option("more", Say("report.list.more")),) if len(draft.rows) > SHOWN else ()
    return Question((Say("lead_invite.list.ask", {"place": draft.kelurahan}),), (*rows, *more))


def label(row: JSON) -> Say:
    """One of the list."""
    values: dict[str, Value] = {"name": title(row["office"], row["unit"]), "day": day(row["term"])}
    return Say("lead_invite.list.linked" if row["linked"] else "lead_invite.list.unused", values)


@flow.ask(show=show_list)
def list(draft: Invites, turn: Turn) -> Go[Invites]:
    """The one that is meant."""
    if turn.choice == "more":
        pages = -(-len(draft.rows) // SHOWN)
        return Go("list", replace(draft, page=(draft.page + 1) % pages))
    return Go("one", replace(draft, one=turn.choice)) if turn.choice else Go("list", draft, (AGAIN,))


def looked_at(draft: Invites) -> JSON:
    """The row that is looked at; LookupError where it is none of the list."""
    found = [row for row in draft.rows if row["id"] == draft.one]
    return found[0]


def show_one(draft: Invites, shelf: Shelf) -> Question:
    """What can be done with it."""
    asked = Say("lead_invite.one.ask", {"row": label(looked_at(draft))})
    return Question((asked,), tuple(Option(name, Say(f"lead_invite.one.{name}")) for name in ACTS))


@flow.ask(show=show_one)
def one(draft: Invites, turn: Turn) -> Go[Invites]:
    """Renewed, or revoked at once."""
    if turn.choice not in ACTS:
        return Go("one", draft, (AGAIN,))
    return Go("working", draft, errands=(Errand(ACTS[turn.choice], turn.token, {"leader": draft.one}),))


@flow.wait
def working(draft: Invites, turn: Turn) -> Go[Invites] | Need:
    """The code, shown once, or what was done; then the officer's menu."""
    data: Mapping[str, JSON] = turn.event.data if turn.event else {}
    if not data.get("ok"):
        return Go("home", draft, (Say(f"lead_invite.failed.{data.get('why', 'other')}"),))
    if "code" not in data:
        return Go("home", draft, (Say(f"lead_invite.did.{data['did']}", {"day": day(data["until"])}),))
    said: dict[str, Value] = {"name": title(draft.office, draft.unit), "code": data["code"], "day": day(data["until"])}
    return Go("home", draft, (Say("lead_invite.made", said),), copy=f"ketua {data['code']}")


ACTS = {"renew": RENEW, "revoke": REVOKE}
