"""The tables of the channels: what they brought and what they must take away again, sealed before it comes here."""

from __future__ import annotations

import sqlalchemy as sa

from models.base import PRIVATE, Seconds, metadata

trace = sa.Table(
    "trace",
    metadata,
    sa.Column("id", sa.LargeBinary, primary_key=True),
    sa.Column("person", sa.LargeBinary, nullable=False, index=True),
    sa.Column("sealed", sa.LargeBinary, nullable=False),  # a message's ids at the vendor
    sa.Column("day", Seconds, nullable=False, index=True),
    sa.Column("due", sa.Boolean, nullable=False, index=True),  # it goes by itself
    **PRIVATE,
)

upload = sa.Table(
    "upload",  # what waits for a report: its id stands only inside a sealed place
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Column("until", Seconds, nullable=False, index=True),  # where no talk has let it go
    **PRIVATE,
)

ping = sa.Table(
    "ping",  # the one way from a case to a chat: asked for, said so, and open to nobody without the server's key
    metadata,
    sa.Column("report", sa.Text, sa.ForeignKey("report.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("sealed", sa.LargeBinary, nullable=False),  # channel, address, language, person
    sa.Column("upto", sa.Integer, nullable=False),  # letters up to this one are told, or were there before
    sa.Column("waits", sa.Boolean, nullable=False),  # a word was sent and the code not used since
    **PRIVATE,
)

duty = sa.Table(
    "duty",  # a caseworker's chat; staff are no reporters
    metadata,
    sa.Column("staff", sa.Text, sa.ForeignKey("staff.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("hash", sa.LargeBinary, unique=True),  # of the code that links, until it is used
    sa.Column("until", Seconds),
    sa.Column("link", sa.Text, unique=True),
    sa.Column("sealed", sa.LargeBinary),  # channel, address, language, person
    sa.Column("since", Seconds),  # the hour
)

notice = sa.Table(
    "notice",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("staff", sa.Text, sa.ForeignKey("staff.id", ondelete="CASCADE"), nullable=False),
    sa.Column("report", sa.Text, sa.ForeignKey("report.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("state", sa.Text, nullable=False),  # known: it lay there before the chat was linked, and was not told
    sa.Column("changed", sa.Boolean, nullable=False),  # its words are those of its state
    sa.Column("sealed", sa.LargeBinary),  # where it stands at the vendor
    sa.CheckConstraint("state IN ('known', 'told', 'accepted', 'passed', 'over')", name="state"),
    sa.UniqueConstraint("staff", "report"),
    **PRIVATE,
)

remains = sa.Table(
    "remains",
    metadata,
    sa.Column("id", sa.LargeBinary, primary_key=True),  # keyed hash of a message's id at the vendor
    sa.Column("sealed", sa.LargeBinary, nullable=False),  # that id, and those of its media
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("due", Seconds, nullable=False, index=True),  # when it is deleted there, or looked for again
    sa.Column("tries", sa.Integer, nullable=False),
    sa.CheckConstraint("kind IN ('inbound', 'outbound')", name="kind"),
    **PRIVATE,
)
