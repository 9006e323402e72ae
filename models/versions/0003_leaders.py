"""Leaders: who may make cards for an area."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "leader",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("office", sa.Text(), nullable=False),
        sa.Column("kelurahan", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("term", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=True),
        sa.Column("until", sa.BigInteger(), nullable=True),
        sa.Column("person", sa.LargeBinary(), nullable=True),
        sa.Column("since", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("office IN ('rt', 'rw', 'kelurahan', 'kecamatan', 'school')", name=op.f("ck_leader_office")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leader")),
        sa.UniqueConstraint("hash", name=op.f("uq_leader_hash")),
        sa.UniqueConstraint("person", name=op.f("uq_leader_person")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_leader_kelurahan"), "leader", ["kelurahan"])
    op.create_index(op.f("ix_leader_term"), "leader", ["term"])


def downgrade() -> None:
    op.drop_table("leader")
