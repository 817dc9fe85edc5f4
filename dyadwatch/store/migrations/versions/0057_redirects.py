"""Where pages were answered, to see at which address several end."""

from dyadwatch.store.migrations import online

revision = "0057"
down_revision = "0056"


def upgrade() -> None:
    online.index("CREATE INDEX CONCURRENTLY snapshots_url ON snapshots (md5(url))")


def downgrade() -> None:
    raise RuntimeError("The rows of a newer program do not fit an older one: restore a backup instead.")
