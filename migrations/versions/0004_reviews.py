"""Commission reviews and record who takes part."""

import sqlalchemy as sa
from alembic import op

import feedback.db.types

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "questionnaire",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("form", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column(
            "published_at", feedback.db.types.UtcDateTime(timezone=True), nullable=False
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_questionnaire")),
        sa.UniqueConstraint(
            "form", "version", name=op.f("uq_questionnaire_form_version")
        ),
    )
    op.create_table(
        "review",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("service", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("reviewer_kind", sa.String(length=40), nullable=True),
        sa.Column("feedback_seen", sa.String(length=40), nullable=True),
        sa.Column(
            "opens_at", feedback.db.types.UtcDateTime(timezone=True), nullable=False
        ),
        sa.Column(
            "closes_at", feedback.db.types.UtcDateTime(timezone=True), nullable=False
        ),
        sa.Column(
            "invite_at", feedback.db.types.UtcDateTime(timezone=True), nullable=True
        ),
        sa.Column("moderation_on", sa.Date(), nullable=True),
        sa.Column("import_digest", sa.LargeBinary(), nullable=True),
        sa.Column("commissioned_by", sa.Uuid(), nullable=True),
        sa.Column(
            "created_at", feedback.db.types.UtcDateTime(timezone=True), nullable=False
        ),
        sa.Column(
            "locked_at", feedback.db.types.UtcDateTime(timezone=True), nullable=True
        ),
        sa.Column(
            "agreed_at", feedback.db.types.UtcDateTime(timezone=True), nullable=True
        ),
        sa.CheckConstraint(
            "closes_at > opens_at", name=op.f("ck_review_window_runs_forward")
        ),
        sa.ForeignKeyConstraint(
            ["commissioned_by"],
            ["account.id"],
            name=op.f("fk_review_commissioned_by_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review")),
        sa.UniqueConstraint("reference", name=op.f("uq_review_reference")),
    )
    op.create_table(
        "member",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("review_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("capacity", sa.String(length=40), nullable=False),
        sa.Column(
            "since", feedback.db.types.UtcDateTime(timezone=True), nullable=False
        ),
        sa.Column("until", feedback.db.types.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_member_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["review_id"], ["review.id"], name=op.f("fk_member_review_id_review")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_member")),
    )
    with op.batch_alter_table("member", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_member_account_id"), ["account_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_member_review_id"), ["review_id"], unique=False
        )

    op.create_table(
        "participant",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("review_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("group", sa.String(length=40), nullable=False),
        sa.Column("age_band", sa.String(length=40), nullable=True),
        sa.Column("form", sa.String(length=40), nullable=False),
        sa.Column("language", sa.String(length=40), nullable=False),
        sa.Column("name_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("must_not_be_told_sealed", sa.LargeBinary(), nullable=True),
        sa.Column(
            "consented_at", feedback.db.types.UtcDateTime(timezone=True), nullable=True
        ),
        sa.Column("not_invited_reason_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("language_route", sa.String(length=40), nullable=False),
        sa.Column(
            "created_at", feedback.db.types.UtcDateTime(timezone=True), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["review_id"], ["review.id"], name=op.f("fk_participant_review_id_review")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_participant")),
        sa.UniqueConstraint(
            "review_id", "key", name=op.f("uq_participant_review_id_key")
        ),
    )
    op.create_table(
        "review_step",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("review_id", sa.Uuid(), nullable=False),
        sa.Column("came_from", sa.String(length=40), nullable=True),
        sa.Column("came_to", sa.String(length=40), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=True),
        sa.Column("at", feedback.db.types.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["by"], ["account.id"], name=op.f("fk_review_step_by_account")
        ),
        sa.ForeignKeyConstraint(
            ["review_id"], ["review.id"], name=op.f("fk_review_step_review_id_review")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_step")),
    )
    with op.batch_alter_table("review_step", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_review_step_review_id"), ["review_id"], unique=False
        )

    op.create_table(
        "contact",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("review_id", sa.Uuid(), nullable=False),
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("value_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("value_index", sa.LargeBinary(), nullable=False),
        sa.Column("is_safe", sa.Boolean(), nullable=True),
        sa.Column(
            "verified_at", feedback.db.types.UtcDateTime(timezone=True), nullable=True
        ),
        sa.Column("is_shared_device", sa.Boolean(), nullable=False),
        sa.Column("is_high_risk", sa.Boolean(), nullable=False),
        sa.Column("safe_days", sa.String(length=40), nullable=False),
        sa.Column("safe_from", sa.Time(), nullable=True),
        sa.Column("safe_until", sa.Time(), nullable=True),
        sa.Column("blocked_dates", sa.Text(), nullable=False),
        sa.Column("code_word_sealed", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["participant_id"],
            ["participant.id"],
            name=op.f("fk_contact_participant_id_participant"),
        ),
        sa.ForeignKeyConstraint(
            ["review_id"], ["review.id"], name=op.f("fk_contact_review_id_review")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact")),
        sa.UniqueConstraint(
            "participant_id",
            "position",
            name=op.f("uq_contact_participant_id_position"),
        ),
    )
    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_contact_value_index"), ["value_index"], unique=False
        )

    op.create_table(
        "invitation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("review_id", sa.Uuid(), nullable=False),
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("questionnaire_id", sa.Uuid(), nullable=False),
        sa.Column("wave", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("token_digest", sa.LargeBinary(), nullable=True),
        sa.Column("token_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("code_word_tries", sa.Integer(), nullable=False),
        sa.Column(
            "messages_stopped_at",
            feedback.db.types.UtcDateTime(timezone=True),
            nullable=True,
        ),
        sa.Column(
            "created_at", feedback.db.types.UtcDateTime(timezone=True), nullable=False
        ),
        sa.Column(
            "expires_at", feedback.db.types.UtcDateTime(timezone=True), nullable=False
        ),
        sa.Column(
            "started_at", feedback.db.types.UtcDateTime(timezone=True), nullable=True
        ),
        sa.Column(
            "ended_at", feedback.db.types.UtcDateTime(timezone=True), nullable=True
        ),
        sa.ForeignKeyConstraint(
            ["participant_id"],
            ["participant.id"],
            name=op.f("fk_invitation_participant_id_participant"),
        ),
        sa.ForeignKeyConstraint(
            ["questionnaire_id"],
            ["questionnaire.id"],
            name=op.f("fk_invitation_questionnaire_id_questionnaire"),
        ),
        sa.ForeignKeyConstraint(
            ["review_id"], ["review.id"], name=op.f("fk_invitation_review_id_review")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint(
            "participant_id", "wave", name=op.f("uq_invitation_participant_id_wave")
        ),
        sa.UniqueConstraint("token_digest", name=op.f("uq_invitation_token_digest")),
    )
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_invitation_review_id"), ["review_id"], unique=False
        )


def downgrade() -> None:
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_invitation_review_id"))

    op.drop_table("invitation")
    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_contact_value_index"))

    op.drop_table("contact")
    with op.batch_alter_table("review_step", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_review_step_review_id"))

    op.drop_table("review_step")
    op.drop_table("participant")
    with op.batch_alter_table("member", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_member_review_id"))
        batch_op.drop_index(batch_op.f("ix_member_account_id"))

    op.drop_table("member")
    op.drop_table("review")
    op.drop_table("questionnaire")
