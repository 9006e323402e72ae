"""The tables of subscriptions and of what is sent to them; nothing here leads to a report."""

from __future__ import annotations

import sqlalchemy as sa

from models.base import PRIVATE, Seconds, metadata

KELURAHAN = "31.72.01.1001".count(".")  # dots in the code of one: that of a kecamatan, or of a kota, has fewer

subscription = sa.Table(
    "subscription",  # what somebody chose, and nothing else; no leader ever reads a row of it
    metadata,
    sa.Column("person", sa.LargeBinary, primary_key=True),  # HMAC(pepper, channel:address)
    sa.Column("channel", sa.Text, nullable=False),
    sa.Column("language", sa.Text, nullable=False),
    sa.Column("address", sa.LargeBinary, nullable=False),  # sealed
    sa.Column("answerable", sa.LargeBinary),  # the same with until when it takes more than approved words, sealed
    sa.Column("kelurahan", sa.Text, nullable=False),
    sa.Column("rw", sa.Text, nullable=False),  # empty: the whole kelurahan
    sa.Column("alerts", sa.Boolean, nullable=False),
    sa.Column("lessons", sa.Boolean, nullable=False),
    sa.Column("lesson", sa.Integer, nullable=False),  # how many of the weekly series have gone out
    sa.Column("offered", Seconds),  # the week whose lesson was offered in a talk, where none is sent by itself
    sa.Column("paused_until", Seconds),
    sa.Column("heard", Seconds, nullable=False, index=True),  # the day of their last word
    sa.Column("asked", Seconds),  # the day on which they were asked whether to go on
    sa.Index("ix_subscription_kelurahan_person", "kelurahan", "person"),
    sa.CheckConstraint("language IN ('id', 'en')", name="language"),
    **PRIVATE,
)

alert = sa.Table(
    "alert",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("about", sa.Text, sa.ForeignKey("alert.id", ondelete="CASCADE"), index=True),  # what is corrected
    sa.Column("leader", sa.Text, index=True),  # who wrote it; null: staff, or a leader who is none any more
    sa.Column("kota", sa.Text, nullable=False, index=True),
    sa.Column("kelurahan", sa.Text, nullable=False),  # its code; that of a kecamatan or kota: all that lie in it
    sa.Column("rw", sa.Text, nullable=False),  # empty: the whole kelurahan
    sa.Column("topic", sa.Text, nullable=False),  # what its readers have asked for
    sa.Column("channels", sa.Text, nullable=False),  # names with spaces between; empty: wherever alerts go out
    sa.Column("author", sa.Text),  # of the staff, who may not approve it; null: a leader
    sa.Column("own", sa.Text, nullable=False),  # what the staff typed, to be written anew from
    sa.Column("template", sa.Text),  # null: written by hand
    sa.Column("words", sa.Text, nullable=False),  # JSON, language -> text as it goes out; public from the start
    sa.Column("picture", sa.LargeBinary),  # re-encoded
    sa.Column("danger", sa.Boolean, nullable=False),  # a koordinator's word: also between 21 and 6
    sa.Column("departing", sa.Boolean, nullable=False),  # somebody may leave soon: who is on call is told
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("made_at", Seconds, nullable=False),
    sa.Column("due_at", Seconds),  # by when somebody should have decided
    sa.Column("send_at", Seconds),  # not before
    sa.Column("until", Seconds, nullable=False),  # what it says is true until then
    sa.Column("decided_by", sa.Text),  # of the staff; null: a template of the month, or nobody yet
    sa.Column("reason", sa.Text, nullable=False),  # why it was refused, in words that its writer reads
    sa.Column("cursor", sa.LargeBinary),  # the last person for whom a delivery was made
    sa.Column("people", sa.Integer, nullable=False),  # deliveries made
    sa.Column("told", sa.Boolean, nullable=False),  # those who decide have been told that it waits
    sa.Column("chat", sa.LargeBinary),  # its writer's, sealed, until they were told what became of it
    sa.Column("changed_at", Seconds, nullable=False),
    sa.CheckConstraint("topic IN ('alerts', 'lessons')", name="topic"),
    sa.CheckConstraint("kind IN ('alert', 'correction', 'retraction', 'lesson')", name="kind"),
    sa.CheckConstraint(
        "state IN ('waiting', 'refused', 'expired', 'ready', 'preparing', 'sending', 'paused', 'done', 'cancelled')",
        name="state",
    ),
    sa.Index("ix_alert_state_send_at", "state", "send_at"),
    **PRIVATE,
)

alert_notice = sa.Table(
    "alert_notice",  # that an alert waits, as a caseworker was told in their chat
    metadata,
    sa.Column("id", sa.Text, primary_key=True),  # as a channel knows it
    sa.Column("alert", sa.Text, sa.ForeignKey("alert.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("staff", sa.Text, nullable=False),
    sa.Column("sealed", sa.LargeBinary, nullable=False),  # where it stands at the vendor
    sa.Column("changed", sa.Boolean, nullable=False, index=True),  # it says what became of the alert
    **PRIVATE,
)

reached = sa.Table(
    "reached",  # who was sent an alert for which a vendor may ask money, for a day: it lets us write first to so many
    metadata,
    sa.Column("person", sa.LargeBinary, primary_key=True),
    sa.Column("hour", Seconds, nullable=False, index=True),
    **PRIVATE,
)


def covering(kelurahan: str) -> list[str]:
    """The codes of the areas that a kelurahan lies in: its own, its kecamatan's, its kota's."""
    parts = kelurahan.split(".")
    return [".".join(parts[:some]) for some in range(2, len(parts) + 1)]
