"""Remember failing providers, paused templates, and what a person decided."""

import sqlalchemy as sa
from alembic import op

import feedback.db.types

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

INSTANT = feedback.db.types.UtcDateTime(timezone=True)
# Table, column, and the table it refers to.
REFERENCES = (
    ("message", "fallback_of", "message"),
    ("inbound", "alert_id", "alert"),
    ("inbound", "triaged_by", "account"),
)


def upgrade() -> None:
    for table, column, other in REFERENCES:
        add_reference(table, column, other)
    op.create_index(
        op.f("ix_message_fallback_of"), "message", ["fallback_of"], unique=True
    )
    op.add_column(
        "attempt", sa.Column("is_provider_fault", sa.Boolean(), nullable=True)
    )
    op.create_index(
        op.f("ix_attempt_provider_attempt_started_at"),
        "attempt",
        ["provider", "started_at"],
        unique=False,
    )
    op.add_column("provider_event", sa.Column("orphaned_at", INSTANT, nullable=True))
    op.add_column("inbound", sa.Column("from_sealed", sa.LargeBinary(), nullable=True))
    op.add_column("inbound", sa.Column("triaged_at", INSTANT, nullable=True))
    op.create_index(
        op.f("ix_inbound_triage_state"), "inbound", ["triage_state"], unique=False
    )
    make_tables()


def make_tables() -> None:
    op.create_table(
        "breaker",
        sa.Column("provider", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("since", INSTANT, nullable=False),
        sa.Column("until", INSTANT, nullable=True),
        sa.Column("probes", sa.Integer(), nullable=False),
        sa.Column("passed", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("provider", name=op.f("pk_breaker")),
    )
    op.create_table(
        "template_pause",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("purpose", sa.String(length=40), nullable=False),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("since", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("ended_by", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_template_pause")),
    )
    op.create_index(
        "uq_template_pause_one_open",
        "template_pause",
        ["channel", "purpose"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "reply_stop",
        sa.Column("contact_hmac", sa.LargeBinary(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("since", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("contact_hmac", name=op.f("pk_reply_stop")),
    )
    op.create_table(
        "delivery_decision",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("what", sa.String(length=40), nullable=False),
        sa.Column("reason_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("by", sa.Uuid(), nullable=True),
        sa.Column("at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["by"], ["account.id"], name=op.f("fk_delivery_decision_by_account")
        ),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["message.id"],
            name=op.f("fk_delivery_decision_message_id_message"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery_decision")),
    )
    op.create_index(
        op.f("ix_delivery_decision_message_id"),
        "delivery_decision",
        ["message_id"],
        unique=False,
    )


def downgrade() -> None:
    for table in ("delivery_decision", "reply_stop", "template_pause", "breaker"):
        op.drop_table(table)
    op.drop_index(op.f("ix_inbound_triage_state"), table_name="inbound")
    op.drop_column("inbound", "triaged_at")
    op.drop_column("inbound", "from_sealed")
    op.drop_column("provider_event", "orphaned_at")
    op.drop_index(op.f("ix_attempt_provider_attempt_started_at"), table_name="attempt")
    op.drop_column("attempt", "is_provider_fault")
    op.drop_index(op.f("ix_message_fallback_of"), table_name="message")
    for table, column, _ in REFERENCES:
        op.drop_column(table, column)


def add_reference(table: str, column: str, other: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        # Rebuilding the table would drop it under the rows that refer to it.
        op.execute(
            f"ALTER TABLE {table} ADD COLUMN {column} CHAR(32) REFERENCES {other} (id)"
        )
        return
    op.add_column(table, sa.Column(column, sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f(f"fk_{table}_{column}_{other}"), table, other, [column], ["id"]
    )
