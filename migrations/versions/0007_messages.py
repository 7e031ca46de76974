"""Send messages from an outbox."""

import sqlalchemy as sa
from alembic import op

import feedback.db.types

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "inbound",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("provider", sa.String(length=40), nullable=False),
        sa.Column("sid", sa.Text(), nullable=False),
        sa.Column("from_hmac", sa.LargeBinary(), nullable=False),
        sa.Column("body_sealed", sa.LargeBinary(), nullable=False),
        sa.Column(
            "received_at", feedback.db.types.UtcDateTime(timezone=True), nullable=False
        ),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("triage_state", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbound")),
        sa.UniqueConstraint("sid", name=op.f("uq_inbound_sid")),
    )
    op.create_table(
        "suppression",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("contact_hmac", sa.LargeBinary(), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("scope", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column(
            "since", feedback.db.types.UtcDateTime(timezone=True), nullable=False
        ),
        sa.Column("cleared_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["cleared_by"],
            ["account.id"],
            name=op.f("fk_suppression_cleared_by_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suppression")),
    )
    with op.batch_alter_table("suppression", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_suppression_contact_hmac_suppression_channel"),
            ["contact_hmac", "channel"],
            unique=False,
        )

    op.create_table(
        "message",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("review_id", sa.Uuid(), nullable=True),
        sa.Column("participant_id", sa.Uuid(), nullable=True),
        sa.Column("contact_id", sa.Uuid(), nullable=True),
        sa.Column("alert_id", sa.Uuid(), nullable=True),
        sa.Column("purpose", sa.String(length=40), nullable=False),
        sa.Column("wave", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("template_version", sa.String(length=40), nullable=False),
        sa.Column("params_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("language", sa.String(length=40), nullable=False),
        sa.Column(
            "not_before", feedback.db.types.UtcDateTime(timezone=True), nullable=False
        ),
        sa.Column(
            "expires_at", feedback.db.types.UtcDateTime(timezone=True), nullable=True
        ),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column(
            "lease_until", feedback.db.types.UtcDateTime(timezone=True), nullable=True
        ),
        sa.Column("lease_epoch", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column(
            "next_at", feedback.db.types.UtcDateTime(timezone=True), nullable=False
        ),
        sa.Column("dedupe_key", sa.Text(), nullable=False),
        sa.Column(
            "created_at", feedback.db.types.UtcDateTime(timezone=True), nullable=False
        ),
        sa.Column("queued_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["alert_id"], ["alert.id"], name=op.f("fk_message_alert_id_alert")
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact.id"], name=op.f("fk_message_contact_id_contact")
        ),
        sa.ForeignKeyConstraint(
            ["participant_id"],
            ["participant.id"],
            name=op.f("fk_message_participant_id_participant"),
        ),
        sa.ForeignKeyConstraint(
            ["queued_by"], ["account.id"], name=op.f("fk_message_queued_by_account")
        ),
        sa.ForeignKeyConstraint(
            ["review_id"], ["review.id"], name=op.f("fk_message_review_id_review")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
        sa.UniqueConstraint("dedupe_key", name=op.f("uq_message_dedupe_key")),
    )
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_message_participant_id"), ["participant_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_message_review_id"), ["review_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_message_state_message_priority_message_next_at"),
            ["state", "priority", "next_at"],
            unique=False,
        )

    op.create_table(
        "attempt",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("provider", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column(
            "started_at", feedback.db.types.UtcDateTime(timezone=True), nullable=False
        ),
        sa.Column(
            "ended_at", feedback.db.types.UtcDateTime(timezone=True), nullable=True
        ),
        sa.Column("provider_sid", sa.Text(), nullable=True),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("http", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "state IN ('calling', 'accepted', 'refused', 'unknown', 'not-found')",
            name=op.f("ck_attempt_known_state"),
        ),
        sa.ForeignKeyConstraint(
            ["message_id"], ["message.id"], name=op.f("fk_attempt_message_id_message")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt")),
        sa.UniqueConstraint("message_id", "n", name=op.f("uq_attempt_message_id_n")),
        sa.UniqueConstraint("provider_sid", name=op.f("uq_attempt_provider_sid")),
    )
    with op.batch_alter_table("attempt", schema=None) as batch_op:
        batch_op.create_index(
            "uq_attempt_one_open",
            ["message_id"],
            unique=True,
            sqlite_where=sa.text("state IN ('calling', 'unknown')"),
            postgresql_where=sa.text("state IN ('calling', 'unknown')"),
        )

    op.create_table(
        "provider_event",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("event_key", sa.Text(), nullable=False),
        sa.Column("attempt_id", sa.Uuid(), nullable=True),
        sa.Column("provider_sid", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column(
            "received_at", feedback.db.types.UtcDateTime(timezone=True), nullable=False
        ),
        sa.Column(
            "applied_at", feedback.db.types.UtcDateTime(timezone=True), nullable=True
        ),
        sa.ForeignKeyConstraint(
            ["attempt_id"],
            ["attempt.id"],
            name=op.f("fk_provider_event_attempt_id_attempt"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provider_event")),
        sa.UniqueConstraint("event_key", name=op.f("uq_provider_event_event_key")),
    )
    with op.batch_alter_table("provider_event", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_provider_event_applied_at"), ["applied_at"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_provider_event_attempt_id"), ["attempt_id"], unique=False
        )


def downgrade() -> None:
    with op.batch_alter_table("provider_event", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_provider_event_attempt_id"))
        batch_op.drop_index(batch_op.f("ix_provider_event_applied_at"))

    op.drop_table("provider_event")
    with op.batch_alter_table("attempt", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_attempt_one_open",
            sqlite_where=sa.text("state IN ('calling', 'unknown')"),
            postgresql_where=sa.text("state IN ('calling', 'unknown')"),
        )

    op.drop_table("attempt")
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.drop_index(
            batch_op.f("ix_message_state_message_priority_message_next_at")
        )
        batch_op.drop_index(batch_op.f("ix_message_review_id"))
        batch_op.drop_index(batch_op.f("ix_message_participant_id"))

    op.drop_table("message")
    with op.batch_alter_table("suppression", schema=None) as batch_op:
        batch_op.drop_index(
            batch_op.f("ix_suppression_contact_hmac_suppression_channel")
        )

    op.drop_table("suppression")
    op.drop_table("inbound")
