"""Characters that turn the direction of text, which watches may not have any more, leave those stored."""

from alembic import op

revision = "0058"
down_revision = "0057"

_CLEAN = r"""
CREATE FUNCTION pg_temp.legible(document jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
    SELECT CAST(translate(CAST(document AS text),
        E'\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069', '') AS jsonb)
$$
"""


def upgrade() -> None:
    op.execute(_CLEAN)
    op.execute(
        "UPDATE watches SET document = pg_temp.legible(document) WHERE document <> pg_temp.legible(document)"
    )
    op.execute(
        "UPDATE watch_versions SET document = pg_temp.legible(document) "
        "WHERE document <> pg_temp.legible(document)"
    )


def downgrade() -> None:
    raise RuntimeError("The rows of a newer program do not fit an older one: restore a backup instead.")
