"""Give many workers one queue, on PostgreSQL."""

from alembic import op
from procrastinate.schema import SchemaManager

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

TABLES = ("periodic_defers", "events", "jobs", "workers")


def upgrade() -> None:
    if not on_postgresql():
        return
    # Many statements at once, with percent signs: past SQLAlchemy, to the driver.
    driver = op.get_bind().connection.driver_connection
    driver.execute(SchemaManager.get_schema())


def downgrade() -> None:
    if not on_postgresql():
        return
    for table in TABLES:
        op.execute(f"DROP TABLE procrastinate_{table} CASCADE")
    op.execute(
        """
        DO $$
        DECLARE named text;
        BEGIN
            FOR named IN
                SELECT oid::regprocedure::text FROM pg_proc
                WHERE starts_with(proname, 'procrastinate_')
                AND pronamespace = current_schema()::regnamespace
            LOOP EXECUTE 'DROP FUNCTION ' || named || ' CASCADE'; END LOOP;
            FOR named IN
                SELECT oid::regtype::text FROM pg_type
                WHERE starts_with(typname, 'procrastinate_')
                AND typnamespace = current_schema()::regnamespace
            LOOP EXECUTE 'DROP TYPE ' || named || ' CASCADE'; END LOOP;
        END $$
        """
    )


def on_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"
