"""Freeze reports."""

import sqlalchemy as sa
from alembic import op

import feedback.db.types

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "report",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("period_from", sa.Date(), nullable=False),
        sa.Column("period_to", sa.Date(), nullable=False),
        sa.Column("version", sa.String(length=40), nullable=False),
        sa.Column("input_digest", sa.Text(), nullable=False),
        sa.Column("findings", sa.JSON(), nullable=False),
        sa.Column("grades_opened_by", sa.Uuid(), nullable=True),
        sa.Column("grades_opened_reason", sa.Text(), nullable=True),
        sa.Column("built_by", sa.Uuid(), nullable=True),
        sa.Column(
            "built_at", feedback.db.types.UtcDateTime(timezone=True), nullable=False
        ),
        sa.Column(
            "published_at", feedback.db.types.UtcDateTime(timezone=True), nullable=True
        ),
        sa.Column("published_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["built_by"], ["account.id"], name=op.f("fk_report_built_by_account")
        ),
        sa.ForeignKeyConstraint(
            ["grades_opened_by"],
            ["account.id"],
            name=op.f("fk_report_grades_opened_by_account"),
        ),
        sa.ForeignKeyConstraint(
            ["published_by"],
            ["account.id"],
            name=op.f("fk_report_published_by_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report")),
    )


def downgrade() -> None:
    op.drop_table("report")
