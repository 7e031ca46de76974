"""Let somebody answer by text, question by question."""

import sqlalchemy as sa
from alembic import op

import feedback.db.types

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

INSTANT = feedback.db.types.UtcDateTime(timezone=True)
STATES = (
    "state IN ('offered', 'asking', 'unclear', 'waiting', 'on_web', 'done',"
    " 'stopped', 'closed')"
)
# Column, and the table it refers to.
REFERENCES = {
    "review_id": "review",
    "participant_id": "participant",
    "contact_id": "contact",
    "invitation_id": "invitation",
    "asked_by": "message",
}


def upgrade() -> None:
    op.create_table(
        "conversation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("review_id", sa.Uuid(), nullable=False),
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("invitation_id", sa.Uuid(), nullable=False),
        sa.Column("number_hmac", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("question", sa.String(length=40), nullable=True),
        sa.Column("asked_by", sa.Uuid(), nullable=True),
        sa.Column("texts", sa.Integer(), nullable=False),
        sa.Column("offered_at", INSTANT, nullable=False),
        sa.Column("started_at", INSTANT, nullable=True),
        sa.Column("heard_at", INSTANT, nullable=True),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.CheckConstraint(STATES, name=op.f("ck_conversation_known_state")),
        *(
            sa.ForeignKeyConstraint(
                [column],
                [f"{table}.id"],
                name=op.f(f"fk_conversation_{column}_{table}"),
            )
            for column, table in REFERENCES.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conversation")),
        sa.UniqueConstraint(
            "invitation_id", name=op.f("uq_conversation_invitation_id")
        ),
    )
    op.create_index(
        op.f("ix_conversation_number_hmac"),
        "conversation",
        ["number_hmac"],
        unique=False,
    )
    op.add_column(
        "contact",
        sa.Column(
            "answers_by_text", sa.Boolean(), nullable=False, server_default=sa.false()
        ),
    )
    op.add_column("inbound", sa.Column("worked_at", INSTANT, nullable=True))
    op.create_index(
        op.f("ix_inbound_worked_at"), "inbound", ["worked_at"], unique=False
    )
    add_reference("inbound", "conversation_id", "conversation")
    need_review_for_alerts(is_needed=False)


def downgrade() -> None:
    refuse_strangers()
    need_review_for_alerts(is_needed=True)
    op.drop_index(op.f("ix_inbound_worked_at"), table_name="inbound")
    for column in ("conversation_id", "worked_at"):
        op.drop_column("inbound", column)
    op.drop_column("contact", "answers_by_text")
    op.drop_table("conversation")


def refuse_strangers() -> None:
    """Lose no alert: before, each had a review, and a stranger's text has none."""
    count = sa.text("SELECT count(*) FROM alert WHERE review_id IS NULL")
    if op.get_bind().execute(count).scalar_one():
        raise RuntimeError(
            "There are alerts about texts from unknown numbers, which an older "
            "release cannot keep: the database stays as it is"
        )


def on_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def add_reference(table: str, column: str, other: str) -> None:
    if on_sqlite():
        # Rebuilding the table would drop it under the rows that refer to it.
        op.execute(
            f"ALTER TABLE {table} ADD COLUMN {column} CHAR(32) REFERENCES {other} (id)"
        )
        return
    op.add_column(table, sa.Column(column, sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f(f"fk_{table}_{column}_{other}"), table, other, [column], ["id"]
    )


def need_review_for_alerts(*, is_needed: bool) -> None:
    """Say whether an alert must belong to a review: a stranger's text may not."""
    if not on_sqlite():
        op.alter_column("alert", "review_id", nullable=not is_needed)
        return
    # Rebuilding the table would drop it under its messages and history. Whether a
    # column may be empty is not part of how rows are stored, so SQLite's own advice
    # for such a change is to write the table's definition anew.
    must, may = "review_id CHAR(32) NOT NULL", "review_id CHAR(32)"
    before, after = (may, must) if is_needed else (must, may)
    version = op.get_bind().exec_driver_sql("PRAGMA schema_version").scalar_one()
    op.execute("PRAGMA writable_schema = ON")
    op.execute(
        "UPDATE sqlite_master SET sql ="  # noqa: S608 - our own words
        f" replace(sql, '{before},', '{after},')"
        " WHERE type = 'table' AND name = 'alert'"
    )
    op.execute(f"PRAGMA schema_version = {version + 1}")
    op.execute("PRAGMA writable_schema = OFF")
