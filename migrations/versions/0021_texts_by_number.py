"""Find the texts of one number, and the text behind an alert, without reading all."""

from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        op.f("ix_inbound_from_hmac_inbound_received_at"),
        "inbound",
        ["from_hmac", "received_at"],
        unique=False,
    )
    op.create_index(op.f("ix_inbound_alert_id"), "inbound", ["alert_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_inbound_alert_id"), table_name="inbound")
    op.drop_index(
        op.f("ix_inbound_from_hmac_inbound_received_at"), table_name="inbound"
    )
