"""An index that finds copies by their origin: 0005_article_origins.sql beside this file."""

from pathlib import Path

from dyadwatch.store.migrations import online

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    online.index(Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"))


def downgrade() -> None:
    raise RuntimeError("The rows of a newer program do not fit an older one: restore a backup instead.")
