"""Pages that hold no whole article are named, and whole articles are not."""

import pytest

from dyadwatch import articles

SENTENCE = "The council has met for the third time this week and could not agree on the new timetable of the ferries."
BODY = "".join(
    f"<p>{SENTENCE} The vote of day {number} was postponed after {number} hours.</p>"
    for number in range(2, 12)
)
SHORT = f"<p>{SENTENCE}</p>"
TITLE = "Council meets on ferries again"
CARDS = {
    name: "".join(
        form.format(
            target=f"/2023/s{number}",
            title=f"The harbour of the town number {number} reopens",
            text=f"It had been shut for {number} winters, said the mayor of the town.",
        )
        for number in range(2, 8)
    )
    for name, form in {
        "heading": '<div class="card"><h3><a href="{target}">{title}</a></h3><p>{text}</p></div>',
        "article": '<article class="post {target}"><h2><a href="{target}">{title}</a></h2><div>{text}</div></article>',
        "bold link": '<div><p><a href="{target}"><b>{title}</b></a></p><p>{text}</p></div>',
        "link at the end": '<section><h2>{title}</h2><p>{text}</p><a href="{target}">Read it</a></section>',
    }.items()
}
URL = "https://news.example/2023/council-meets-on-ferries-again.html"
TEASERS = "".join(
    f"<li><a href='/story/{number}'>The harbour of the town number {number} reopens in spring</a></li>"
    for number in range(30)
)


def stated(**facts):
    members = "".join(f', "{name}": {value}' for name, value in facts.items())
    return f'<script type="application/ld+json">{{"@type": "NewsArticle", "headline": "{TITLE}"{members}}}</script>'


def node(kind):
    return f'<script type="application/ld+json">{{"@type": "{kind}", "name": "x"}}</script>'


def kind(*, body=BODY, head="", title=TITLE, url=URL):
    html = f"<!doctype html><html lang=en><head><title>{title}</title>{head}</head><body><article><h1>{title}</h1>{body}</article></body></html>"
    return articles.extract(html, url=url).not_article


PAGES = [
    ("missing_page", {"title": "404 - Page not found", "body": "<p>We could not find what you were looking for, sorry.</p>"}),
    ("error_page", {"title": "Just a moment...", "body": "<p>Checking your browser before you may go on to the site.</p>"}),
    ("missing_page", {"title": "Sayfa bulunamadı", "body": "<p>Aradığınız sayfa taşınmış ya da silinmiş olabilir, ana sayfaya dönün.</p>"}),
    ("missing_page", {"title": "Error 404 (Not Found)!!1", "body": SHORT}),
    ("missing_page", {"title": "Oops! That page can’t be found | The Quay", "body": SHORT}),
    ("error_page", {"title": "503 Service Unavailable", "body": SHORT}),
    *(
        ("missing_page", {"title": f"{title} | The Quay", "body": SHORT})
        for title in (
            "Pagina nu a fost găsită", "Stránka nebyla nalezena", "Az oldal nem található", "Sidan kunde inte hittas", "Siden findes ikke",
            "Sivua ei löytynyt", "Η σελίδα δεν βρέθηκε", "Страницата не е намерена", "Halaman tidak ditemukan", "Không tìm thấy trang",
            "페이지를 찾을 수 없습니다", "पृष्ठ नहीं मिला", "找不到網頁",
        )
    ),
    ("missing_page", {"title": "Página no encontrada - El Muelle", "body": SHORT}),
    ("error_page", {"title": "Attention Required! | Cloudflare", "body": SHORT}),
    ("error_page", {"title": "Scheduled maintenance", "body": "<p>The Quay rests for an hour while we work on it.</p>"}),
    ("error_page", {"title": "Sorry, you have been blocked", "body": SHORT}),
    ("error_page", {"title": "This content is not available in your region", "body": SHORT}),
    ("error_page", {"title": "На сайте ведутся технические работы", "body": "<p>Мы вернёмся через час, приносим извинения за неудобства.</p>"}),
    ("error_page", {"title": "The Quay", "body": "<p>You need to enable JavaScript to run this app.</p>"}),
    ("error_page", {"title": "quay.example", "head": "<script src=//geo.captcha-delivery.com/c.js></script>", "body": "<p>We look whether the way to the site is safe.</p>"}),
    ("error_page", {"body": "<div id=app></div>"}),
    ("paywall", {"head": stated(isAccessibleForFree="true", hasPart='[{"@type": "WebPageElement", "isAccessibleForFree": "http://schema.org/False"}]'), "body": SHORT}),
    ("paywall", {"head": stated() + '<script type="application/ld+json">{"@type": "WebPageElement", "isAccessibleForFree": "False"}</script>', "body": SHORT}),
    ("paywall", {"head": stated(isAccessibleForFree='"False"'), "body": SHORT}),
    ("paywall", {"head": stated(isAccessibleForFree="false", wordCount=900)}),
    ("paywall", {"head": stated(hasPart='{"@type": "WebPageElement", "isAccessibleForFree": false}'), "body": f"{SHORT * 2}<p>{SENTENCE[:60]} …</p>"}),
    ("paywall", {"head": "<meta property='article:content_tier' content='locked'>", "body": SHORT}),
    ("paywall", {"body": f"{SHORT}<div class=wall><p>Subscribe to continue reading this story.</p></div>"}),
    ("paywall", {"body": f"{SHORT}<div><p>Dieser Artikel ist nur für Abonnenten zu lesen.</p></div>"}),
    ("paywall", {"body": f"{SHORT}<div><p>هذا المحتوى للمشتركين وحدهم، اشترك الآن لتقرأ البقية.</p></div>"}),
    ("live_blog", {"head": node("LiveBlogPosting")}),
    ("live_blog", {"url": "https://news.example/world/live/2023/may/3/ferries", "title": "Ferries: live updates from the harbour"}),
    ("live_blog", {"title": "Live updates: ferries leave the harbour", "body": "".join(f"<p><time>1{n}:00</time></p>" for n in range(6)) + BODY}),
    ("live_blog", {"title": "Live: ferries leave the harbour", "head": stated(), "body": "".join(f"<p><time>1{n}:00</time></p>" for n in range(6)) + BODY}),
    ("video", {"head": "<meta property='og:type' content='video.other'>", "body": SHORT}),
    ("video", {"head": node("VideoObject"), "body": SHORT}),
    ("video", {"head": stated(), "body": f"<video src=a.mp4></video>{SHORT}", "url": "https://news.example/video/12/ferries"}),
    ("login_page", {"title": "Sign in | The Quay", "body": f"{SHORT * 3}<form><input type=password name=p></form>"}),
    ("consent_page", {"title": "Before you continue to The Quay", "body": f"{SHORT * 3}<p>We store cookies.</p><button>Accept</button>"}),
    ("listing", {"url": "https://news.example/"}),
    ("listing", {"head": node("CollectionPage"), "body": SHORT}),
    ("listing", {"head": node("ItemList"), "title": "Harbour"}),
    ("listing", {"head": "<meta property='og:type' content='profile'>", "title": "Ann Bell", "body": f"{SHORT}{CARDS['heading']}"}),
    ("listing", {"title": "Ann Bell", "url": "https://news.example/team/ann-bell", "body": f"{SHORT}{CARDS['article']}"}),
    *(("listing", {"title": "Stories of the north", "url": "https://news.example/?tag=north", "body": body}) for body in CARDS.values()),
    ("listing", {"title": "Harbour", "body": "".join(f"<div><h3><a href=/s{n}>Story {n}</a></h3></div>" for n in range(6))}),
    ("listing", {"title": "World news", "body": "".join(f"<p><a href=/s{n}>Story of thing {n}</a> {SENTENCE}</p>" for n in range(6))}),
    ("listing", {"url": "https://news.example/world/asia", "title": "Asia", "body": f"<ul>{TEASERS}</ul>{SHORT}"}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "page"), PAGES)
def test_what_is_no_whole_article_is_named(name, page):
    """Each kind is recognised by what the publisher states or shows."""
    assert kind(**page) == name


WHOLE = [
    {},
    {"title": "Sign in", "head": "<meta property=og:type content=article>", "body": f"{BODY}<form><input type=password name=p></form>"},
    {"head": stated(isAccessibleForFree="true"), "body": SHORT * 2},
    {"head": stated(isAccessibleForFree="false", wordCount=250)},
    {"head": stated(isAccessibleForFree="false")},
    {"title": "Page not found: how a library lost its books", "body": BODY * 2},
    {"title": "500 prisoners freed after talks on the harbour", "body": SHORT * 2},
    {"title": "404 days of war at the strait", "body": SHORT * 2},
    {"title": "Missing ferryman not found after a week of searching", "body": SHORT * 2},
    {"title": "Access denied: how the port shut out its critics", "body": SHORT * 2},
    {"title": "Just a moment of silence for the drowned", "body": SHORT * 2},
    {"title": "403 jobs go as the shipyard closes", "body": SHORT * 2},
    {"title": "Fire at the old mill", "body": "<p>It burned down.</p>"},
    {"title": "Scheduled maintenance closes the lock for a week", "body": SHORT * 2},
    {"title": "Scheduled maintenance", "body": BODY},
    {"title": "Pardon our interruption", "head": "<meta property=og:type content=article>", "body": SHORT},
    {"title": "Why readers enable JavaScript", "body": f"{SHORT}<p>Most of them enable JavaScript for the sake of maps, as was said at the conference.</p>"},
    {"body": f"{BODY}<p>Already a subscriber? Log in to continue reading your letters.</p>{BODY}"},
    {"head": stated(video='{"@type": "VideoObject"}'), "body": SHORT},
    {"head": stated(), "url": "https://news.example/"},
    {"title": "Live music returns to the harbour"},
    {"url": "https://news.example/live/2023/ferries", "head": stated()},
    {"url": "https://news.example/live/2023/ferries", "head": stated(), "body": "".join(f"<p><time>1{n}:00</time></p>" for n in range(6)) + BODY},
    {"body": f"{BODY}<ul>{TEASERS}</ul>"},
    *({"head": node(name)} for name in ("CollectionPage", "ItemList", "ProfilePage")),
    *({"body": f"{SHORT}{body}"} for body in CARDS.values()),
    {"head": "<meta property='article:published_time' content='2023-01-02'>", "url": "https://news.example/world/asia", "body": f"<ul>{TEASERS}</ul>{SHORT}"},
]  # fmt: skip


@pytest.mark.parametrize("page", WHOLE)
def test_whole_articles_are_not_suspected(page):
    """A sign alone, without the rest of the pattern, makes no accusation."""
    assert kind(**page) is None


@pytest.mark.parametrize("link", ["", "<h3><a href=/b>The harbour from above</a></h3>"])
def test_the_captions_are_the_text_of_a_gallery_that_has_no_other(link):
    """Not where it leads to other stories, whose pictures they may be."""
    figures = "".join(
        f"<figure><img src=i><figcaption>The ferry number {n} left the harbour.</figcaption></figure>"
        for n in range(3)
    )
    html = f"<html lang=en><head><title>{TITLE}</title></head><body><article><h1>{TITLE}</h1>{figures}{link}</article></body></html>"
    article = articles.extract(html, url=URL)
    if link:
        assert (article.text, article.not_article) == ("", "error_page")
    else:
        assert article.text.split("\n\n") == [f"The ferry number {n} left the harbour." for n in range(3)]
        assert article.not_article is None


def test_what_there_is_of_a_teaser_is_kept():
    """A named page still gives its headline, text and facts."""
    html = f"<html lang=en><head>{stated(isAccessibleForFree='false', wordCount=900)}</head><body><article><h1>{TITLE}</h1>{BODY}</article></body></html>"
    article = articles.extract(html, url=URL)
    assert (article.not_article, article.title) == ("paywall", TITLE)
    assert SENTENCE in article.text


@pytest.mark.parametrize(
    "flash", ["议会今天通过了这项法案。", "总统抵达北京！", "国会は法案を可決した。", "총리가 사임했다."]
)
def test_a_sentence_without_blanks_is_an_article_however_short(flash):
    """In scripts that write none between words."""
    assert kind(body=f"<p>{flash}</p>") is None
