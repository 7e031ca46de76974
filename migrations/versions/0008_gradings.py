"""Grade with evidence, in layers."""

import sqlalchemy as sa
from alembic import op

import feedback.db.types

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "concern",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("review_id", sa.Uuid(), nullable=False),
        sa.Column("words_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("raised_by", sa.Uuid(), nullable=False),
        sa.Column(
            "raised_at", feedback.db.types.UtcDateTime(timezone=True), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["raised_by"], ["account.id"], name=op.f("fk_concern_raised_by_account")
        ),
        sa.ForeignKeyConstraint(
            ["review_id"], ["review.id"], name=op.f("fk_concern_review_id_review")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_concern")),
    )
    with op.batch_alter_table("concern", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_concern_review_id"), ["review_id"], unique=False
        )

    op.create_table(
        "draft_grade",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("review_id", sa.Uuid(), nullable=False),
        sa.Column("judgement", sa.String(length=40), nullable=False),
        sa.Column("grade", sa.Integer(), nullable=True),
        sa.Column("not_graded_reason_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("note_sealed", sa.LargeBinary(), nullable=True),
        sa.Column(
            "changed_at", feedback.db.types.UtcDateTime(timezone=True), nullable=False
        ),
        sa.CheckConstraint(
            "grade BETWEEN 1 AND 4", name=op.f("ck_draft_grade_on_scale")
        ),
        sa.ForeignKeyConstraint(
            ["review_id"], ["review.id"], name=op.f("fk_draft_grade_review_id_review")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft_grade")),
        sa.UniqueConstraint(
            "review_id", "judgement", name=op.f("uq_draft_grade_review_id_judgement")
        ),
    )
    op.create_table(
        "evidence_item",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("review_id", sa.Uuid(), nullable=False),
        sa.Column("judgement", sa.String(length=40), nullable=False),
        sa.Column("source_type", sa.String(length=40), nullable=False),
        sa.Column("observed_on", sa.Date(), nullable=False),
        sa.Column("statement_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("so_what_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.Column("at", feedback.db.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column(
            "removed_at", feedback.db.types.UtcDateTime(timezone=True), nullable=True
        ),
        sa.ForeignKeyConstraint(
            ["by"], ["account.id"], name=op.f("fk_evidence_item_by_account")
        ),
        sa.ForeignKeyConstraint(
            ["review_id"], ["review.id"], name=op.f("fk_evidence_item_review_id_review")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence_item")),
    )
    with op.batch_alter_table("evidence_item", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_evidence_item_review_id"), ["review_id"], unique=False
        )

    op.create_table(
        "grading",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("review_id", sa.Uuid(), nullable=False),
        sa.Column("judgement", sa.String(length=40), nullable=False),
        sa.Column("layer", sa.String(length=40), nullable=False),
        sa.Column("grade", sa.Integer(), nullable=True),
        sa.Column("not_graded_reason_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("reason_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("descriptors_version", sa.String(length=40), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.Column("at", feedback.db.types.UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "layer IN ('initial', 'after_triangulation', 'proposed', 'agreed')",
            name=op.f("ck_grading_known_layer"),
        ),
        sa.CheckConstraint(
            "(grade IS NULL) = (not_graded_reason_sealed IS NOT NULL)",
            name=op.f("ck_grading_graded_or_why_not"),
        ),
        sa.CheckConstraint("grade BETWEEN 1 AND 4", name=op.f("ck_grading_on_scale")),
        sa.ForeignKeyConstraint(
            ["by"], ["account.id"], name=op.f("fk_grading_by_account")
        ),
        sa.ForeignKeyConstraint(
            ["review_id"], ["review.id"], name=op.f("fk_grading_review_id_review")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grading")),
        sa.UniqueConstraint(
            "review_id",
            "judgement",
            "layer",
            name=op.f("uq_grading_review_id_judgement_layer"),
        ),
    )
    op.create_table(
        "synthesis",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("review_id", sa.Uuid(), nullable=False),
        sa.Column("rules", sa.String(length=40), nullable=False),
        sa.Column("input_digest", sa.LargeBinary(), nullable=False),
        sa.Column("findings_sealed", sa.LargeBinary(), nullable=False),
        sa.Column(
            "computed_at", feedback.db.types.UtcDateTime(timezone=True), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["review_id"], ["review.id"], name=op.f("fk_synthesis_review_id_review")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_synthesis")),
        sa.UniqueConstraint(
            "review_id",
            "input_digest",
            "rules",
            name=op.f("uq_synthesis_review_id_input_digest_rules"),
        ),
    )


def downgrade() -> None:
    op.drop_table("synthesis")
    op.drop_table("grading")
    with op.batch_alter_table("evidence_item", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_evidence_item_review_id"))

    op.drop_table("evidence_item")
    op.drop_table("draft_grade")
    with op.batch_alter_table("concern", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_concern_review_id"))

    op.drop_table("concern")
