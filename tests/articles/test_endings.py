"""What stands after an article's text and is no part of it, told by form rather than by words."""

import pytest

from dyadwatch import articles

URL = "https://ledger.example/2024/harbour-talks-resume"
TITLE = "Harbour talks resume after a long silence"
OWN = [
    "Envoys of the two islands met in the old customs house on Monday and spoke for six hours about the harbour.",
    "The ferry that used to join them has not sailed since the radar station was closed in March, said the port.",
    "Nobody expects a signature before the winter, when the fishing fleets of both islands come home to harbour.",
]
ENDINGS = {
    "a heading alone": "<h3>おすすめの記事はこちら</h3>",
    "a heading before links": '<h2>Lo que otros leen hoy</h2><ul><li><a href="/1">Los panaderos cuentan sus panes en el valle</a></li></ul>',
    "an address in Korean": "<p>신현주 기자 reporter@ledger.example</p>",
    "an address in Turkish": "<p>Muhabirimize ulaşmak için: haber@ledger.example</p>",
    "a letter in Polish": '<p>Masz uwagi do autora? <a href="mailto:r@ledger.example">Napisz do niego</a> jeszcze dzisiaj.</p>',
    "a list by letter in German": '<p>Das Wichtigste am Morgen, kurz und klar: <a href="/newsletter/morgen">hier entlang</a>.</p>',
    "a list by letter in Italian": '<p>Le notizie del porto ogni mattina: <a href="https://mail.example/newsletters?x=1">eccole</a>.</p>',
    "a channel in Russian": '<p>Новости порта теперь и в <a href="https://t.me/ledger">нашем канале</a>, каждое утро.</p>',
    "a channel in Arabic": '<p>تابعوا أخبار الميناء على <a href="https://wa.me/123">قناتنا</a> كل صباح.</p>',
    "a program in Portuguese": '<p>As notícias do porto no seu bolso: <a href="https://apps.apple.com/app/1">aqui</a>.</p>',
    "a gift in French": '<p>Nos enquêtes vivent de vous, <a href="https://ledger.example/donate">aidez-nous</a> à continuer.</p>',
    "a name in a network in Dutch": "<p>Volg de verslaggever: @ledgerhaven</p>",
    "a pointer without its target in Swedish": "<p>Se också hela intervjun med hamnchefen här:</p>",
    "subjects": "<p>porto, ferry, pesca, conselho das ilhas, radar</p>",
    "names of reporters": "<p>Ярослав Кузин, Антон Зеленин, Карина Гасимова</p>",
}  # fmt: skip
OWN_ENDINGS = {
    "a quote": "<p>“We have waited for seven winters,” said the harbour master.</p>",
    "an address in a sentence": (
        "<p>Whoever saw the boat is asked to turn to the harbour police at harbour@islands.example or to call"
        " the station on the outer island, which is manned at every hour until the search ends on Friday.</p>"
    ),
    "a list in a sentence": "<p>They spoke of fish, radar, ferries, sailors and the old map.</p>",
    "a link in a sentence": '<p>The council published <a href="/2021/treaty">the treaty of 1921</a> with both maps.</p>',
    "a short line": "<p>The talks go on.</p>",
}  # fmt: skip


def extract(ending):
    text = "".join(f"<p>{one}</p>" for one in OWN)
    page = f"<html><head><title>{TITLE}</title></head><body><article><h1>{TITLE}</h1>{text}{ending}</article></body></html>"
    return articles.extract(page, url=URL).text.split("\n\n")


@pytest.mark.parametrize("name", ENDINGS)
def test_what_follows_an_article_is_left_out(name):
    """In whatever language it is written."""
    assert extract(ENDINGS[name]) == OWN


@pytest.mark.parametrize("name", OWN_ENDINGS)
def test_an_articles_last_sentence_stays(name):
    """Also where it has an address, a link or a list in it."""
    *before, last = extract(OWN_ENDINGS[name])
    assert before == OWN
    assert last


def test_several_endings_go_together():
    """Each is the last paragraph once those after it are gone."""
    assert extract(ENDINGS["a channel in Arabic"] + ENDINGS["subjects"] + ENDINGS["a heading alone"]) == OWN


def test_a_standfirst_that_the_lead_repeats_is_said_once():
    """Also where the two differ by a stop or a word."""
    standfirst = OWN[0].replace("spoke for six hours", "spoke six hours").rstrip(".")
    page = (
        f'<html><head><title>{TITLE}</title><meta name="description" content="{standfirst}"></head><body><article>'
        f"<header><h1>{TITLE}</h1><h2>{standfirst}</h2></header>{''.join(f'<p>{one}</p>' for one in OWN)}</article></body></html>"
    )
    assert articles.extract(page, url=URL).text.split("\n\n") == OWN
