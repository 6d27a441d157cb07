import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade():
    op.add_column("orders", sa.Column("total", sa.Numeric(12, 2), nullable=False, server_default="0"))
    op.create_index("orders_by_customer", "orders", ["customer_id"])


def downgrade():
    op.drop_index("orders_by_customer")
    op.drop_column("orders", "total")
