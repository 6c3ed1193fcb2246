"""Count case files by office, year, kind and status.

Revision: 0002, after: 0001
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "case_tally",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(length=26), nullable=False),
        sa.Column("office_id", sqlmodel.sql.sqltypes.AutoString(length=26), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("case_kind", sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
        sa.Column("status", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("cases", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_tally")),
    )
    op.create_index(
        "ix_case_tally_status", "case_tally", ["status", "office_id", "year", "case_kind", "cases"]
    )
    # One row a cell from the case files there are; the smallest id of a cell names it.
    op.execute(
        "INSERT INTO case_tally (id, office_id, year, case_kind, status, cases) "
        "SELECT min(id), office_id, year, case_kind, status, count(*) FROM case_file "
        "GROUP BY office_id, year, case_kind, status"
    )


def downgrade() -> None:
    op.drop_table("case_tally")
