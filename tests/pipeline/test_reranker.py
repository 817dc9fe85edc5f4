"""The pipeline with a language model that is asked."""

import json

from local_site import WEATHER, Page, article, feed

from dyadwatch import bootstrap
from dyadwatch.store import articles, taggings

PATH = "/v1/chat/completions"
QUOTE = "Khamenei to hear Assad"


def test_an_answer_is_a_feature_and_a_failure_delays_nothing(product, site, subscribe):
    settings = product.settings.model_copy(
        update={"reranker": "openai", "reranker_url": f"{site.url}/v1", "reranker_model": "small"}
    )
    content = json.dumps({"probability": 0.9, "quote": QUOTE})
    site.pages[PATH] = Page(json.dumps({"choices": [{"message": {"content": content}}]}))
    subscribe("/rss")
    asking = bootstrap.build(settings)
    for path, title in (("/one", "Talks in the Gulf"), ("/two", "A second day in the Gulf")):
        site.pages["/rss"] = feed(site, (path, title))
        site.pages[path] = article(title, f"Qatar's emir called on {QUOTE}, {title.lower()}.", *WEATHER)
        asking.pipeline.run_until_idle()
        site.pages[PATH] = Page("", status=500)
        with product.store.begin() as db:
            db.exec_driver_sql("UPDATE feeds SET due_at = now()")
    asking.close()
    with product.store.begin() as db:
        by_title = {
            view.title: taggings.of_article(db, view.id)
            for view in articles.page(db, limit=5, cursor=None).data
        }
    (answered,), (failed,) = by_title["Talks in the Gulf"], by_title["A second day in the Gulf"]
    assert answered.mentions[0].features["reranker"] > 2
    assert not failed.mentions
    assert site.request_count(PATH) == 2
