"""Keep how each group stood when the record was signed."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "moderated_voice",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("review_id", sa.Uuid(), nullable=False),
        sa.Column("dimension", sa.String(length=40), nullable=False),
        sa.Column("group", sa.String(length=40), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("grade", sa.Integer(), nullable=True),
        sa.Column("lo", sa.Integer(), nullable=True),
        sa.Column("hi", sa.Integer(), nullable=True),
        sa.Column("coarse", sa.Boolean(), nullable=False),
        sa.Column("silence", sa.String(length=40), nullable=True),
        sa.CheckConstraint(
            "grade BETWEEN 1 AND 4", name=op.f("ck_moderated_voice_on_scale")
        ),
        sa.CheckConstraint(
            "lo BETWEEN 1 AND hi AND hi <= 4", name=op.f("ck_moderated_voice_bands")
        ),
        sa.CheckConstraint(
            "(lo IS NULL) = (hi IS NULL) AND (lo IS NULL) = (silence IS NOT NULL)",
            name=op.f("ck_moderated_voice_speaks_or_is_silent"),
        ),
        sa.ForeignKeyConstraint(
            ["review_id"],
            ["review.id"],
            name=op.f("fk_moderated_voice_review_id_review"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_moderated_voice")),
        sa.UniqueConstraint(
            "review_id",
            "dimension",
            "group",
            name=op.f("uq_moderated_voice_review_id_dimension_group"),
        ),
    )
    for verb in ("UPDATE", "DELETE"):
        refuse(verb)


def downgrade() -> None:
    # The triggers go with their table.
    op.drop_table("moderated_voice")


def refuse(verb: str) -> None:
    name = f"moderated_voice_no_{verb.lower()}"
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {verb} ON moderated_voice FOR EACH ROW"
            f" BEGIN SELECT RAISE(ABORT, 'moderated_voice is kept as it is'); END"
        )
    else:
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {verb} ON moderated_voice FOR EACH ROW"
            f" EXECUTE FUNCTION trigpoint_refuse()"
        )
