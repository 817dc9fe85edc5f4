"""GET /v1/quality answers with the figures that the package ships."""

from dyadwatch.tagging import TAGGER_VERSION
from dyadwatch.tagging.quality import shipped_quality


def test_the_figures_are_those_of_the_package_and_say_what_is_running(with_scope):
    reader = with_scope("read")
    answer = reader.get("/v1/quality")
    assert answer.status_code == 200
    document = answer.get_json()
    assert document.pop("running")["tagger_version"] == TAGGER_VERSION
    assert document == shipped_quality()
    unchanged = reader.get("/v1/quality", headers={"If-None-Match": answer.headers["ETag"]})
    assert unchanged.status_code == 304
