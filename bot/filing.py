"""Filing: a report's own key, wrapped for its readers and its code, and its words sealed to it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.engine import Connection

from bot.codes import code_from_seed, code_salt, derive, report_id_from_seed
from bot.desk import Desk
from bot.house import House
from bot.sealing import FILE_CLASSES, info_report, info_wrap, new_keypair, pad, seal, wrap_for_code
from bot.uploads import load
from content.routing import Route, route
from handlers.forms import FORMS, Filing
from handlers.talk import JSON, Errand
from models import access, case, roster
from models import file as file_rows
from models.case import Item, Wrap
from models.file import File


def file(house: House, desk: Desk, errand: Errand) -> Mapping[str, JSON]:
    """Seal a report for its readers and its code and store it, once: id and code follow from the seed."""
    filing = FORMS[errand.args["form"]](errand.args["draft"], house.shelf)
    if language := errand.args.get("language"):
        filing = replace(filing, story={"language": language, **filing.story})
    files = errand.args["draft"].get("files", ())
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
    here = with_bytes(house, files)
    if here:
        shown = [{"kind": one["kind"], "shows": one.get("shows", "")} for one, _ in here]
        filing = replace(filing, story={**filing.story, "files": shown})
    row, wraps, story = sealed_report(house, filing, seed, code, way, queues, now)
    sealed = [sealed_file(row, number, one["kind"], data) for number, (one, data) in enumerate(here, start=1)]

    def work(connection: Connection) -> Mapping[str, JSON]:
        if case.file(connection, row, wraps, story):
            file_rows.add(connection, row["id"], sealed)
        return filed(connection, house, seed) or {"ok": False}

    done = desk.do(work).result()
    return {**done, "lost": len(files) - len(here)} if len(here) < len(files) else done


def with_bytes(house: House, files: Sequence[JSON]) -> list[tuple[JSON, bytes]]:
    """The photos and voice messages of a draft that are still there, each with its bytes."""
    found = load(house, [one["id"] for one in files]) if files else {}
    return [(one, found[one["id"]]) for one in files if one["id"] in found]


def sealed_file(report: Mapping[str, Any], number: int, kind: str, data: bytes) -> File:
    """A photo or a voice message sealed to a report's key, bound to its number, its size in classes."""
    info = info_report(report["id"], file_part(number))
    return File(number, kind, seal(report["public"], pad(data, FILE_CLASSES), info))


def file_part(number: int) -> str:
    """The part of a report that a file is."""
    return f"file.{number}"


def filed(connection: Connection, house: House, seed: bytes) -> Mapping[str, JSON] | None:
    """What is told of the report that follows from a seed: its code, who got it, and where more is added to it.

    None if it was not stored.
    """
    row = case.by_id(connection, report_id_from_seed(seed))
    if row is None:
        return None
    code = " ".join(code_from_seed(seed, house.shelf.code_words))
    reads = access.awake(connection, row.id) or row.lead  # where somebody reads at night, that is who is told of
    return {"ok": True, "code": code, "queue": reads, "report": row.id, "public": bytes(row.public).hex()}


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
        "kdf": house.keys.pepper_number,
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
