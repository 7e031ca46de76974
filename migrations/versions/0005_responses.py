"""Keep what people say."""

import sqlalchemy as sa
from alembic import op

import feedback.db.types

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "respondent_session",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("token_digest", sa.LargeBinary(), nullable=False),
        sa.Column("review_id", sa.Uuid(), nullable=False),
        sa.Column("invitation_id", sa.Uuid(), nullable=False),
        sa.Column("has_code_word", sa.Boolean(), nullable=False),
        sa.Column(
            "started_at", feedback.db.types.UtcDateTime(timezone=True), nullable=False
        ),
        sa.Column(
            "seen_at", feedback.db.types.UtcDateTime(timezone=True), nullable=False
        ),
        sa.Column(
            "ended_at", feedback.db.types.UtcDateTime(timezone=True), nullable=True
        ),
        sa.ForeignKeyConstraint(
            ["invitation_id"],
            ["invitation.id"],
            name=op.f("fk_respondent_session_invitation_id_invitation"),
        ),
        sa.ForeignKeyConstraint(
            ["review_id"],
            ["review.id"],
            name=op.f("fk_respondent_session_review_id_review"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_respondent_session")),
        sa.UniqueConstraint(
            "token_digest", name=op.f("uq_respondent_session_token_digest")
        ),
    )
    with op.batch_alter_table("respondent_session", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_respondent_session_invitation_id"),
            ["invitation_id"],
            unique=False,
        )

    op.create_table(
        "response",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("review_id", sa.Uuid(), nullable=False),
        sa.Column("invitation_id", sa.Uuid(), nullable=False),
        sa.Column("questionnaire_id", sa.Uuid(), nullable=False),
        sa.Column("submission_no", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("language", sa.String(length=40), nullable=False),
        sa.Column("helped_by", sa.String(length=40), nullable=False),
        sa.Column(
            "started_at", feedback.db.types.UtcDateTime(timezone=True), nullable=False
        ),
        sa.Column(
            "submitted_at", feedback.db.types.UtcDateTime(timezone=True), nullable=True
        ),
        sa.Column("submission_key", sa.Text(), nullable=True),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["invitation_id"],
            ["invitation.id"],
            name=op.f("fk_response_invitation_id_invitation"),
        ),
        sa.ForeignKeyConstraint(
            ["questionnaire_id"],
            ["questionnaire.id"],
            name=op.f("fk_response_questionnaire_id_questionnaire"),
        ),
        sa.ForeignKeyConstraint(
            ["review_id"], ["review.id"], name=op.f("fk_response_review_id_review")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_response")),
        sa.UniqueConstraint(
            "invitation_id",
            "submission_no",
            name=op.f("uq_response_invitation_id_submission_no"),
        ),
        sa.UniqueConstraint("submission_key", name=op.f("uq_response_submission_key")),
    )
    op.create_table(
        "answer",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("response_id", sa.Uuid(), nullable=False),
        sa.Column("question", sa.String(length=40), nullable=False),
        sa.Column("option", sa.String(length=40), nullable=True),
        sa.Column("words_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("is_skipped", sa.Boolean(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "is_skipped OR option IS NOT NULL OR words_sealed IS NOT NULL",
            name=op.f("ck_answer_says_something"),
        ),
        sa.ForeignKeyConstraint(
            ["response_id"],
            ["response.id"],
            name=op.f("fk_answer_response_id_response"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer")),
        sa.UniqueConstraint(
            "response_id", "question", name=op.f("uq_answer_response_id_question")
        ),
    )
    op.create_table(
        "coding",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("review_id", sa.Uuid(), nullable=False),
        sa.Column("answer_id", sa.Uuid(), nullable=False),
        sa.Column("dimension", sa.String(length=40), nullable=False),
        sa.Column("stance", sa.String(length=40), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.Column("at", feedback.db.types.UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "stance IN ('strength', 'concern')", name=op.f("ck_coding_known_stance")
        ),
        sa.ForeignKeyConstraint(
            ["answer_id"], ["answer.id"], name=op.f("fk_coding_answer_id_answer")
        ),
        sa.ForeignKeyConstraint(
            ["by"], ["account.id"], name=op.f("fk_coding_by_account")
        ),
        sa.ForeignKeyConstraint(
            ["review_id"], ["review.id"], name=op.f("fk_coding_review_id_review")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coding")),
        sa.UniqueConstraint(
            "answer_id", "dimension", name=op.f("uq_coding_answer_id_dimension")
        ),
    )


def downgrade() -> None:
    op.drop_table("coding")
    op.drop_table("answer")
    op.drop_table("response")
    with op.batch_alter_table("respondent_session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_respondent_session_invitation_id"))

    op.drop_table("respondent_session")
