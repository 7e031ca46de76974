"""Refuse changes to what is kept for ever."""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

# Not one row of these may change or go.
KEPT = ("audit_event", "review_step", "alert_event", "grading", "first_comment")
# Rows of these stand still from the moment the meeting's record is signed.
SIGNED = {
    "meeting": "OLD.signed_at IS NOT NULL",
    "seat": (
        "EXISTS (SELECT 1 FROM meeting WHERE id = OLD.meeting_id"
        " AND signed_at IS NOT NULL)"
    ),
    "recommendation": (
        "EXISTS (SELECT 1 FROM meeting WHERE review_id = OLD.review_id"
        " AND signed_at IS NOT NULL)"
    ),
    "considered": (
        "EXISTS (SELECT 1 FROM meeting WHERE review_id = OLD.review_id"
        " AND signed_at IS NOT NULL)"
    ),
}
# A built report keeps its findings; only its publication is added.
FROZEN = "OLD.findings IS NOT NEW.findings OR OLD.input_digest IS NOT NEW.input_digest"
FROZEN_POSTGRESQL = (
    "OLD.findings::text IS DISTINCT FROM NEW.findings::text"
    " OR OLD.input_digest IS DISTINCT FROM NEW.input_digest"
)


def upgrade() -> None:
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    if not on_sqlite:
        op.execute(
            "CREATE FUNCTION trigpoint_refuse() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN RAISE EXCEPTION '% is kept as it is', TG_TABLE_NAME; END $$"
        )
    for table in KEPT:
        refuse(table, "UPDATE")
        refuse(table, "DELETE")
    for table, condition in SIGNED.items():
        refuse(table, "UPDATE", condition)
        refuse(table, "DELETE", condition)
    refuse("report", "UPDATE", FROZEN if on_sqlite else FROZEN_POSTGRESQL)


def downgrade() -> None:
    on = "" if op.get_bind().dialect.name == "sqlite" else " ON {table}"
    for table in (*KEPT, *SIGNED, "report"):
        for verb in ("update", "delete"):
            if (table, verb) != ("report", "delete"):
                op.execute(f"DROP TRIGGER {table}_no_{verb}" + on.format(table=table))
                if on:
                    op.execute(f"DROP FUNCTION IF EXISTS {table}_no_{verb}()")
    if on:
        op.execute("DROP FUNCTION trigpoint_refuse()")


def refuse(table: str, verb: str, condition: str | None = None) -> None:
    name = f"{table}_no_{verb.lower()}"
    when = f" WHEN ({condition})" if condition else ""
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {verb} ON {table} FOR EACH ROW{when}"
            f" BEGIN SELECT RAISE(ABORT, '{table} is kept as it is'); END"
        )
    elif condition and "EXISTS" in condition:
        # A trigger's WHEN may not look into other tables here: the function does.
        op.execute(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            f" IF {condition} THEN RAISE EXCEPTION '{table} is kept as it is'; END IF;"
            f" IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END $$"
        )
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {verb} ON {table} FOR EACH ROW"
            f" EXECUTE FUNCTION {name}()"
        )
    else:
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {verb} ON {table} FOR EACH ROW{when}"
            f" EXECUTE FUNCTION trigpoint_refuse()"
        )
