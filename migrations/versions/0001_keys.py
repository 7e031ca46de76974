"""Keep data keys, wrapped."""

import sqlalchemy as sa
from alembic import op

import feedback.db.types

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "keyring",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.Column(
            "created_at", feedback.db.types.UtcDateTime(timezone=True), nullable=False
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_keyring")),
        sa.UniqueConstraint("name", name=op.f("uq_keyring_name")),
    )
    op.create_table(
        "review_key",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("review_id", sa.Uuid(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=True),
        sa.Column(
            "created_at", feedback.db.types.UtcDateTime(timezone=True), nullable=False
        ),
        sa.Column(
            "destroyed_at", feedback.db.types.UtcDateTime(timezone=True), nullable=True
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_key")),
        sa.UniqueConstraint("review_id", name=op.f("uq_review_key_review_id")),
    )


def downgrade() -> None:
    op.drop_table("review_key")
    op.drop_table("keyring")
