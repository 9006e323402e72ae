"""The strict Twilio's templates: made, filled, and submitted to a Meta that judges as a test tells it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

TITLE, ITEM, ID = 20, 24, 200
QUICK, LIST, TEXT = "twilio/quick-reply", "twilio/list-picker", "twilio/text"
CATEGORIES = {"UTILITY", "MARKETING", "AUTHENTICATION"}
HOLE = re.compile(r"\{\{(\w+)\}\}")


class Refusal(Exception):
    """An answer of 4xx or 5xx."""

    def __init__(self, status: int, code: int, words: str = "refused") -> None:
        super().__init__(words)
        self.status, self.code = status, code


Answer = tuple[int, dict[str, Any] | None]


class Contents:
    """All templates of the account, and what Meta says of those that were submitted."""

    def __init__(self, account: str, new: Callable[[str], str], wrong: Callable[[int, int, str], Refusal]) -> None:
        self.account, self.new, self.wrong = account, new, wrong
        self.rows: dict[str, dict[str, Any]] = {}
        self.approvals: dict[str, dict[str, str]] = {}
        self.verdict = "pending"  # what Meta says at once

    def judge(self, status: str, reason: str = "", only: str = "") -> None:
        """Meta has looked at what was submitted, be it only names that begin so."""
        for row in self.approvals.values():
            if row["name"].startswith(only):
                row.update(status=status, rejection_reason=reason)

    def act(self, method: str, path: str, values: dict[str, Any]) -> Answer:
        """Any call to /v1/Content."""
        _, _, _, *rest = path.split("/")
        if not rest:
            return self.listed() if method == "GET" else self.made(values)
        if rest[0] not in self.rows:
            raise Refusal(404, 20404)
        if method == "DELETE":
            del self.rows[rest[0]]
            self.approvals.pop(rest[0], None)
            return 204, None
        return self.submitted(rest[0], values) if method == "POST" else self.approval(rest[0])

    def listed(self) -> Answer:
        meta = {"key": "contents", "next_page_url": None, "page": 0, "page_size": 1_000}
        return 200, {"contents": list(self.rows.values()), "meta": meta}

    def made(self, values: dict[str, Any]) -> Answer:
        self.check(values)
        sid = self.new("HX")
        self.rows[sid] = {"sid": sid, "account_sid": self.account, **values}
        return 201, self.rows[sid]

    def check(self, values: Mapping[str, Any]) -> None:
        """What the specification does not say: samples for all placeholders, and how many items there may be."""
        named = set(re.findall(r"\{\{([^}]*)\}\}", json.dumps(values["types"])))
        if named != set(values.get("variables", {})) or any(not re.fullmatch(r"\w{1,16}", one) for one in named):
            raise self.wrong(400, 20001, "placeholders without a sample")
        for body in values["types"].values():
            rows = body.get("actions", body.get("items"))
            if rows is not None and len(rows) not in range(1, 11):
                raise self.wrong(400, 20001, "too many choices")

    def submitted(self, sid: str, values: dict[str, Any]) -> Answer:
        """Asked for approval: Meta's rules for names and texts."""
        (kind, body), name = next(iter(self.rows[sid]["types"].items())), str(values["name"])
        if sid in self.approvals or name in {one["name"] for one in self.approvals.values()}:
            raise self.wrong(400, 20001, "submitted already")
        if values["category"] not in CATEGORIES or not re.fullmatch(r"[a-z0-9_]{1,512}", name):
            raise self.wrong(400, 20001, "no category or no name of WhatsApp")
        text = body["body"]
        edges = HOLE.match(text) or re.search(r"\{\{\w+\}\}$", text)
        if kind == LIST or edges or "\n" in text or re.search(r"\}\}\W*\{\{", text):
            raise self.wrong(400, 20001, "a text that WhatsApp never approves")
        common = {"name": name, "category": values["category"], "content_type": kind}
        self.approvals[sid] = {**common, "status": self.verdict, "rejection_reason": ""}
        return 201, {**self.approvals[sid], "allow_category_change": True}

    def approval(self, sid: str) -> Answer:
        said = self.approvals.get(sid, {"status": "unsubmitted"})
        return 200, {"sid": sid, "account_sid": self.account, "whatsapp": {"type": "whatsapp", **said}, "url": ""}

    def fill(self, sid: str, given: Mapping[str, Any]) -> tuple[str, dict[str, str], bool]:
        """Text, choices by label, and whether Meta has approved it."""
        found = self.rows.get(sid)
        if found is None:
            raise Refusal(400, 21655)
        if not all(isinstance(one, str) and one for one in given.values()):
            raise self.wrong(400, 21656, "an empty variable")
        if set(given) != set(found.get("variables", {})):
            raise self.wrong(400, 21656, "variables that are not the template's: a sample would be sent")
        if any("\n" in one or "\t" in one or " " * 5 in one for one in given.values()):
            raise self.wrong(400, 63013, "a variable with a line break")
        ((kind, body),) = found["types"].items()
        approved = self.approvals.get(sid, {}).get("status") == "approved"
        return filled(body["body"], given), self.choices(kind, body, given), approved

    def choices(self, kind: str, body: Mapping[str, Any], given: Mapping[str, str]) -> dict[str, str]:
        """Label -> token, as WhatsApp shows them."""
        if kind == TEXT:
            return {}
        rows = body["actions"] if kind == QUICK else body["items"]
        pairs = [(filled(row.get("title") or row["item"], given), filled(row["id"], given)) for row in rows]
        most, room = (3, TITLE) if kind == QUICK else (10, ITEM)
        fits = all(0 < len(label) <= room and 0 < len(token) <= ID for label, token in pairs)
        if len(pairs) > most or len(dict(pairs)) < len(pairs) or not fits:
            raise self.wrong(400, 63013, "choices that WhatsApp does not show")
        return dict(pairs)


def filled(text: str, values: Mapping[str, str]) -> str:
    """A template with its variables."""
    return HOLE.sub(lambda found: values[found[1]], text)
