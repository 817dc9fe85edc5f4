"""Mail as a channel of subscriptions, by a real SMTP server, and how a reader ends it."""

import re
from datetime import UTC, datetime

import orjson
import pytest
from mail_server import LocalMailServer

from dyadwatch.model.alerts import AlertEvent
from dyadwatch.model.steps import Step
from dyadwatch.senders import Transports, unsubscribe_token
from dyadwatch.senders.mail import Mail
from dyadwatch.store import alert_events, subscription_secrets
from dyadwatch.subscriptions import envelope
from dyadwatch.web import MailServer

READER = "mailto:reader@paper.test"
SITE = "https://alerts.test"


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


def test_an_alert_is_mailed_as_text_and_html_and_a_repeat_is_the_same_message(
    api, product, mailbox, owe, rows
):
    subscription = api.post("/v1/subscriptions", {"url": READER}).get_json()["id"]
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


def test_a_digest_is_one_mail(api, product, mailbox, owe, rows):
    body = {"url": READER, "timing": {"digest": {"every": "hour"}}}
    owe(api.post("/v1/subscriptions", body).get_json()["id"], "First talks", "Second talks")
    rows.execute("UPDATE deliveries SET created_at = created_at - interval '1 hour'")
    assert product.pipeline.run(Step.DELIVER, 5) == 1
    ((_, _, mail),) = mailbox.mails
    assert mail["Subject"] == "2 alerts"
    assert "1. First talks" in bodies(mail)["text/plain"]
    assert "2. Second talks" in bodies(mail)["text/plain"]


def test_a_template_makes_the_text(api, mailbox):
    template = {"body": "{{ alerts[0].watch }}!\n{{ type }}", "content_type": "text/plain"}
    path = api.post("/v1/subscriptions", {"url": READER, "template": template}).headers["Location"]
    assert api.post(f"{path}/test").get_json()["state"] == "delivered"
    ((_, _, mail),) = mailbox.mails
    assert (mail["Subject"], list(bodies(mail))) == ("north-south!", ["text/plain"])
    assert bodies(mail)["text/plain"].split() == ["north-south!", "subscription.test"]


@pytest.mark.parametrize("event_type", ["subscription.test", "endpoint.failing"])
def test_what_is_about_no_alert_is_mailed_too(api, product, mailbox, event_type):
    path = api.post("/v1/subscriptions", {"url": READER, "events": ["endpoint.failing"]}).headers["Location"]
    if event_type == "subscription.test":
        api.post(f"{path}/test")
    else:
        body = envelope(event_type, datetime.now(UTC), {"host": "<a.test>"}).decode()
        with product.store.begin() as db:
            alert_events.add(db, AlertEvent(None, event_type, "msg_1", body), [int(path.rpartition("/")[2])])
        product.pipeline.run(Step.DELIVER, 5)
    ((_, _, mail),) = mailbox.mails
    assert "<a.test>" not in bodies(mail)["text/html"]


def test_a_refusal_is_an_attempt_and_one_for_good_ends_the_delivery(api, product, mailbox, owe):
    subscription = api.post("/v1/subscriptions", {"url": READER}).get_json()["id"]
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


def test_every_mail_says_how_it_is_ended_and_one_click_ends_it(api, mailbox, with_scope):
    path = api.post("/v1/subscriptions", {"url": READER}).headers["Location"]
    api.post(f"{path}/test")
    ((_, _, mail),) = mailbox.mails
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
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


def test_without_a_mail_server_a_subscription_by_mail_is_refused_and_an_old_one_waits(api, mailbox, product):
    path = api.post("/v1/subscriptions", {"url": READER}).headers["Location"]
    product.senders._channels["mailto"] = Mail(Transports(product.web))
    answer = api.post("/v1/subscriptions", {"url": READER})
    assert (answer.status_code, answer.get_json()["code"]) == (422, "mail_not_set_up")
    attempt = api.post(f"{path}/test").get_json()["attempts"][0]
    assert (attempt["error"], attempt["reason"]) == ("mail_not_set_up", "not-sent")
    assert orjson.loads(api.get(path).data)["endpoint"]["failures"] == 0
