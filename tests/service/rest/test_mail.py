"""Mail as a channel of subscriptions, by a real SMTP server, and how a reader ends it."""

import re
from datetime import UTC, datetime

import orjson
import pytest
from mail_server import LocalMailServer
from sqlalchemy import text

from dyadwatch.model.alerts import AlertEvent
from dyadwatch.model.steps import Step
from dyadwatch.senders import Transports, unsubscribe_token
from dyadwatch.senders.mail import Mail
from dyadwatch.store import alert_events, subscription_secrets, subscriptions
from dyadwatch.store.queries import run
from dyadwatch.subscriptions import envelope
from dyadwatch.web import MailServer

READER = "mailto:reader@paper.test"
SITE = "https://alerts.test"
_EXPIRE = """
UPDATE alert_events
SET body = regexp_replace(body, '"expires_at":"[^"]*"', '"expires_at":"2001-01-01T00:00:00+00:00"')
"""


@pytest.fixture
def mailbox(product):
    """What arrives at the server that the product sends mail by."""
    server = LocalMailServer()
    server.start()
    url = f"smtp+insecure://127.0.0.1:{server.port}"
    outgoing = MailServer(url, allow_private=product.settings.allow_private_networks)
    channel = Mail(Transports(product.web, outgoing, "news@our.test", SITE))
    product.senders._channels["mailto"] = channel
    yield server.mailbox
    server.stop()


@pytest.fixture
def owe(product, rows):
    """Owes a subscription events about an alert with this title."""

    def owe(subscription, *titles, event_type="alert.created"):
        for title in titles:
            alert = rows.alert()
            article = {"id": 1, "url": "https://a.test/1?a=1&b=2", "title": title, "source": "SANA"}
            data = {**rows.document(articles=[article]), "id": alert, "watch": "assad-khamenei", "score": 0.9}
            body = envelope(event_type, datetime.now(UTC), data).decode()
            with product.store.begin() as db:
                event = AlertEvent(alert, event_type, f"msg_{alert}", body)
                alert_events.add(db, event, [subscription])

    return owe


def bodies(mail):
    return {part.get_content_type(): part.get_content() for part in mail.walk() if not part.is_multipart()}


@pytest.fixture
def subscribe(api, product, mailbox):
    """Subscribes the reader, who confirms it; gives the number of the subscription."""

    def subscribe(**body):
        number = api.post("/v1/subscriptions", {"url": READER, **body}).get_json()["id"]
        assert api.client.post(asked(product, mailbox)).status_code == 200
        mailbox.mails.clear()
        return number

    return subscribe


def asked(product, mailbox):
    """The link of the mail that asks for what was subscribed last."""
    product.pipeline.run(Step.DELIVER, 5)
    return link_of(mailbox)


def link_of(mailbox):
    return re.search(rf"{SITE}(/confirm/\S+)", bodies(mailbox.mails[-1][2])["text/plain"])[1]


def set_state(product, statement):
    with product.store.begin() as db:
        db.execute(text(statement))


def test_nothing_is_sent_until_the_reader_has_followed_the_link_of_a_mail(
    api, product, mailbox, owe, rows, with_scope
):
    answer = api.post(
        "/v1/subscriptions", {"url": READER, "template": {"body": "x", "content_type": "text/plain"}}
    )
    path, number = answer.headers["Location"], answer.get_json()["id"]
    assert answer.get_json()["state"] == "unconfirmed"
    with product.store.begin() as db:
        assert run(db, subscriptions.recipients_query()) == []
    owe(number, "Talks")  # as an event would that was raised a moment before
    link, anybody = asked(product, mailbox), with_scope(None).client
    ((_, recipient, mail),) = mailbox.mails
    assert (recipient, mail["Subject"]) == ("reader@paper.test", "Please confirm: alerts by mail")
    for action, body in (("test", None), ("resume", None), ("pause", None)):
        refused = api.post(f"{path}/{action}", body)
        assert (refused.status_code, refused.get_json()["code"]) == (409, "subscription_unconfirmed")
    assert api("PATCH", path, {"state": "active"}).status_code == 409
    assert api.get(path).get_json()["state"] == "unconfirmed"
    _, _, _, until, token = link.split("/")
    for wrong in (
        f"/confirm/{number}/{until}/{'0' * 64}", f"/confirm/{number}/{int(until) + 1}/{token}",
        f"/confirm/{number + 1}/{until}/{token}", f"/confirm/{number}/{'9' * 17}/{token}", f"/confirm/{number}/{until}/x",
    ):  # fmt: skip
        assert {anybody.get(wrong).status_code, anybody.post(wrong).status_code} == {404}
    asking = anybody.get(link)
    assert (asking.status_code, "<form" in asking.text) == (200, True)
    assert api.get(path).get_json()["state"] == "unconfirmed"
    for _ in range(2):
        assert "Confirmed" in anybody.post(link).text
    assert api.get(path).get_json()["state"] == "active"
    product.pipeline.run(Step.DELIVER, 5)
    assert [mail["Subject"] for _, _, mail in mailbox.mails[1:]] == ["x"]


def test_a_link_expires_and_another_is_mailed_three_times_a_day_whoever_asks(
    api, product, mailbox, with_scope
):
    answer = api.post("/v1/subscriptions", {"url": READER})
    path = answer.headers["Location"]
    old = asked(product, mailbox)
    set_state(product, _EXPIRE)
    assert api.post(f"{path}/confirmation").get_json()["state"] == "unconfirmed"
    set_state(product, _EXPIRE)
    late = asked(product, mailbox)
    assert late != old
    assert with_scope(None).client.post(late).status_code == 410
    assert api.get(path).get_json()["state"] == "unconfirmed"
    assert api("DELETE", path).status_code == 204
    path = api.post("/v1/subscriptions", {"url": READER.replace("reader", "READER")}).headers["Location"]
    for refused in (api.post(f"{path}/confirmation"), api.post("/v1/subscriptions", {"url": READER})):
        assert (refused.status_code, refused.get_json()["code"]) == (409, "too_many_confirmations")
    set_state(product, "UPDATE confirmation_requests SET requested_at = now() - interval '25 hours'")
    assert api.post(f"{path}/confirmation").status_code == 200
    with product.store.begin() as db:
        assert db.execute(text("SELECT count(*) FROM confirmation_requests")).scalar_one() == 1
    assert with_scope(None).client.post(asked(product, mailbox)).status_code == 200
    refused = api.post(f"{path}/confirmation")
    assert (refused.status_code, refused.get_json()["code"]) == (409, "subscription_confirmed")


def test_another_address_and_one_that_was_ended_are_asked_again(api, product, mailbox, subscribe, with_scope):
    path = f"/v1/subscriptions/{subscribe()}"
    first = api("PATCH", path, {"url": "mailto:desk@paper.test"})
    assert first.get_json()["state"] == "unconfirmed"
    link = asked(product, mailbox)
    assert mailbox.mails[-1][1] == "desk@paper.test"
    assert api("PATCH", path, {"url": "mailto:other@paper.test"}).get_json()["state"] == "unconfirmed"
    assert with_scope(None).client.post(link).status_code == 404
    assert with_scope(None).client.post(asked(product, mailbox)).status_code == 200
    set_state(product, "UPDATE subscriptions SET state = 'disabled', disabled_reason = 'the reader ended it'")
    assert "have ended" in with_scope(None).client.get(link_of(mailbox)).text
    assert api.post(f"{path}/resume").get_json()["state"] == "unconfirmed"
    assert api("PATCH", path, {"url": "https://hooks.test/"}).get_json()["state"] == "active"


def test_an_alert_is_mailed_as_text_and_html_and_a_repeat_is_the_same_message(
    api, product, mailbox, owe, subscribe
):
    subscription = subscribe()
    title = "Talks <b>in</b> دمشق\r\nBcc: all@paper.test"
    owe(subscription, title)
    assert product.pipeline.run(Step.DELIVER, 5) == 1
    delivery = api.get("/v1/deliveries").get_json()["data"][0]
    api.post(f"/v1/deliveries/{delivery['id']}/retry")
    assert product.pipeline.run(Step.DELIVER, 5) == 1
    (sender, recipient, mail), (_, _, again) = mailbox.mails
    assert (sender, recipient) == ("news@our.test", "reader@paper.test")
    assert mail["Subject"] == "New alert: Talks <b>in</b> دمشق Bcc: all@paper.test"
    assert mail["Bcc"] is None
    assert mail["Message-ID"] == again["Message-ID"] == f"<{delivery['webhook_id']}@our.test>"
    text, html = bodies(mail)["text/plain"], bodies(mail)["text/html"]
    assert "> Assad met Khamenei in Tehran." in text
    assert "Talks &lt;b&gt;in&lt;/b&gt;" in html
    assert 'href="https://a.test/1?a=1&amp;b=2"' in html
    assert (
        delivery["state"],
        api.get(f"/v1/deliveries/{delivery['id']}").get_json()["attempts"][0]["status"],
    ) == (
        "delivered",
        250,
    )


def test_a_digest_is_one_mail(product, mailbox, owe, rows, subscribe):
    owe(subscribe(timing={"digest": {"every": "hour"}}), "First talks", "Second talks")
    rows.execute("UPDATE deliveries SET created_at = created_at - interval '1 hour'")
    assert product.pipeline.run(Step.DELIVER, 5) == 1
    ((_, _, mail),) = mailbox.mails
    assert mail["Subject"] == "2 alerts"
    assert "1. First talks" in bodies(mail)["text/plain"]
    assert "2. Second talks" in bodies(mail)["text/plain"]


def test_a_template_makes_the_text(api, mailbox, subscribe):
    template = {"body": "{{ alerts[0].watch }}!\n{{ type }}", "content_type": "text/plain"}
    path = f"/v1/subscriptions/{subscribe(template=template)}"
    assert api.post(f"{path}/test").get_json()["state"] == "delivered"
    ((_, _, mail),) = mailbox.mails
    assert (mail["Subject"], list(bodies(mail))) == ("north-south!", ["text/plain"])
    assert bodies(mail)["text/plain"].split() == ["north-south!", "subscription.test"]


@pytest.mark.parametrize("event_type", ["subscription.test", "endpoint.failing"])
def test_what_is_about_no_alert_is_mailed_too(api, product, mailbox, subscribe, event_type):
    number = subscribe(events=["endpoint.failing"])
    if event_type == "subscription.test":
        api.post(f"/v1/subscriptions/{number}/test")
    else:
        body = envelope(event_type, datetime.now(UTC), {"host": "<a.test>"}).decode()
        with product.store.begin() as db:
            alert_events.add(db, AlertEvent(None, event_type, "msg_1", body), [number])
        product.pipeline.run(Step.DELIVER, 5)
    ((_, _, mail),) = mailbox.mails
    assert "<a.test>" not in bodies(mail)["text/html"]


def test_a_refusal_is_an_attempt_and_one_for_good_ends_the_delivery(api, product, mailbox, owe, subscribe):
    subscription = subscribe()
    states = []
    for refusal in ("450 mailbox busy", "550 no such user"):
        mailbox.refuse_recipient = refusal
        owe(subscription, "Talks")
        product.pipeline.run(Step.DELIVER, 5)
        delivery = api.get(f"/v1/deliveries?subscription={subscription}").get_json()["data"][0]
        states.append(
            (delivery["state"], delivery["attempts"][0]["reason"], delivery["attempts"][0]["status"])
        )
    assert states == [("pending", "status", 450), ("exhausted", "status", 550)]


def test_every_mail_says_how_it_is_ended_and_one_click_ends_it(api, mailbox, subscribe, with_scope):
    path = f"/v1/subscriptions/{subscribe()}"
    api.post(f"{path}/test")
    ((_, _, mail),) = mailbox.mails
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    # As it was sent: no reader of mail looks for addresses in encoded words.
    assert re.search(rb"\r\nList-Unsubscribe: <http[^\r]+>,\r\n <mailto:", mailbox.sent[0])
    link = re.match(
        rf"<{SITE}(/unsubscribe/\d+/[0-9a-f]+)>, <mailto:news@our\.test\?", mail["List-Unsubscribe"]
    )[1]
    assert f"{SITE}{link}" in bodies(mail)["text/plain"]
    anybody = with_scope(None).client
    for wrong in (link[:-1] + ("0" if link[-1] != "0" else "1"), link.replace("/1/", "/2/"), link[:-1]):
        for answer in (anybody.get(wrong), anybody.post(wrong)):
            assert answer.status_code == 404
    assert anybody.get(link).status_code == 200
    assert api.get(path).get_json()["state"] == "active"
    answer = anybody.post(link, data={"List-Unsubscribe": "One-Click"})
    assert (answer.status_code, "have ended" in answer.text) == (200, True)
    subscription = api.get(path).get_json()
    assert subscription["state"] == "disabled"
    assert subscription["disabled_reason"].startswith("the reader ended it")
    assert anybody.post(link).status_code == 200


def test_a_link_of_before_a_rotation_works_while_the_earlier_secret_does(api, mailbox, product, with_scope):
    answer = api.post("/v1/subscriptions", {"url": READER})
    path, number = answer.headers["Location"], answer.get_json()["id"]
    old = f"/unsubscribe/{number}/{unsubscribe_token(answer.get_json()['secret'], number)}"
    anybody = with_scope(None).client
    api.post(f"{path}/secrets", {"grace_seconds": 60})
    assert anybody.get(old).status_code == 200
    api.post(f"{path}/secrets", {"grace_seconds": 0})
    assert anybody.get(old).status_code == 404
    with product.store.begin() as db:
        assert len(subscription_secrets.signing(db, number)) == 1


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        *(({"url": f"mailto:{address}"}, "/url", "url_invalid") for address in (
            "nobody", "a@b", "a@b.test,c@d.test", "a@b.test?bcc=c@d.test", "a b@c.test", "A <a@b.test>", "a@b.test%0aBcc:c@d.test",
            "x" * 250 + "@b.test",
        )),
        ({"url": READER, "headers": {"x-key": "a"}}, "/headers", "contradictory"),
        ({"url": READER, "template": {"preset": "slack"}}, "/template", "contradictory"),
    ],
)  # fmt: skip
def test_what_mail_cannot_do_is_refused(api, mailbox, body, pointer, code):
    answer = api.post("/v1/subscriptions", body)
    assert answer.status_code == 422
    assert [(error["pointer"], error["code"]) for error in answer.get_json()["errors"]] == [(pointer, code)]


def test_without_a_mail_server_a_subscription_by_mail_is_refused_and_an_old_one_waits(
    api, mailbox, product, subscribe
):
    path = f"/v1/subscriptions/{subscribe()}"
    product.senders._channels["mailto"] = Mail(Transports(product.web))
    answer = api.post("/v1/subscriptions", {"url": READER})
    assert (answer.status_code, answer.get_json()["code"]) == (422, "mail_not_set_up")
    attempt = api.post(f"{path}/test").get_json()["attempts"][0]
    assert (attempt["error"], attempt["reason"]) == ("mail_not_set_up", "not-sent")
    assert orjson.loads(api.get(path).data)["endpoint"]["failures"] == 0
