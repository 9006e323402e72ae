"""The tables of leaders and what they may send; nothing here leads to a report."""

from __future__ import annotations

import sqlalchemy as sa

from models.base import PRIVATE, Seconds, metadata

leader = sa.Table(
    "leader",  # an office and its area; whose chat it is, is known by a keyed hash, and no name is kept
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("office", sa.Text, nullable=False),
    sa.Column("kelurahan", sa.Text, nullable=False, index=True),
    sa.Column("unit", sa.Text, nullable=False),  # which RT, RW or school; empty for a lurah
    sa.Column("term", Seconds, nullable=False, index=True),  # the end of their time in office
    sa.Column("hash", sa.LargeBinary, unique=True),  # of the code that invites, until it is used
    sa.Column("until", Seconds),  # how long that code works
    sa.Column("person", sa.LargeBinary, unique=True),
    sa.Column("since", Seconds),  # the hour
    sa.CheckConstraint("office IN ('rt', 'rw', 'kelurahan', 'kecamatan', 'school')", name="office"),
    **PRIVATE,
)
