"""What a storm must leave behind: every acknowledged message played once, every report once, every code opening it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.codes import CodeBook, code_salt, derive
from bot.keys import Keys
from bot.sealing import info_report, info_wrap, recovery_bytes, unpad, unseal, unwrap_for_code
from bot.staff import recovered_queue
from content.shelf import load_shelf
from models import roster
from models.base import make_engine
from models.tables import inbound, item, outbox, person, reader, report
from tests.faults.product import Product
from tests.faults.reporter import Reporter

SETTLED = {"waiting", "sent"}  # a page shows its own replies: what it has not shown yet is listed


@dataclass(frozen=True, slots=True)
class Store:
    """Everything that is stored, read once."""

    ids: frozenset[bytes]
    versions: dict[bytes, int]
    waiting: frozenset[bytes]  # persons whose errand has not ended
    replies: dict[bytes, list[str]]  # person -> states of their outbox rows
    reports: dict[bytes, Any]  # by locator
    stories: dict[str, Any]  # by report, sealed


def keys_of(folder: Path) -> Keys:
    """The keys that the first start made."""
    lines = (folder / ".suar" / "keys.env").read_text(encoding="utf-8").splitlines()
    made = dict(line.split("=", 1) for line in lines)
    return Keys.parse(made["SUAR_KEYS"], made["SUAR_PEPPER"])


@contextmanager
def looking(url: str) -> Iterator[Connection]:
    """A look at the database as it lies there."""
    engine = make_engine(url)
    try:
        with engine.connect().execution_options(reading=True) as connection:
            yield connection
    finally:
        engine.dispose()


def read_store(connection: Connection) -> Store:
    """All that the promises speak of."""
    people = list(connection.execute(sa.select(person.c.key, person.c.version, person.c.errand_at)))
    replies: dict[bytes, list[str]] = {}
    for key, state in connection.execute(sa.select(outbox.c.person, outbox.c.state)):
        replies.setdefault(bytes(key), []).append(state)
    return Store(
        frozenset(bytes(key) for key in connection.execute(sa.select(inbound.c.key)).scalars()),
        {bytes(one.key): one.version for one in people},
        frozenset(bytes(one.key) for one in people if one.errand_at is not None),
        replies,
        {bytes(row.locator): row for row in connection.execute(sa.select(report))},
        {row.report: row for row in connection.execute(sa.select(item).where(item.c.kind == "story"))},
    )


def of_store(url: str, keys: Keys, reporters: Sequence[Reporter]) -> list[str]:
    """What is not as promised in a database, one sentence each; empty is what must be."""
    with looking(url) as connection:
        store = read_store(connection)
    found = [sentence for one in reporters for sentence in of_talk(one, keys, store)]
    if len(store.reports) != len(reporters):
        found.append(f"{len(store.reports)} reports were filed by {len(reporters)} people")
    return found + of_codes(reporters, keys, store)


def of_install(product: Product, reporters: Sequence[Reporter]) -> list[str]:
    """The same for a whole install: what its offices read, and what it has written down."""
    found = of_store(product.database_url, keys_of(product.folder), reporters)
    return [*found, *of_offices(product, reporters), *of_logs(product, reporters)]


def words_of(row: Any, private: bytes) -> list[str]:
    """The reporter's own sentences in a sealed story."""
    story = json.loads(unpad(unseal(private, bytes(row.body), info_report(row.report, row.id))))
    return list(story["words"])


def of_talk(one: Reporter, keys: Keys, store: Store) -> Iterator[str]:
    """Each acknowledged message is one turn, and each turn has one place in the outbox."""
    key = keys.person_key("web", one.address)
    lost = [id for id in one.acknowledged if keys.inbound_key("web", f"{one.address}:{id}") not in store.ids]
    if lost:
        yield f"{one.mark}: {len(lost)} acknowledged messages are not stored"
    turns, expected = store.versions.get(key, 0), len(one.acknowledged) + 1  # and the end of the filing
    if turns != expected:
        yield f"{one.mark}: {turns} turns were played, not {expected}"
    if key in store.waiting:
        yield f"{one.mark}: still waits for the filing"
    replies = store.replies.get(key, [])
    # Sending is silent, and so may be what came while it was being sealed.
    if not expected - 3 <= len(replies) < expected or not SETTLED.issuperset(replies):
        yield f"{one.mark}: {len(replies)} replies for {expected} turns: {sorted(set(replies))}"


def of_offices(product: Product, reporters: Sequence[Reporter]) -> Iterator[str]:
    """Each report is opened by the key of its lead queue, and nobody's words are in two of them."""
    recovery = recovery_bytes((product.folder / ".suar" / "recovery.txt").read_text(encoding="utf-8"))
    marks: Counter[str] = Counter()
    with looking(product.database_url) as connection:
        queues = {id: recovered_queue(row, recovery) for id, row in roster.queues(connection).items()}
        stories = read_store(connection).stories
        for row in connection.execute(sa.select(reader).where(reader.c.role == "lead")):
            private = unseal(queues[row.queue], bytes(row.wrap), info_wrap(row.queue, row.epoch, row.report))
            marks.update({words.split()[0] for words in words_of(stories[row.report], private)})
    expected = Counter(one.mark for one in reporters)
    yield from (f"{mark} is in {marks[mark]} reports" for mark in marks | expected if marks[mark] != expected[mark])


def of_codes(reporters: Sequence[Reporter], keys: Keys, store: Store) -> list[str]:
    """Every code opens the report with exactly the words of whoever was given it."""
    book, salt = CodeBook(load_shelf().code_words), code_salt(keys.pepper)

    def check(one: Reporter) -> list[str]:
        code = book.read(one.code)
        key = derive(code, salt) if code else None
        row = store.reports.get(key.locator) if key else None
        if key is None or row is None:
            return [f"{one.mark}: their code opens nothing"]
        words = words_of(store.stories[row.id], unwrap_for_code(key.key, bytes(row.code_wrap), row.id))
        same = sorted(words) == sorted(one.told)
        return [] if same else [f"{one.mark}: told {len(one.told)} sentences, filed {len(words)}"]

    with ThreadPoolExecutor(2) as pool:
        return [sentence for found in pool.map(check, reporters) for sentence in found]


def of_logs(product: Product, reporters: Sequence[Reporter]) -> Iterator[str]:
    """No turn failed, no thread died, and nobody's words, code or address were written down."""
    logs = product.logs
    for trouble in ("turn failed", "turn could not be written", "Traceback", "errand refused"):
        if trouble in logs:
            yield f"the log says {trouble!r} {logs.count(trouble)} times"
    for one in reporters:
        if any(secret in logs for secret in (one.mark, one.address, one.token, one.code) if secret):
            yield f"{one.mark}: something of theirs stands in the log"
