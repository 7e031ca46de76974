"""Keep each dimension's status as the meeting signed it, and refuse late additions."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

# Once the record is signed, nothing is added to these either.
SIGNED = ("recommendation", "considered")
IS_SIGNED = (
    "EXISTS (SELECT 1 FROM meeting WHERE review_id = NEW.review_id"
    " AND signed_at IS NOT NULL)"
)


def upgrade() -> None:
    op.create_table(
        "moderated_finding",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("review_id", sa.Uuid(), nullable=False),
        sa.Column("dimension", sa.String(length=40), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["review_id"],
            ["review.id"],
            name=op.f("fk_moderated_finding_review_id_review"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_moderated_finding")),
        sa.UniqueConstraint(
            "review_id",
            "dimension",
            name=op.f("uq_moderated_finding_review_id_dimension"),
        ),
    )
    for verb in ("UPDATE", "DELETE"):
        refuse("moderated_finding", verb)
    refuse("report", "DELETE")
    for table in SIGNED:
        refuse_when_signed(table)


def downgrade() -> None:
    drop("moderated_finding", "update")
    drop("moderated_finding", "delete")
    drop("report", "delete")
    for table in SIGNED:
        drop(table, "insert")
        if not on_sqlite():
            op.execute(f"DROP FUNCTION {table}_no_insert()")
    op.drop_table("moderated_finding")


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


def refuse_when_signed(table: str) -> None:
    name = f"{table}_no_insert"
    if on_sqlite():
        op.execute(
            f"CREATE TRIGGER {name} BEFORE INSERT ON {table} FOR EACH ROW"
            f" WHEN ({IS_SIGNED})"
            f" BEGIN SELECT RAISE(ABORT, '{table} is kept as it is'); END"
        )
        return
    op.execute(
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        f" IF {IS_SIGNED} THEN RAISE EXCEPTION '{table} is kept as it is'; END IF;"
        f" RETURN NEW; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {name} BEFORE INSERT ON {table} FOR EACH ROW"
        f" EXECUTE FUNCTION {name}()"
    )


def drop(table: str, verb: str) -> None:
    on = "" if on_sqlite() else f" ON {table}"
    op.execute(f"DROP TRIGGER {table}_no_{verb}{on}")
