"""Messages that Meta approves before they may go out unasked: made at Twilio, submitted, and what became of each."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from twilio.rest import Client
from twilio.rest.content.v1.content import ContentList
from twilio.rest.content.v1.content.approval_create import (
    ApprovalCreateList,
)

from bot.channels.whatsapp_address import NAME as CHANNEL
from bot.channels.whatsapp_line import Piece
from bot.channels.whatsapp_templates import known
from bot.house import Pushes
from content.templates import Template
from handlers.render import Line

OURS: Final = re.compile(r"suar_[a-z_]+_[a-z]{2}_[0-9a-f]{12}")
APPROVED: Final = "approved"
UNSUBMITTED: Final = frozenset({"", "unsubmitted"})
WAITING: Final = frozenset({"received", "pending"})
Templates = Mapping[str, Template]


@dataclass(frozen=True, slots=True)
class Standing:
    """One message in one language as Meta has it; without `sid` it is not there, `reason` is Meta's own word."""

    template: str
    language: str
    sid: str = ""
    status: str = ""
    reason: str = ""

    @property
    def approved(self) -> bool:
        """Whether it may go out."""
        return self.status == APPROVED

    def __str__(self) -> str:
        name = f"{self.template} ({self.language})"
        if self.approved:
            return f"{name} is approved"
        if not self.sid or self.status in UNSUBMITTED:
            return f"{name} is not submitted"
        if self.status in WAITING:
            return f"{name} waits for Meta"
        return f"{name} is {self.status} by Meta{f': {self.reason}' if self.reason else ''}"


def types_of(template: Template, language: str) -> dict[str, Any]:
    """What it shows: text alone, which every telephone can and Meta approves most easily; numbers are its buttons."""
    return {"twilio/text": {"body": template.body.to(language)}}


def name_of(template: Template, language: str) -> str:
    """Its name at Twilio and at Meta; the digits change with every letter of it, as an approved text may not change."""
    shown = [template.category, language, types_of(template, language), template.samples(language)]
    digest = hashlib.sha256(json.dumps(shown, sort_keys=True).encode()).hexdigest()[:12]
    return f"suar_{template.id}_{language}_{digest}"


def wanted(templates: Templates) -> Iterator[tuple[str, Template, str]]:
    """Every message in every language it is written in, by its name."""
    for one in templates.values():
        yield from ((name_of(one, language), one, language) for language in one.languages)


def standings(client: Client, templates: Templates) -> list[Standing]:
    """What has become of each."""
    found = known(client, OURS)
    return [standing(client, one.id, language, found.get(name, "")) for name, one, language in wanted(templates)]


def standing(client: Client, template: str, language: str, sid: str) -> Standing:
    """What Meta says of one."""
    if not sid:
        return Standing(template, language)
    said = client.content.v1.contents(sid).approval_fetch().fetch().whatsapp or {}
    return Standing(template, language, sid, str(said.get("status", "")), str(said.get("rejection_reason") or ""))


def sync(client: Client, templates: Templates) -> list[Standing]:
    """Make what is missing and submit what was not; what has become of each.

    Nothing is deleted: Meta frees the name of a deleted one after a month, and a text that comes back waits for that.
    """
    found = known(client, OURS)
    for name, one, language in wanted(templates):
        if name not in found:
            found[name] = create(client, name, one, language)
        if standing(client, one.id, language, found[name]).status in UNSUBMITTED:
            submit(client, found[name], name, one)
    return standings(client, templates)


def create(client: Client, name: str, template: Template, language: str) -> str:
    """One at Twilio; its id. Types with their names as keys: the library's own classes would send none."""
    shown = {"types": types_of(template, language), "variables": template.samples(language)}
    values = {"friendly_name": name, "language": language, **shown}
    return str(client.content.v1.contents.create(ContentList.ContentCreateRequest(values)).sid)


def submit(client: Client, sid: str, name: str, template: Template) -> None:
    """Ask Meta for its approval."""
    asked = ApprovalCreateList.ContentApprovalRequest({"name": name, "category": str(template.category)})
    client.content.v1.contents(sid).approval_create.create(asked)


def take_over(pushes: Pushes, found: Iterable[Standing]) -> None:
    """From now on these go out."""
    pushes.approved = {(CHANNEL, one.template, one.language): one.sid for one in found if one.approved}
    pushes.asked = True


def approved(line: Line, pushes: Pushes, templates: Templates) -> Piece | None:
    """The approved message that says what a line says; None where none stands, or a variable is not what it may be."""
    sid = pushes.approved.get((CHANNEL, line.template, line.language))
    template = templates.get(line.template)
    filled = template.filled(line.variables) if template else None
    return Piece(template=sid, variables=filled) if sid and filled is not None else None
