"""Keep which aspects of identity the work paid attention to, unchanged from lock on."""

import sqlalchemy as sa
from alembic import op

import feedback.db.types

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

TABLE = "attention"


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("review_id", sa.Uuid(), nullable=False),
        sa.Column("aspects", sa.String(length=400), nullable=False),
        sa.Column("offered", sa.String(length=400), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.Column("at", feedback.db.types.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["review_id"], ["review.id"], name=op.f("fk_attention_review_id_review")
        ),
        sa.ForeignKeyConstraint(
            ["by"], ["account.id"], name=op.f("fk_attention_by_account")
        ),
        sa.PrimaryKeyConstraint("review_id", name=op.f("pk_attention")),
    )
    for verb in ("INSERT", "UPDATE", "DELETE"):
        refuse_once_locked(verb)


def downgrade() -> None:
    on = "" if on_sqlite() else f" ON {TABLE}"
    for verb in ("insert", "update", "delete"):
        op.execute(f"DROP TRIGGER {TABLE}_no_{verb}{on}")
        if on:
            op.execute(f"DROP FUNCTION {TABLE}_no_{verb}()")
    op.drop_table(TABLE)


def on_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def refuse_once_locked(verb: str) -> None:
    name = f"{TABLE}_no_{verb.lower()}"
    row = "NEW" if verb == "INSERT" else "OLD"
    is_locked = (
        f"EXISTS (SELECT 1 FROM review WHERE id = {row}.review_id"  # noqa: S608 - our own words
        " AND locked_at IS NOT NULL)"
    )
    if on_sqlite():
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {verb} ON {TABLE} FOR EACH ROW"
            f" WHEN ({is_locked})"
            f" BEGIN SELECT RAISE(ABORT, '{TABLE} is kept as it is'); END"
        )
        return
    kept = "OLD" if verb == "DELETE" else "NEW"
    op.execute(
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        f" IF {is_locked} THEN RAISE EXCEPTION '{TABLE} is kept as it is'; END IF;"
        f" RETURN {kept}; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {name} BEFORE {verb} ON {TABLE} FOR EACH ROW"
        f" EXECUTE FUNCTION {name}()"
    )
