"""What turns ask for, fetched in bulk inside the desk's transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from typing import Any

from sqlalchemy.engine import Connection

from bot import alert_needs, series, subscriptions
from bot.alert_desks import reviews
from bot.cases import holding, kept_of, open_cases, to_answer
from bot.house import House
from bot.invited import led
from bot.offices import leading
from bot.sheets import addresses
from handlers.duty import REVIEW
from handlers.lead import CARRIED, LEADER
from handlers.lead_alert import OWN, REPEATED, SIZE
from handlers.lead_card import SHEET
from handlers.lead_invite import LED
from handlers.subscribe import MINE
from handlers.subscribe_entry import WAYS
from handlers.talk import Need
from handlers.weekly import WEEKLY
from models import roster

OF_WRITER = frozenset({LEADER, OWN, MINE, WEEKLY})  # asked of whoever writes: a turn does not know who that is
Fetch = Callable[[Connection, House, Collection[Any]], Mapping[Any, Any]]


def open_queues(connection: Connection, house: House, keys: Collection[Any]) -> Mapping[Any, Any]:
    """The queues that can read: two members hold the key (promise 10)."""
    return dict.fromkeys(keys, roster.open_queues(connection))


FETCH: Mapping[str, Fetch] = {
    "open": open_queues,
    "case": open_cases,
    "kept": kept_of,
    "duty": holding,
    "notices": to_answer,
    LEADER.kind: leading,
    LED: led,
    SHEET: addresses,
    MINE.kind: subscriptions.mine,
    WAYS: subscriptions.ways,
    WEEKLY.kind: series.next_ones,
    SIZE: alert_needs.sizes,
    CARRIED.kind: alert_needs.carried,
    REPEATED: alert_needs.repeated,
    OWN.kind: alert_needs.own,
    REVIEW: reviews,
}


def fetch(connection: Connection, house: House, needs: Collection[Need]) -> dict[Need, Any]:
    """Every need with its answer; None where there is nothing."""
    kinds: dict[str, set[Any]] = defaultdict(set)
    for need in needs:
        kinds[need.kind].add(need.key)
    answers = {kind: FETCH[kind](connection, house, keys) for kind, keys in kinds.items()}
    return {need: answers[need.kind].get(need.key) for need in needs}
