"""The wiring: settings in, a product out, nothing opened."""

import pytest

from dyadwatch import __version__, bootstrap
from dyadwatch.errors import BrokerUnavailable, SettingsError, StoreUnavailable
from dyadwatch.rerankers import EndpointReranker
from dyadwatch.settings import Settings


@pytest.mark.parametrize("options", [{}, {"redis_url": "redis://x"}])
def test_a_missing_database_is_named(options):
    with pytest.raises(SettingsError, match="DYADWATCH_DATABASE_URL is not set"):
        bootstrap.build(Settings(**options))


@pytest.mark.parametrize("options", [{"smtp_url": "smtps://mail.test"}, {"mail_from": "news@our.test"}])
def test_half_a_mail_server_is_named(options):
    with pytest.raises(SettingsError, match="SMTP_URL and DYADWATCH_MAIL_FROM go together"):
        bootstrap.build(Settings(database_url="postgresql://127.0.0.1:1/x", **options))


def test_without_a_broker_the_product_is_there_and_says_so_when_asked():
    product = bootstrap.build(Settings(database_url="postgresql://127.0.0.1:1/x"))
    with pytest.raises(BrokerUnavailable, match="DYADWATCH_REDIS_URL is not set"):
        product.broker.ping()
    product.close()


def test_building_opens_nothing_and_a_server_that_is_away_is_named():
    product = bootstrap.build(
        Settings(
            database_url="postgresql://a:hunter2@127.0.0.1:1/x", redis_url="redis://:hunter2@127.0.0.1:1/0"
        )
    )
    with pytest.raises(StoreUnavailable, match=r"127\.0\.0\.1:1"):
        product.store.ping()
    with pytest.raises(BrokerUnavailable, match=r"127\.0\.0\.1:1") as caught:
        product.broker.ping()
    assert "hunter2" not in caught.value.detail
    product.close()


def test_a_broker_that_answers_is_pinged(redis_url):
    product = bootstrap.build(Settings(database_url="postgresql://127.0.0.1:1/x", redis_url=redis_url))
    product.broker.ping()
    product.close()


ENDPOINT = {"reranker": "openai", "reranker_url": "http://127.0.0.1:11434/v1", "reranker_model": "small"}


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"reranker": "oracle"}, "DYADWATCH_RERANKER: no such reranker is installed; there are: openai, nli"),
        ({"reranker": "openai"}, "needs DYADWATCH_RERANKER_URL and DYADWATCH_RERANKER_MODEL"),
        (ENDPOINT, "DYADWATCH_RERANKER_URL: .*DYADWATCH_ALLOW_PRIVATE_NETWORKS"),
        (ENDPOINT | {"reranker_url": "http://models.example/v1", "reranker_key": "sk-secret"}, "by https"),
    ],
)
def test_a_reranker_that_cannot_be_asked_is_refused_at_the_start(options, problem):
    with pytest.raises(SettingsError, match=problem) as caught:
        bootstrap.build(Settings(database_url="postgresql://127.0.0.1:1/x", **options))
    assert "sk-secret" not in caught.value.detail


def test_a_reranker_within_a_network_of_ours_is_taken():
    settings = Settings(**ENDPOINT, reranker_key="sk-secret", allow_private_networks="127.0.0.0/8")
    with bootstrap.standalone_reranker(settings) as reranker:
        assert isinstance(reranker, EndpointReranker)


def test_publishers_are_told_name_version_and_contact():
    assert bootstrap.user_agent(Settings()) == f"dyadwatch/{__version__} (+https://contact-not-set.invalid/)"
    reached = Settings(public_url="https://watch.example/")
    assert bootstrap.user_agent(reached) == f"dyadwatch/{__version__} (+https://watch.example/)"
    user_agent = bootstrap.user_agent(Settings(contact="https://example.org/bot"))
    assert user_agent == f"dyadwatch/{__version__} (+https://example.org/bot)"
