"""What channels bring, and what they must take away again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "trace",
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("person", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("day", sa.BigInteger(), nullable=False),
        sa.Column("due", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trace")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_trace_day"), "trace", ["day"])
    op.create_index(op.f("ix_trace_due"), "trace", ["due"])
    op.create_index(op.f("ix_trace_person"), "trace", ["person"])
    op.create_table(
        "remains",
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("due", sa.BigInteger(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('inbound', 'outbound')", name=op.f("ck_remains_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_remains")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_remains_due"), "remains", ["due"])
    op.create_table(
        "upload",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upload")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_upload_until"), "upload", ["until"])
    op.create_table(
        "file",
        sa.Column("report", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("kind IN ('photo', 'voice')", name=op.f("ck_file_kind")),
        sa.ForeignKeyConstraint(["report"], ["report.id"], name=op.f("fk_file_report_report"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("report", "number", name=op.f("pk_file")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "ping",
        sa.Column("report", sa.Text(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("upto", sa.Integer(), nullable=False),
        sa.Column("waits", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["report"], ["report.id"], name=op.f("fk_ping_report_report"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("report", name=op.f("pk_ping")),
        sqlite_with_rowid=False,
    )

    op.create_table(
        "duty",
        sa.Column("staff", sa.Text(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=True),
        sa.Column("until", sa.BigInteger(), nullable=True),
        sa.Column("link", sa.Text(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("since", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["staff"], ["staff.id"], name=op.f("fk_duty_staff_staff"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("staff", name=op.f("pk_duty")),
        sa.UniqueConstraint("hash", name=op.f("uq_duty_hash")),
        sa.UniqueConstraint("link", name=op.f("uq_duty_link")),
    )
    op.create_table(
        "notice",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("staff", sa.Text(), nullable=False),
        sa.Column("report", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("changed", sa.Boolean(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("state IN ('known', 'told', 'accepted', 'passed', 'over')", name=op.f("ck_notice_state")),
        sa.ForeignKeyConstraint(["report"], ["report.id"], name=op.f("fk_notice_report_report"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["staff"], ["staff.id"], name=op.f("fk_notice_staff_staff"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("staff", "report", name=op.f("uq_notice_staff_report")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_notice_report"), "notice", ["report"])


def downgrade() -> None:
    op.drop_table("notice")
    op.drop_table("duty")
    op.drop_table("ping")
    op.drop_table("file")
    op.drop_table("upload")
    op.drop_table("remains")
    op.drop_table("trace")
