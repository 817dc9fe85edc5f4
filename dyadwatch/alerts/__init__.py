"""When an alert is raised, updated or withdrawn, and which of its changes subscribers are notified of.

Pure: the alert as stored and the articles that carry it now go in, the alert to store and its event come out.
Rows are the store's business, and who receives the event that of `subscriptions`.
"""

from dyadwatch.alerts.changes import RETAGGED, AlertKey, Cause, Decision, decide
from dyadwatch.alerts.documents import serialize, with_changes
from dyadwatch.alerts.edits import compare
from dyadwatch.alerts.redaction import document_without_article, without_article
from dyadwatch.alerts.verdicts import judge

__all__ = [
    "RETAGGED",
    "AlertKey",
    "Cause",
    "Decision",
    "compare",
    "decide",
    "document_without_article",
    "judge",
    "serialize",
    "with_changes",
    "without_article",
]
