"""Who wrote it: what bylines say around names, and which of the names that a page shows are its authors'."""

import pytest

from dyadwatch import articles
from dyadwatch.articles.byline_candidates import is_person
from dyadwatch.articles.byline_names import names_in

SENTENCE = "The council has met for the third time this week and could not agree on the new timetable of the ferries, said a speaker of the harbour office on the quay."
TITLE = "Council meets on ferries again"


def read(*, head="", before="", after="", last="", end="", lang="en"):
    html = (
        f"<html lang={lang}><head><title>{TITLE}</title>{head}</head><body><header><a href=/>The Quay</a></header>"
        f"<main><article>{before}<h1>{TITLE}</h1>{after}{f'<p>{SENTENCE}</p>' * 4}{last}</article>{end}</main></body></html>"
    )
    return articles.extract(html, url="https://quay.example/harbour/ferries-again.html").authors


NAMES = [
    ("By Mara Lind", ["Mara Lind"]),
    ("By MARA LIND, TOBIAS BYRD and ABBY ROSS", ["MARA LIND", "TOBIAS BYRD", "ABBY ROSS"]),
    ("Mara Lind, Harbour Correspondent", ["Mara Lind"]),
    ("Mara Lind Senior Political Correspondent", ["Mara Lind"]),
    ("Mara Lind, MD, PhD and Tobias Byrd, CFA", ["Mara Lind", "Tobias Byrd"]),
    ("Email the writer\nBy Mara Lind", ["Mara Lind"]),
    ("Contact us By Mara Lind", ["Mara Lind"]),
    ("Mara Lind @maralind", ["Mara Lind"]),
    ("Mara Lind | mlind@quay.example | The Quay", ["Mara Lind"]),
    ("Mara Lind for quay.com", ["Mara Lind"]),
    ("Mara Lind in Port Hale and Tobias Byrd in Aldmouth", ["Mara Lind", "Tobias Byrd"]),
    ("Mara Lind Published 3 May 2023", ["Mara Lind"]),
    ("Mara Washburn", ["Mara Washburn"]),
    ("Lind, Mara", ["Mara Lind"]),
    ("Mara Lind with Tobias Byrd", ["Mara Lind", "Tobias Byrd"]),
    ("Von Mara Lind und Tobias Byrd", ["Mara Lind", "Tobias Byrd"]),
    ("von Ludwig von Trauen", ["Ludwig von Trauen"]),
    ("Hafen-Reporterin Mara Lind", ["Mara Lind"]),
    ("Mara Lind, Redakteurin", ["Mara Lind"]),
    ("Par Élise Aubin et Marc Tévenot", ["Élise Aubin", "Marc Tévenot"]),
    ("Por Inés Ordaz y Tomás Rueda", ["Inés Ordaz", "Tomás Rueda"]),
    ("di Carla Bonetti", ["Carla Bonetti"]),
    ("Автор: Нина Волкова и Пётр Лесин", ["Нина Волкова", "Пётр Лесин"]),
    ("Yazan: Deniz Akar ve Selin Tunç", ["Deniz Akar", "Selin Tunç"]),
    ("بقلم: ليلى حداد", ["ليلى حداد"]),
    ("بقلم ليلى حداد، سامر نجار", ["ليلى حداد", "سامر نجار"]),
    ("نوشته مینا راد", ["مینا راد"]),
    ("מאת דנה לוי", ["דנה לוי"]),
    ("文/林晓", ["林晓"]),
    ("记者 林晓、周航", ["林晓", "周航"]),
    ("作者：林晓", ["林晓"]),
    ("한지원 기자", ["한지원"]),
    ("港口快訊／林曉，歡迎各界讀者投書並附真實姓名", ["港口快訊", "林曉"]),
    ("MARA LIND, AP Political Writer", ["MARA LIND"]),
    ("Tobias Byrd as told to Mara Lind", ["Mara Lind"]),
    ("Mara Lind/Tobias Byrd", ["Mara Lind", "Tobias Byrd"]),
    ("Lind/agencies", []),
    ("By Mara Lind Associated Press and Tobias Byrd AFP", ["Mara Lind", "Tobias Byrd"]),
    ("Mara Lind Sana", ["Mara Lind Sana"]),
    ("Mara C.J., Tobias Byrd Jr.", ["Mara C.J.", "Tobias Byrd Jr."]),
    ("Mara Lind, THEQUAY NORD", ["Mara Lind"]),
    ("Mara Lind – Friday, June 14, 2024 at 6:40 PM", ["Mara Lind"]),
    ("דנה לוי · יום שישי, 14 ביוני 2024", ["דנה לוי"]),
    ("מאת: דנה לוי ויואב שחם", ["דנה לוי", "יואב שחם"]),
    ("بقلم ليلى حداد وسامر نجار", ["ليلى حداد", "سامر نجار"]),
    ("بقلم محمود علي وليد حسن", ["محمود علي وليد حسن"]),
    ("Reporter: Rini Hapsari | Editor: Bagus Wirawan", ["Rini Hapsari"]),
    ("Tác giả: Lê Thu Hà", ["Lê Thu Hà"]),
    ("Συντάκτης: Μαρία Βλάχου", ["Μαρία Βλάχου"]),
    ("लेखक: रश्मि तिवारी और अमित जोशी", ["रश्मि तिवारी", "अमित जोशी"]),
    ("作者：林晓 编辑：周航", ["林晓", "周航"]),
    ("Carl E Dee", ["Carl E Dee"]),
    ("江海网记者\n林晓", ["林晓"]),
    ("本报记者 林晓", ["林晓"]),
    ("特派记者林晓 报道", ["林晓"]),
    ("林晓 報導", ["林晓"]),
    ("بيروت ـ ليلى حداد", ["ليلى حداد"]),
    ("بيروت ـ «الميناء»", []),
    ("Reuters AFP dpa", []),
    ("Reuters Lind", ["Reuters Lind"]),
    ("MARA LIND E TOBIAS BYRD", ["MARA LIND", "TOBIAS BYRD"]),
    ("Dan Lind", ["Dan Lind"]),
    ("Mara Lind (AFP)", ["Mara Lind"]),
    ("(AFP/Reuters) Mara Lind", ["Mara Lind"]),
    ("Mara Lind [avec AFP]", ["Mara Lind"]),
    ("القاهرة: ليلى حداد", ["ليلى حداد"]),
    ("New Hale: Mara Lind", ["Mara Lind"]),
    ("Photo: Mara Lind", []),
    ("Übersetzung: Mara Lind", []),
    ("تصوير: ليلى حداد", []),
    ("Interview: Mara Lind", ["Mara Lind"]),
    ("Text und Fotos: Mara Lind", ["Mara Lind"]),
    ("Tekst i zdjęcia: Mara Lind", ["Mara Lind"]),
    ("Entretien : Mara Lind et Tobias Byrd", ["Mara Lind", "Tobias Byrd"]),
    ("Беседовала Нина Волкова", ["Нина Волкова"]),
    ("The Quay Story", []),
]  # fmt: skip


@pytest.mark.parametrize(("byline", "names"), NAMES)
def test_names_lose_what_stands_around_them(byline, names):
    """Words before them, roles, degrees, places, employers, addresses and dates, in fifteen languages."""
    assert [one.name for one in names_in(byline) if is_person(one.name, {"thequay"})] == names


def test_a_stated_name_keeps_its_particle():
    """What begins a byline elsewhere is the beginning of a name where a name is stated."""
    script = '<script type="application/ld+json">{{"@type": "NewsArticle", "headline": "{}", "author": {}}}</script>'
    stated = '[{"name": "Di Rienzo Paola"}, {"name": "Mara Lind, Diplomatic Editor"}, {"name": "The Quay"}]'
    assert read(head="<meta property='og:site_name' content='The Quay'>" + script.format(TITLE, stated)) == (
        "Di Rienzo Paola",
        "Mara Lind",
    )


SHOWN = [
    {"after": "<div class=byline>By <a href=/people/ml>Mara Lind</a> <span>Harbour reporter</span></div>"},
    {"after": "<div class=byline><a href='mailto:m@quay.example'>Email the author</a> By Mara Lind</div>"},
    {"after": "<p><span class=author-name>Mara</span> <span class=author-name>Lind</span></p><p class=c-author><b>Mara</b> <b>Lind</b></p>"},
    {"after": "<p>Von Mara Lind</p>", "lang": "de"},
    {"after": "<small>posted on <time>2023-12-19</time> by Mara Lind</small>"},
    {"before": "<div class=article__author>Mara Lind</div>"},
    {"after": "<span itemprop=author itemscope><meta itemprop=url content=/x><span itemprop=name>Mara Lind</span></span>"},
    {"after": "<p class=meta><a href=/author/mara-lind>Mara Lind</a> | <a href=/topics/ports>Ports</a></p>"},
    {"after": "<p class=writer>Mara Lind</p>", "end": "<aside><ul><li class=card><p class=byline>By Tobias Byrd</p></li></ul></aside>"},
    {"before": "<nav><a class=author href=/author/tb>Tobias Byrd</a></nav>", "after": "<p class=byline>By Mara Lind</p>"},
    {"after": "<p class=byline>By Mara Lind</p>", "end": "<section class=comments><p class=comment-author>Tobias Byrd</p><p class=comment-author>Nell Quist</p></section>"},
    {"after": "<ul><li><strong>Datum</strong> 28.04.2023</li><li><strong>Autorin/Autor</strong> Mara Lind</li></ul>", "lang": "de"},
    {"after": "<p><em>Story and photos by Mara Lind</em></p>"},
    {"after": "<p><strong>Mara Lind</strong></p>", "head": "<meta name=author content='The Quay'><meta property='og:site_name' content='The Quay'>"},
    {"last": "<p><strong>Mara Lind</strong></p>"},
    {"head": "<meta name='twitter:label1' content='Written by'><meta name='twitter:data1' content='Mara Lind'>"},
    {"head": "<meta name=author content='The Quay'><meta property='og:site_name' content='The Quay'>", "after": "<p class=byline>By Mara Lind</p>"},
    {"after": "<div>Posted on <a href=/x>June 14, 2024</a> by <span><a href='/?a=7'>Mara Lind</a></span></div>"},
    {"after": "<p>Published: Friday, June 14, 2024 By Mara Lind</p>"},
    {"after": "<div>Freitag, 14. Juni 2024 | Von Mara Lind</div>", "lang": "de"},
    {"after": "<div>2024년 6월 14일 금요일 | Mara Lind 기자</div>", "lang": "ko"},
    {"after": "<table><tr><td>Yazan</td><td>:</td><td>Mara Lind</td></tr><tr><td>Tarih</td><td>:</td><td>14.06.2024</td></tr></table>", "lang": "tr"},
    {"after": "<table><tr><th>Muhabir:</th><td>Mara Lind</td></tr></table>", "lang": "tr"},
    {"after": "<dl><dt>Por</dt><dd>Mara Lind</dd><dt>Fecha</dt><dd>14 de junio de 2024</dd></dl>", "lang": "es"},
    {"after": "<dl><dd>Author: Mara Lind</dd><dd>Category: Ports And Ships</dd></dl>"},
    {"after": "<div><span>Autor:</span><span>Mara Lind</span><span>Publicat:</span><span>14 iunie 2024</span></div>", "lang": "ro"},
    {"after": "<div><div>Penulis</div><div>Mara Lind</div></div>", "lang": "id"},
    {"after": "<div data-component='byline-block'><span>Mara Lind</span></div>"},
    {"after": "<p data-qa='author-name'>Mara Lind</p>"},
    {"after": "<address>Mara Lind</address>"},
    {"after": "<p>Mara Lind (AFP)</p>"},
    {"after": "<div>(dpa) Mara Lind</div>", "lang": "de"},
    {"after": "<p>Analyse: Mara Lind</p>", "lang": "de"},
    {"last": "<p>Intervista: Mara Lind</p>", "lang": "it"},
    {"last": "<p>(Mara Lind)</p>"},
    {"last": "<p align=right>Mara Lind</p>"},
    {"last": "<p><em>Mara Lind</em></p>"},
    {"last": "<p>— Mara Lind</p>"},
    {"last": "<p class=signature>Mara Lind</p>"},
]  # fmt: skip


@pytest.mark.parametrize("page", SHOWN)
def test_the_byline_of_the_article_is_recognised(page):
    """By where it stands and what marks it; those of cards, comments and menus are others'."""
    assert read(**page) == ("Mara Lind",)


STATED = {"title": TITLE, "site_name": "The Quay"}
NOBODY = [
    {"end": "<section id=comments><div class=comment><span class=comment-author>Tobias Byrd</span> A fine text.</div></section>"},
    {"end": "<aside class=related><div class=card><h3>Vintners hope for sun</h3><p class=byline>By Tobias Byrd</p></div></aside>"},
    {"after": "<p class=meta><a href=/topics/ports>Ports And Ships</a></p>"},
    {"end": "<footer><p>Published by The Quay Press Office</p></footer>"},
    {"before": "<nav><ul><li><a href=/author/tobias-byrd>Tobias Byrd</a></li></ul></nav>"},
    {"after": "<p><a href=/s/1>Open Harbours</a></p><p><a href=/s/2>Quay Specials</a></p><p><a href=/s/3>Tall Ships</a></p>"},
    {"after": "<figure><img src=a.jpg><figcaption>Photo: Tobias Byrd</figcaption></figure>"},
    {"after": f"<p>{SENTENCE}</p>" * 2 + "<p><strong>Tobias Byrd</strong></p>"},
    {"last": "<table><tr><td>Built</td><td>14 June 1999</td></tr><tr><td>Owner</td><td>Tobias Byrd</td></tr></table>"},
    {"last": "<dl><dt>Harbour master</dt><dd>Tobias Byrd</dd></dl>"},
    {"after": "<p>Photo: Tobias Byrd (AFP)</p>"},
    {"after": "<p>Opinion: The Long Wait</p>"},
    {"last": "<p><em>Translation: Tobias Byrd</em></p>"},
    {"last": "<p>Tobias Byrd</p><p>Nell Quist</p><p>Abby Ross</p>"},
]  # fmt: skip


@pytest.mark.parametrize("page", NOBODY)
def test_a_page_that_names_no_author_has_none(page):
    """Comments, cards, topics, imprints and picture credits name somebody else."""
    assert read(**page) == ()


def test_a_byline_may_name_an_agency_or_a_desk():
    """Where no person is named, whoever signs is the author."""
    for name in ("Harbour Research Institute", "University of the Sea"):
        linked = f"<p class=article-byline>by <a href=/author/institute>{name}</a></p>"
        assert read(after=linked) == (name,)
    assert read(after="<p class=byline>By Associated Press</p>") == ("Associated Press",)
    for line in ("<p>By Reuters</p>", "<p>by <a href=/agency/x>Reuters</a></p>", "<p>Author: Reuters</p>"):
        assert read(after=line) == ("Reuters",)


def test_several_agencies_are_no_person():
    assert read(after="<p class=byline>Reuters AFP</p>") == ("Reuters",)


@pytest.mark.parametrize(
    "byline",
    [
        "<div class=author>江海网记者 <span>沈砚秋</span></div>",
        "<p class=author>沈砚秋 报道</p>",
        "",
        "<p></p>",
    ],
)
def test_editors_sign_where_no_author_does(byline):
    edited = "<div class=edit>（责编：林岚、周默）</div>"
    names = ("沈砚秋",) if "沈" in byline else ("林岚", "周默")
    assert read(after=byline, last=edited, lang="zh") == names


def test_a_sentence_about_an_author_names_nobody_else():
    """In scripts without capitals nothing else tells its words from names."""
    note = "<p class=author_note>زرقا یوسف افسانہ نگار ہیں اور ملتان میں رہتی ہیں۔</p>"
    assert read(last=f"<div class=authorbox><h3 class=author_name>زرقا یوسف</h3>{note}</div>", lang="ur") == (
        "زرقا یوسف",
    )


def test_a_publisher_that_states_itself_gives_way_to_a_byline_only():
    """To a name at the headline, not to the profile of somebody whom the page links to elsewhere."""
    head = "<meta name=author content='The Quay'><meta property='og:site_name' content='The Quay'>"
    profile = "<div class=author-box><a class=author href=/author/tobias-byrd>Tobias Byrd</a></div>"
    assert read(head=head, end=profile) == ("The Quay",)
    assert read(head=head, after="<p class=byline>By Mara Lind</p>", end=profile) == ("Mara Lind",)


def test_a_byline_stands_at_the_headline_that_is_shown():
    """An h1 in the way to the page is none, and what follows it no byline."""
    names = "".join(f"<meta property='og:{name}' content='{text}'>" for name, text in STATED.items())
    way = "<nav><a href=/>Home</a><h1>Ferries: no timetable yet</h1></nav><p><a href=/people/tides>Tide Tables</a></p>"
    body = f"{way}<div><p>Harbour</p></div><h2>{TITLE}</h2>{f'<p>{SENTENCE}</p>' * 4}"
    page = (
        f"<html lang=en><head>{names}<meta name=author content='The Quay'></head><body>{body}</body></html>"
    )
    assert articles.extract(page, url="https://quay.example/a.html").authors == ("The Quay",)


def test_co_authors_of_one_byline_stay_together():
    """In the page's order, whether one element holds them or each its own."""
    both = ("Mara Lind", "Tobias Byrd")
    assert read(after="<p class=byline>By Mara Lind and Tobias Byrd</p>") == both
    links = "<a href=/author/ml>Mara Lind</a> and <a href=/author/tb>Tobias Byrd</a>"
    assert read(after=f"<p class=byline>By {links}</p>") == both
    assert read(after=f"<p>{links}</p>") == both
    assert read(after="<p class=by>By Mara Lind<br>Tobias Byrd</p>") == both
    assert read(after="".join(f"<div class=author-name>{name}</div>" for name in both)) == both
    card = "<div><img src=x.jpg><div><a href=/authors/x>{}</a></div><div>Author</div></div>"
    assert read(after=f"<div class=authors>{''.join(map(card.format, both))}</div>") == both
    agency = "".join(f"<p class=byline>{name}, Associated Press</p>" for name in both)
    assert read(after=f"<div>{agency}</div>") == both
    head = (
        '<meta name=author content="Mara Lind"><meta name="parsely-author" content="Mara Lind, Tobias Byrd">'
    )
    assert read(head=head) == both


@pytest.mark.parametrize(
    "lead", ["本报讯（记者林晓）轮渡公司昨天宣布停航。", "بقول لیلا راد کشتی‌ها امروز نرفتند۔"]
)
def test_a_first_sentence_that_names_the_author_is_no_byline(lead):
    """Whatever its script ends sentences with."""
    name = "林晓" if "林" in lead else "لیلا راد"
    page = f"<html><head><title>{TITLE}</title><meta name=author content='{name}'></head><body><article><h1>{TITLE}</h1><p>{lead}</p>{f'<p>{SENTENCE}</p>' * 4}</article></body></html>"
    article = articles.extract(page, url="https://quay.example/a.html")
    assert article.authors == (name,)
    assert article.text.startswith(lead)
