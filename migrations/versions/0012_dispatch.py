"""Know whose link a message carries, pause a channel, and show a pulse."""

import sqlalchemy as sa
from alembic import op

import feedback.db.types

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        # Rebuilding the table would drop it under the attempts that refer to it.
        op.execute(
            "ALTER TABLE message ADD COLUMN invitation_id CHAR(32)"
            " REFERENCES invitation (id)"
        )
    else:
        op.add_column("message", sa.Column("invitation_id", sa.Uuid(), nullable=True))
        op.create_foreign_key(
            op.f("fk_message_invitation_id_invitation"),
            "message",
            "invitation",
            ["invitation_id"],
            ["id"],
        )
    op.create_index(
        op.f("ix_message_invitation_id"), "message", ["invitation_id"], unique=False
    )
    op.create_index(
        op.f("ix_attempt_started_at"), "attempt", ["started_at"], unique=False
    )
    op.create_index(
        op.f("ix_provider_event_provider_sid"),
        "provider_event",
        ["provider_sid"],
        unique=False,
    )
    op.create_table(
        "delivery_pause",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column(
            "since", feedback.db.types.UtcDateTime(timezone=True), nullable=False
        ),
        sa.Column(
            "probe_at", feedback.db.types.UtcDateTime(timezone=True), nullable=False
        ),
        sa.Column(
            "ended_at", feedback.db.types.UtcDateTime(timezone=True), nullable=True
        ),
        sa.Column("ended_by", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery_pause")),
    )
    op.create_index(
        "uq_delivery_pause_one_open",
        "delivery_pause",
        ["channel"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "heartbeat",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("at", feedback.db.types.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_heartbeat")),
    )


def downgrade() -> None:
    op.drop_table("heartbeat")
    op.drop_index("uq_delivery_pause_one_open", table_name="delivery_pause")
    op.drop_table("delivery_pause")
    op.drop_index(op.f("ix_provider_event_provider_sid"), table_name="provider_event")
    op.drop_index(op.f("ix_attempt_started_at"), table_name="attempt")
    op.drop_index(op.f("ix_message_invitation_id"), table_name="message")
    op.drop_column("message", "invitation_id")
