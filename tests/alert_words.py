"""What the talks about alerts can say: steps, built keys, and drafts to look at."""

from __future__ import annotations

from collections.abc import Mapping

from handlers.duty_alert import WHY
from handlers.lead_mine import ACTS
from handlers.reading.alert_filter import Reason
from handlers.talk import JSON
from tests.service import shelf

LED: Mapping[str, JSON] = {"code": "31.72.01.1001", "kelurahan": "Penjaringan", "unit": "05/03", "now": 1_795_182_000}
TOLD = ("ready", "later", "night", "revoked", "refused", "expired", "cancelled")
PREVIEW = (
    "plain",
    "picture",
    "correction",
    "repeated",
    "at_once",
    "looked_at",
    "on_call",
    "send",
    "morning",
    "change",
    "drop",
)
RESULTS = ("ready", "night", "waiting", "many", "few", "lost", "late")
TEXT = "Hati-hati, ada tawaran kerja yang menahan paspor."
OWN = tuple(
    {"id": one, "state": one, "made": LED["now"], "send_at": LED["now"], "rw": "", "text": TEXT, "reason": "x"}
    for one in ACTS
)
ACT = ("cancel", "again", "correct", "retract")

# Names are storage. Which templates are offered depends on the month.
STEPS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "lead_alert": {
        "what": (*shelf().alerts.templates, "own", "mine"),
        "write": (),
        "stopped": ("report",),
        "picture": ("none",),
        "fetching": (),
        "area": ("kelurahan", "rw"),
        "few": ("card",),
        "preview": ("send", "morning", "change", "drop"),
        "sending": (),
    },
    "lead_mine": {"all": tuple(ACTS), "one": ACT, "sure": ("yes", "no"), "acting": ()},
}
VERDICTS = ("ready", "refused")
OVER = ("approved", "approved_own", "refused", "refused_own", "cancelled", "expired")
DECIDED = ("ready", "later", "night", "mends", "few", "refused", "picture", "gone")
DUTY: Mapping[str, tuple[str, ...]] = {"alert": ("ready", "refused"), "alert_reason": WHY, "deciding": ()}

BUILT: Mapping[str, tuple[str, ...]] = {
    "lead_alert.what.{}": ("lead_alert.what.own", "lead_alert.what.mine"),
    "lead_alert.why.{}": tuple(f"lead_alert.why.{reason}" for reason in Reason),
    "lead_alert.preview.{}": tuple(f"lead_alert.preview.{name}" for name in PREVIEW),
    "lead_alert.sent.{}": tuple(f"lead_alert.sent.{name}" for name in RESULTS),
    # Said by the service itself, to subscribers and to whoever wrote or decides.
    "lead_alert.told.{}": tuple(f"lead_alert.told.{name}" for name in TOLD),
    "lead_alert.{}": tuple(f"lead_alert.{name}" for name in ("whole", "urgent", "corrected", "retracted")),
    "lead_mine.state.{}": tuple(f"lead_mine.state.{name}" for name in ACTS),
    "lead_mine.told.{}": tuple(f"lead_mine.told.{name}" for name in (*ACTS, "planned")),
    "lead_mine.one.{}": tuple(f"lead_mine.one.{name}" for name in ACT),
    "lead_mine.did.{}": tuple(f"lead_mine.did.{name}" for name in ("cancelled", "retracted", "night", "late")),
    "duty.alert.{}": tuple(f"duty.alert.{name}" for name in ("text", "soon", "correction", "over", *VERDICTS, *WHY)),
    "duty.over.{}": tuple(f"duty.over.{name}" for name in OVER),
    "duty.decided.{}": tuple(f"duty.decided.{name}" for name in DECIDED),
    "report.photo.{}": (),
}

DRAFTS: Mapping[tuple[str, str], tuple[Mapping[str, JSON], ...]] = {
    ("lead_alert", "what"): (LED,),
    ("lead_alert", "stopped"): ({**LED, "text": TEXT * 12, "stopped": list(Reason)},),
    ("lead_alert", "area"): (LED,),
    ("lead_alert", "preview"): (
        *({**LED, "template": id, "size": 20} for id in shelf().alerts.templates),
        {**LED, "template": "loker-luar-negeri", "size": 50, "repeated": True},
        {**LED, "template": "loker-luar-negeri", "size": 50, "files": [{"id": "x", "kind": "photo"}]},
        {**LED, "text": TEXT * 12, "size": 100},
        {**LED, "text": TEXT, "about": "x"},
        {**LED, "text": TEXT * 12, "danger": True},
        {**LED, "signs": list(shelf().offers.typical), "size": 20},
    ),
    ("lead_mine", "all"): tuple(
        {**LED, "mine": [{**row, "reach": 0, "corrects": one} for row in OWN]} for one in (False, True)
    ),
    ("lead_mine", "one"): tuple(
        {**LED, "mine": [{**row, "reach": reach} for row in OWN], "one": state} for state in ACTS for reach in (0, 50)
    ),
    ("duty", "alert"): tuple({"place": LED["code"], "text": TEXT, "picture": picture} for picture in (True, False)),
}
