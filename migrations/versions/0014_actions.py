"""Follow what was recommended until somebody else confirms it."""

import sqlalchemy as sa
from alembic import op

import feedback.db.types

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

# Nothing of these ever goes, and no step changes.
KEPT = (("action", "DELETE"), ("action_step", "UPDATE"), ("action_step", "DELETE"))
# What was recommended or raised before there were actions is to be followed as
# well. Each takes its source's identifier: those are unique over all tables.
FROM_RECOMMENDATIONS = """
    INSERT INTO action (id, review_id, recommendation_id, dimension, owner, due_on,
                        state, version)
    SELECT recommendation.id, recommendation.review_id, recommendation.id,
           recommendation.dimension, recommendation.owner, recommendation.due_on,
           'open', 1
    FROM recommendation
    JOIN meeting ON meeting.review_id = recommendation.review_id
    WHERE meeting.signed_at IS NOT NULL
"""
FROM_CONCERNS = """
    INSERT INTO action (id, review_id, concern_id, owner, due_on, state, version)
    SELECT id, review_id, id, owner, due_on, 'open', 1 FROM concern
"""
FIRST_STEPS = """
    INSERT INTO action_step (id, action_id, number, what, came_to, at, due_on)
    SELECT action.id, action.id, 1, 'opened', 'open',
           COALESCE(concern.raised_at, meeting.signed_at), action.due_on
    FROM action
    LEFT JOIN concern ON concern.id = action.concern_id
    LEFT JOIN meeting ON meeting.review_id = action.review_id
"""


def upgrade() -> None:
    create_action()
    create_action_step()
    for statement in (FROM_RECOMMENDATIONS, FROM_CONCERNS, FIRST_STEPS):
        op.execute(statement)
    for table, verb in KEPT:
        refuse(table, verb)


def downgrade() -> None:
    on = "" if on_sqlite() else " ON {table}"
    for table, verb in KEPT:
        op.execute(f"DROP TRIGGER {table}_no_{verb.lower()}" + on.format(table=table))
    op.drop_table("action_step")
    with op.batch_alter_table("action", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_action_state_action_due_on"))
        batch_op.drop_index(batch_op.f("ix_action_assigned_to"))
        batch_op.drop_index(batch_op.f("ix_action_review_id"))
    op.drop_table("action")


def create_action() -> None:
    op.create_table(
        "action",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("review_id", sa.Uuid(), nullable=False),
        sa.Column("recommendation_id", sa.Uuid(), nullable=True),
        sa.Column("concern_id", sa.Uuid(), nullable=True),
        sa.Column("dimension", sa.String(length=40), nullable=True),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("assigned_to", sa.Uuid(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("done_by", sa.Uuid(), nullable=True),
        sa.Column("confirmed_by", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(recommendation_id IS NULL) <> (concern_id IS NULL)",
            name=op.f("ck_action_one_source"),
        ),
        sa.CheckConstraint(
            "state IN ('open', 'done', 'confirmed', 'dropped')",
            name=op.f("ck_action_known_state"),
        ),
        sa.CheckConstraint(
            "(state IN ('done', 'confirmed')) = (done_by IS NOT NULL)",
            name=op.f("ck_action_done_by_somebody"),
        ),
        sa.CheckConstraint(
            "(state = 'confirmed') = (confirmed_by IS NOT NULL)",
            name=op.f("ck_action_confirmed_by_somebody"),
        ),
        sa.CheckConstraint(
            "confirmed_by <> done_by", name=op.f("ck_action_two_people")
        ),
        sa.ForeignKeyConstraint(
            ["assigned_to"], ["account.id"], name=op.f("fk_action_assigned_to_account")
        ),
        sa.ForeignKeyConstraint(
            ["concern_id"], ["concern.id"], name=op.f("fk_action_concern_id_concern")
        ),
        sa.ForeignKeyConstraint(
            ["confirmed_by"],
            ["account.id"],
            name=op.f("fk_action_confirmed_by_account"),
        ),
        sa.ForeignKeyConstraint(
            ["done_by"], ["account.id"], name=op.f("fk_action_done_by_account")
        ),
        sa.ForeignKeyConstraint(
            ["recommendation_id"],
            ["recommendation.id"],
            name=op.f("fk_action_recommendation_id_recommendation"),
        ),
        sa.ForeignKeyConstraint(
            ["review_id"], ["review.id"], name=op.f("fk_action_review_id_review")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_action")),
        sa.UniqueConstraint("concern_id", name=op.f("uq_action_concern_id")),
        sa.UniqueConstraint(
            "recommendation_id", name=op.f("uq_action_recommendation_id")
        ),
    )
    with op.batch_alter_table("action", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_action_review_id"), ["review_id"])
        batch_op.create_index(batch_op.f("ix_action_assigned_to"), ["assigned_to"])
        batch_op.create_index(
            batch_op.f("ix_action_state_action_due_on"), ["state", "due_on"]
        )


def create_action_step() -> None:
    op.create_table(
        "action_step",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("action_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(length=40), nullable=False),
        sa.Column("came_to", sa.String(length=40), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=True),
        sa.Column("at", feedback.db.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("words_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("shown_by_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("assigned_to", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["action_id"], ["action.id"], name=op.f("fk_action_step_action_id_action")
        ),
        sa.ForeignKeyConstraint(
            ["assigned_to"],
            ["account.id"],
            name=op.f("fk_action_step_assigned_to_account"),
        ),
        sa.ForeignKeyConstraint(
            ["by"], ["account.id"], name=op.f("fk_action_step_by_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_action_step")),
        sa.UniqueConstraint(
            "action_id", "number", name=op.f("uq_action_step_action_id_number")
        ),
    )


def on_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def refuse(table: str, verb: str) -> None:
    name = f"{table}_no_{verb.lower()}"
    if on_sqlite():
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {verb} ON {table} FOR EACH ROW"
            f" BEGIN SELECT RAISE(ABORT, '{table} is kept as it is'); END"
        )
    else:
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {verb} ON {table} FOR EACH ROW"
            f" EXECUTE FUNCTION trigpoint_refuse()"
        )
