"""Subscriptions, and what is sent to them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

OUTBOX_INDEXES = (
    ("ix_outbox_due", ["due"], "alert IS NULL", False),
    ("ix_outbox_state_channel_due", ["state", "channel", "due"], "alert IS NULL", False),
    ("ix_outbox_alert_state", ["alert", "state", "channel", "due", "id"], "", False),
    ("ix_outbox_alert_person", ["alert", "person"], "alert IS NOT NULL", True),
    ("ix_outbox_vendor", ["alert"], "vendor IS NOT NULL", False),
    ("ix_outbox_until", ["until"], "until IS NOT NULL", False),
)


def upgrade() -> None:
    subscriptions()
    alerts()
    notices()
    people()
    # A delivery of an alert: its words stand with the alert and its address with the subscription.
    op.add_column("outbox", sa.Column("alert", sa.Text(), nullable=True))
    op.add_column("outbox", sa.Column("vendor", sa.LargeBinary(), nullable=True))
    outbox_indexes()


def outbox_indexes() -> None:
    """Replies and deliveries are looked for by themselves; an alert goes to a person once."""
    for name in ("ix_outbox_due", "ix_outbox_state_channel_due"):
        op.drop_index(op.f(name), "outbox")
    for name, columns, where, unique in OUTBOX_INDEXES:
        op.create_index(
            op.f(name),
            "outbox",
            columns,
            unique=unique,
            sqlite_where=sa.text(where) if where else None,
            postgresql_where=sa.text(where) if where else None,
        )


def subscriptions() -> None:
    op.create_table(
        "subscription",
        sa.Column("person", sa.LargeBinary(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("address", sa.LargeBinary(), nullable=False),
        sa.Column("answerable", sa.LargeBinary(), nullable=True),
        sa.Column("kelurahan", sa.Text(), nullable=False),
        sa.Column("rw", sa.Text(), nullable=False),
        sa.Column("alerts", sa.Boolean(), nullable=False),
        sa.Column("lessons", sa.Boolean(), nullable=False),
        sa.Column("lesson", sa.Integer(), nullable=False),
        sa.Column("offered", sa.BigInteger(), nullable=True),
        sa.Column("paused_until", sa.BigInteger(), nullable=True),
        sa.Column("heard", sa.BigInteger(), nullable=False),
        sa.Column("asked", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("language IN ('id', 'en')", name=op.f("ck_subscription_language")),
        sa.PrimaryKeyConstraint("person", name=op.f("pk_subscription")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_subscription_kelurahan_person"), "subscription", ["kelurahan", "person"])
    op.create_index(op.f("ix_subscription_heard"), "subscription", ["heard"])


def alerts() -> None:
    states = "'waiting', 'refused', 'expired', 'ready', 'preparing', 'sending', 'paused', 'done', 'cancelled'"
    op.create_table(
        "alert",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=True),
        sa.Column("leader", sa.Text(), nullable=True),
        sa.Column("kota", sa.Text(), nullable=False),
        sa.Column("kelurahan", sa.Text(), nullable=False),
        sa.Column("rw", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("channels", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=True),
        sa.Column("own", sa.Text(), nullable=False),
        sa.Column("template", sa.Text(), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("picture", sa.LargeBinary(), nullable=True),
        sa.Column("danger", sa.Boolean(), nullable=False),
        sa.Column("departing", sa.Boolean(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.Column("send_at", sa.BigInteger(), nullable=True),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("cursor", sa.LargeBinary(), nullable=True),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("told", sa.Boolean(), nullable=False),
        sa.Column("chat", sa.LargeBinary(), nullable=True),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("topic IN ('alerts', 'lessons')", name=op.f("ck_alert_topic")),
        sa.CheckConstraint("kind IN ('alert', 'correction', 'retraction', 'lesson')", name=op.f("ck_alert_kind")),
        sa.CheckConstraint(f"state IN ({states})", name=op.f("ck_alert_state")),
        sa.ForeignKeyConstraint(["about"], ["alert.id"], name=op.f("fk_alert_about_alert"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert")),
        sqlite_with_rowid=False,
    )
    for column in ("about", "leader", "kota"):
        op.create_index(op.f(f"ix_alert_{column}"), "alert", [column])
    op.create_index(op.f("ix_alert_state_send_at"), "alert", ["state", "send_at"])


def notices() -> None:
    op.create_table(
        "alert_notice",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("alert", sa.Text(), nullable=False),
        sa.Column("staff", sa.Text(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("changed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["alert"], ["alert.id"], name=op.f("fk_alert_notice_alert_alert"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert_notice")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_alert_notice_alert"), "alert_notice", ["alert"])
    op.create_index(op.f("ix_alert_notice_changed"), "alert_notice", ["changed"])


def people() -> None:
    op.create_table(
        "reached",
        sa.Column("person", sa.LargeBinary(), nullable=False),
        sa.Column("hour", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("person", name=op.f("pk_reached")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_reached_hour"), "reached", ["hour"])


def downgrade() -> None:
    for name, *_ in OUTBOX_INDEXES:
        op.drop_index(op.f(name), "outbox")
    op.create_index(op.f("ix_outbox_due"), "outbox", ["due"])
    op.create_index(op.f("ix_outbox_state_channel_due"), "outbox", ["state", "channel", "due"])
    op.drop_column("outbox", "vendor")
    op.drop_column("outbox", "alert")
    op.drop_table("reached")
    op.drop_table("alert_notice")
    op.drop_table("alert")
    op.drop_table("subscription")
