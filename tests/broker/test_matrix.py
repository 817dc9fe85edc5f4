"""Every kind of broker, with a real server of it: requests are counted, hints are sent and received.

Where the machine has no such server the test is skipped.
"""

import contextlib
import re
from urllib.parse import urlsplit

import broker_servers as servers
import pytest
import redis
import trustme
from kombu.exceptions import OperationalError

from dyadwatch import bootstrap
from dyadwatch.broker import Broker, Pacing, Quota, Throttle
from dyadwatch.broker_urls import read_broker_url, read_pacing_url
from dyadwatch.errors import BrokerUnavailable
from dyadwatch.model.steps import Step
from dyadwatch.politeness import HostLimits
from dyadwatch.settings import Settings
from workers.app import create_app, send_hint

ONE = HostLimits(at_once=1, spacing=0.0, delay=1.0)


pytestmark = pytest.mark.usefixtures("redis_url")  # which empties it for each test


@pytest.fixture(scope="module")
def url(request, _valkey_url, tmp_path_factory):
    """The URL of a server of the kind that the test names; it is started once."""
    valkey = urlsplit(_valkey_url).port
    with contextlib.ExitStack() as stack:
        match request.param:
            case "redis" | "valkey":
                yield f"{request.param}://127.0.0.1:{valkey}/0"
            case "rediss" | "valkeys":
                port, certificate = stack.enter_context(servers.tls_in_front_of(valkey))
                yield f"{request.param}://localhost:{port}/0?ssl_ca_certs={certificate}"
            case "unix":
                path = tmp_path_factory.mktemp("redis") / "a socket"
                stack.enter_context(servers.valkey(config=f'unixsocket "{path}"\n'))
                yield f"unix://{str(path).replace(' ', '%20')}?db=2"
            case "rediss+sentinel":
                authority = trustme.CA()
                primary, certificate = stack.enter_context(servers.tls_in_front_of(valkey, authority))
                sentinel = stack.enter_context(servers.sentinel(primary))
                port, _ = stack.enter_context(servers.tls_in_front_of(sentinel, authority))
                yield f"rediss+sentinel://localhost:{port}/mine/0?ssl_ca_certs={certificate}"
            case "sentinel":
                yield f"sentinel://127.0.0.1:{stack.enter_context(servers.sentinel(valkey))}/mine/0"
            case "cluster":
                ports = stack.enter_context(servers.cluster())
                yield "redis+cluster://" + ",".join(f"127.0.0.1:{port}" for port in ports)
            case "amqp":
                yield f"amqp://guest:guest@127.0.0.1:{stack.enter_context(servers.rabbitmq())}"
            case "sqs":
                port = stack.enter_context(servers.sqs())
                yield f"sqs://key:secret@127.0.0.1:{port}?region=us-east-1&is_secure=false"


@contextlib.contextmanager
def opened(url):
    counts = url.startswith(("redis+cluster", "rediss+cluster"))
    broker = Broker(read_pacing_url(url) if counts else read_broker_url(url))
    yield broker
    broker.close()


def received(app, step, *, send):
    """How many hints at a step are received, one having been sent or not."""
    hints = []
    with app.connection_for_read() as connection:
        queue = app.amqp.queues[step.value]
        with connection.Consumer([queue], callbacks=[lambda body, message: hints.append(message.ack())]):
            if send:
                send_hint(app, step)
            with contextlib.suppress(TimeoutError):
                connection.drain_events(timeout=30 if send else 0.5)
    app.close()
    return len(hints)


@pytest.mark.parametrize(
    "url",
    ["redis", "valkey", "rediss", "valkeys", "unix", "sentinel", "rediss+sentinel", "cluster"],
    indirect=True,
)
def test_requests_are_counted_over_all_processes(url):
    with opened(url) as broker, opened(url) as colleague:
        broker.ping()
        for host in ("one.example", "two.example", "three.example"):
            token = Pacing(broker).acquire(host, ONE, max_wait=9.0).token
            assert token
            assert Pacing(colleague).acquire(host, ONE, max_wait=9.0).token is None
            Pacing(broker).release(host, token)
            assert Pacing(colleague).acquire(host, ONE, max_wait=9.0).token


@pytest.mark.parametrize(
    "url",
    ["redis", "valkey", "rediss", "valkeys", "unix", "sentinel", "rediss+sentinel", "amqp", "sqs"],
    indirect=True,
)
def test_a_hint_is_sent_and_received(url):
    app = create_app(Settings(redis_url=url))
    assert received(app, Step.TAG, send=True) == 1


def test_two_installations_share_a_database_and_see_nothing_of_each_other(redis_url):
    """Also where the server lets each touch its own keys alone."""
    quota = Quota(2, window=3600)
    with redis.Redis.from_url(redis_url) as client, contextlib.ExitStack() as stack:
        urls = []
        for name in ("one", "two"):
            client.execute_command("ACL SETUSER", name, "on", f">{name}", f"~{name}:*", f"&{name}:*", "+@all")
            stack.callback(client.execute_command, "ACL DELUSER", name)
            urls.append(redis_url.replace("//", f"//{name}:{name}@") + f"?key_prefix={name}:")
        brokers = [stack.enter_context(opened(url)) for url in urls]
        for broker in brokers:
            assert Pacing(broker).acquire("one.example", ONE, max_wait=9.0).token
            assert Throttle(broker).spend("key:1", quota).remaining == 1
        apps = [create_app(Settings(redis_url=url)) for url in urls]
        assert [received(app, Step.TAG, send=app is apps[0]) for app in apps] == [1, 0]
        assert {key.partition(b":")[0] for key in client.scan_iter()} == {b"one", b"two"}


@pytest.mark.parametrize("url", ["sqs"], indirect=True)
def test_a_queue_drops_hints_that_nobody_takes(url):
    app = create_app(Settings(redis_url=url))
    with app.connection_for_write() as connection:
        queue = app.amqp.queues[Step.TAG.value](connection.default_channel)
        queue.declare()
        client = connection.default_channel.sqs()
        attributes = client.get_queue_attributes(
            QueueUrl=client.list_queues()["QueueUrls"][0], AttributeNames=["MessageRetentionPeriod"]
        )
    app.close()
    assert attributes["Attributes"] == {"MessageRetentionPeriod": "60"}


@pytest.mark.parametrize("url", ["amqp", "sqs"], indirect=True)
def test_a_broker_that_only_carries_messages_leaves_counting_to_each_process_or_another_server(
    url, database_url, redis_url
):
    settings = Settings(database_url=database_url, redis_url=url)
    alone = bootstrap.build(settings)
    alone.broker.ping()
    assert not alone.broker.is_shared
    alone.close()
    shared = bootstrap.build(
        settings.model_copy(update={"pacing_url": Settings(pacing_url=redis_url).pacing_url})
    )
    shared.broker.ping()
    assert shared.broker.is_shared
    assert shared.broker.execute(lambda client: client.ping())
    shared.close()


@pytest.mark.parametrize("url", ["rediss", "rediss+sentinel"], indirect=True)
def test_a_server_with_an_unknown_certificate_is_not_trusted(url):
    """Not for counting, and not for hints, where Celery by itself would not look."""
    unknown = url.partition("?")[0]
    with opened(unknown) as broker, pytest.raises(BrokerUnavailable):
        broker.ping()
    app = create_app(Settings(redis_url=unknown))
    with app.connection_for_write() as connection, pytest.raises(OperationalError):
        connection.ensure_connection(max_retries=1, timeout=5)


@pytest.mark.parametrize("url", ["amqp"], indirect=True)
@pytest.mark.parametrize("wrong", ["guest:hunter2@{}", "guest:guest@{}/none"])
def test_a_broker_that_refuses_us_is_not_called_reachable(url, wrong):
    refused = "amqp://" + wrong.format(url.rpartition("@")[2])
    with opened(refused) as broker, pytest.raises(BrokerUnavailable) as caught:
        broker.ping()
    assert "hunter2" not in caught.value.detail
    app = create_app(Settings(redis_url=refused))
    with pytest.raises(BrokerUnavailable) as caught:
        send_hint(app, Step.TAG)
    assert "hunter2" not in caught.value.detail
    app.close()


def test_a_broker_that_is_away_is_named_without_its_password():
    for url in (
        "redis://:secret@127.0.0.1:1/0",
        "redis+cluster://:secret@127.0.0.1:1",
        "amqp://u:secret@127.0.0.1:1",
        "sentinel://:secret@127.0.0.1:1/mine",
    ):
        with opened(url) as broker, pytest.raises(BrokerUnavailable) as caught:
            broker.ping()
        assert "127.0.0.1:1" in caught.value.detail
        assert not re.search("secret|<", caught.value.detail)
        assert broker.execute(lambda client: client.ping()) is None
