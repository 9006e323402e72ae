"""Filing: a report's own key, wrapped for its readers and its code, and its words sealed to it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.engine import Connection

from bot.codes import CODE_KDF_VERSION, code_from_seed, code_salt, derive, report_id_from_seed
from bot.desk import Desk
from bot.house import House
from bot.sealing import info_report, info_wrap, new_keypair, pad, seal, wrap_for_code
from content.routing import Route, route
from handlers.forms import FORMS, Filing
from handlers.talk import JSON, Errand
from models import case, roster
from models.case import Item, Wrap


def file(house: House, desk: Desk, errand: Errand) -> Mapping[str, JSON]:
    """Seal a report for its readers and its code and store it, once: id and code follow from the seed."""
    filing = FORMS[errand.args.get("form", "report")](errand.args["draft"], house.shelf)
    seed = bytes.fromhex(errand.args["seed"])
    code = code_from_seed(seed, house.shelf.code_words)
    with house.engine.connect().execution_options(reading=True) as connection:
        before = filed(connection, house, seed)
        open_now, queues = roster.open_queues(connection), roster.queues(connection)
    if before:  # a crash came between the filing and the telling
        return before
    now = house.now()
    way = route(house.shelf.directory, filing.facts, open_now, datetime.fromtimestamp(now, UTC))
    if way is None:
        return {"ok": False, "closed": True}
    row, wraps, story = sealed_report(house, filing, seed, code, way, queues, now)

    def work(connection: Connection) -> Mapping[str, JSON]:
        case.file(connection, row, wraps, story)
        return filed(connection, house, seed) or {"ok": False}

    return desk.do(work).result()


def filed(connection: Connection, house: House, seed: bytes) -> Mapping[str, JSON] | None:
    """What is told of the report that follows from a seed: its code, who got it, and where more is added to it.

    None if it was not stored.
    """
    row = case.by_id(connection, report_id_from_seed(seed))
    if row is None:
        return None
    code = " ".join(code_from_seed(seed, house.shelf.code_words))
    return {"ok": True, "code": code, "queue": row.lead, "report": row.id, "public": bytes(row.public).hex()}


def sealed_report(
    house: House,
    filing: Filing,
    seed: bytes,
    code: Sequence[str],
    way: Route,
    queues: Mapping[str, Any],
    now: int,
) -> tuple[dict[str, Any], list[Wrap], Item]:
    """The rows of a report: its own key pair, wrapped once for each reader and once for the code."""
    id, key, code_key = report_id_from_seed(seed), new_keypair(), derive(code, code_salt(house.keys.pepper))
    row = {
        "id": id,
        "locator": code_key.locator,
        "kdf": CODE_KDF_VERSION,
        "public": key.public,
        "code_wrap": wrap_for_code(code_key.key, key.private, id),
        "questions": filing.questions,
        "kelurahan": filing.kelurahan,
        "kota": filing.kota,
        "kind": filing.facts.kind.value,
        "urgency": filing.facts.urgency.value,
        "child": filing.facts.child.value,
        "officials": ",".join(sorted(filing.facts.officials)),
        "lead": way.lead,
        "filed_at": now,
        "due_at": now + int(way.due.total_seconds()),
    }
    wraps = [wrapped(reader.queue, reader.role, queues[reader.queue], key.private, id) for reader in way.readers]
    story = json.dumps(dict(filing.story), ensure_ascii=False)
    return row, wraps, sealed_item(id, key.public, f"{id}.story", "story", story)


def wrapped(queue: str, role: str, row: Any, private: bytes, report_id: str) -> Wrap:
    """A report's key for one queue; the next queue and oversight see it only when it comes to them."""
    sealed = seal(row.public, private, info_wrap(queue, row.epoch, report_id))
    return Wrap(queue, str(role), role in {"lead", "awake"}, row.epoch, sealed)


def sealed_item(report_id: str, public: bytes, item_id: str, kind: str, words: str, queue: str | None = None) -> Item:
    """Words sealed to a report's key, padded so that their length says little."""
    return Item(item_id, kind, seal(public, pad(words.encode()), info_report(report_id, item_id)), queue)
