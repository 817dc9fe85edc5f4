"""What is of other pages within an article's own container: whatever markup it has, at the end of a text and
between its paragraphs. What only looks like it stays."""

import pytest

from dyadwatch import articles

URL = "https://ledger.example/2024/harbour-talks-resume"
TITLE = "Harbour talks resume after a long silence"
OWN = [
    "The talks about the harbour of the island have resumed after a silence of nine months, the mayor said.",
    "Both sides want to know by spring who pays for the new breakwater, which the storm of last year destroyed.",
    "Fishermen complain that they have to land their catch forty kilometres away, and pay for the lorries.",
    "The ministry has offered a loan, but the council wants a grant and has written so to the capital.",
    "A first drawing of the breakwater shows two arms of stone with a light on the longer one.",
    "The next meeting will be held in the old customs house, officials of both sides said.",
]
OTHER = "A glacier in the north has lost a third of its ice, researchers wrote in a study."
MORE = "Rivers below Graumont carry more water each summer, according to Irma Vell of the observatory."
HEADLINE = "Glacier in the north loses a third of its ice"
LINK = f'<a href="/2024/glacier-in-the-north-loses-ice">{HEADLINE}</a>'
AT_THE_END = {
    "a story after a rule": f"<hr><h2>{HEADLINE}</h2><p>{OTHER} {MORE}</p>",
    "a story with its date": f"<h2>{HEADLINE}</h2><p>3 May 2024, 10:15</p><p>{OTHER}</p><p>{MORE}</p>",
    "a story under an h1": f"<section><h1>{HEADLINE}</h1><p>{OTHER}</p><p>{MORE}</p></section>",
    "a linked heading": f"<h2>{LINK}</h2><p>{OTHER}</p>",
    "linked headings": f"<h3>{LINK}</h3><p>{OTHER}</p><h3><a href='/2024/choir-sings-for-the-last-time'>Choir sings for the last time</a></h3><p>{OTHER}</p>",
    "headings in boxes": f"<div><h3>{LINK}</h3><p>{OTHER}</p></div>",
    "a label of a list": f"<h2>Related stories</h2><p>{OTHER}</p>",
    "a label in German": f"<h3>Weitere Meldungen</h3><p>{OTHER}</p>",
    "a label in Arabic": f"<h3>مواضيع ذات صلة</h3><p>{OTHER}</p>",
    "a pointer": f"<h3>Read more</h3><p>{OTHER}</p>",
    "a bold line": f"<p><strong>Also today</strong></p><p>{OTHER} <a href='/z'>Read on</a></p>",
    "terms": f"<dl><dt>{LINK}</dt><dd>{OTHER}</dd></dl>",
    "list items": f"<ul><li>{LINK} {OTHER}</li></ul>",
    "lines of a cell": f"<table><tr><td><b>Latest</b><br>{LINK}<br>{OTHER}</td></tr></table>",
}
ANYWHERE = {
    "a labelled box": f"<div><strong>Read more</strong><p>{OTHER}</p></div>",
    "a labelled box with a link": f"<div class='x'><h4>More on this</h4><p>{LINK}</p><p>{OTHER}</p></div>",
    "a bold label": f"<p><strong>Also today</strong> {OTHER}</p>",
    "a bold label before a link": f"<p><b>Next: </b><a href='/s/8'>{OTHER}</a></p>",
    "a linked paragraph": f"<p><a href='/s/8'>{OTHER}</a></p>",
}
NOTES = {
    "in italics": "<p><em>Ann Bell is our correspondent in the north, where she covers ice and study.</em></p>",
    "of whom the text does not tell": "<p>Ida Marn is a correspondent who writes about ice and rivers.</p>",
    "in German": "<div><p>Ida Marn ist Redakteurin im Lokalen und schreibt über Flüsse.</p></div>",
    "in Ukrainian": "<p>Іда Марн — журналістка відділу науки, живе у Львові.</p>",
    "in Portuguese": "<p>Ida Marn é jornalista e escreve sobre os rios.</p>",
    "with a link to the author": '<p><a href="/author/ann-bell">Ann Bell</a> is a reporter who covers ice in the north.</p>',
}


def read(*parts):
    lines = "".join(part if part.startswith("<") else f"<p>{part}</p>" for part in parts)
    page = f"<html lang=en><head><title>{TITLE}</title></head><body><article><h1>{TITLE}</h1>{lines}</article></body></html>"
    return articles.extract(page, url=URL).text.split("\n\n")


@pytest.mark.parametrize("form", AT_THE_END | ANYWHERE)
def test_other_pages_after_a_text_are_none_of_it(form):
    assert read(*OWN, (AT_THE_END | ANYWHERE)[form]) == OWN


@pytest.mark.parametrize(
    "heading",
    ["<h2>{}</h2>", "<hr><h2>{}</h2>", "<h3>{}</h3>", "<p>***</p><p><strong>{}</strong></p>"],
)
def test_a_section_of_an_article_stays(heading):
    """Under a heading as long as a headline, after a rule, and in a box that text goes on after."""
    section = heading.format("What the mayor and the ministry want from each other")
    assert read(*OWN[:3], section, *OWN[3:])[-3:] == OWN[3:]
    box = "<div><h4>The breakwater in brief and in some numbers</h4><p>Two arms of stone, of which one bears a light, and a basin of forty boats in between.</p></div>"
    assert read(*OWN[:3], box, *OWN[3:])[-3:] == OWN[3:]


@pytest.mark.parametrize("form", ANYWHERE)
def test_other_pages_between_paragraphs_are_none_of_them(form):
    assert read(*OWN[:3], ANYWHERE[form], *OWN[3:]) == OWN


@pytest.mark.parametrize("form", NOTES)
def test_a_note_about_the_author_is_none_of_the_text(form):
    assert read(*OWN, NOTES[form]) == OWN


@pytest.mark.parametrize(
    "line",
    [
        "Reef International researchers said that the storm will not be the last.",
        "Ida Marn, a historian of the port, said that the light is the third in its place.",
        "Ida Marn has told journalists in the customs house that she will not come back.",
        "The mayor is a historian who wrote about the breakwater of his childhood.",
    ],
)
def test_a_last_line_about_somebody_who_says_something_stays(line):
    assert read(*OWN, line)[-1] == line


OWN_FORMS = {
    "headings": "<h2>{}</h2>",
    "linked headings": '<h2><a href="https://maker.example/{}">{}</a></h2>',
    "subjects": '<h3><a href="/tag/{}">{}</a></h3>',
    "questions": "<p><b>{}?</b></p>",
    "places of this page": '<h3><a href="#{}">{}</a></h3>',
}


@pytest.mark.parametrize("form", OWN_FORMS)
def test_a_text_under_its_own_headings_is_kept(form):
    """Of whatever form they are."""
    words = [" ".join(line.split()[-4:]).rstrip(".") for line in OWN]
    template = OWN_FORMS[form]
    headings = (
        template.format(*([word.replace(" ", "-"), word] if template.count("{}") == 2 else [word]))
        for word in words[1:]
    )
    lines = [part for pair in zip(headings, OWN[1:], strict=True) for part in pair]
    assert [line for line in read(OWN[0], *lines) if line in OWN] == OWN


def test_a_text_goes_on_after_a_pointer():
    """A linked headline between its paragraphs says nothing of those that follow."""
    assert read(*OWN[:4], f"<h3>{LINK}</h3>", *OWN[4:]) == OWN


def test_a_sentence_may_begin_with_a_link():
    link = '<a href="/2023/an-older-story-of-it">{}</a>{}'
    lines = [link.format(line[:12], line[12:]) for line in OWN]
    assert read(*(f"<p>{line}</p>" for line in lines)) == OWN


def test_an_embedded_post_is_quoted_text():
    post = "The breakwater will be built, whatever it costs."
    embed = f'<blockquote class="twitter-tweet"><p>{post}</p></blockquote>'
    assert read(*OWN[:4], embed, *OWN[4:]) == [*OWN[:4], post, *OWN[4:]]


@pytest.mark.parametrize(
    "state", ["hidden", 'style="display: none"', 'class="paywall" aria-hidden="true" hidden']
)
def test_paragraphs_that_readers_unfold_are_of_the_text(state):
    """And are not said twice where they repeat what is above."""
    folded = "<div {}>{}</div>".format(state, "".join(f"<p>{line}</p>" for line in OWN[3:]))
    assert read(*OWN[:3], folded) == OWN
    assert read(*OWN, folded) == OWN


FLAT = {
    "a heading": f"<h3>Related stories</h3><p>{OTHER}</p>",
    "a paragraph": f"<p>Lesen Sie auch:</p><p>{OTHER}</p>",
    "a box in Persian": f"<div>مطالب مرتبط</div><div>{OTHER}</div>",
    "a title": f"<p><em>Lees ook</em></p><p><b>{HEADLINE}</b></p><p>{OTHER}</p>",
    "an item": f"<p><strong>Читайте также</strong></p><ul><li>{OTHER}</li></ul>",
    "a box": f"<div><span>相关阅读</span><p>{OTHER}</p></div>",
    "a line": f"<p>Leia também: {OTHER}</p>",
}


@pytest.mark.parametrize("count", [1, 2, 6])
@pytest.mark.parametrize("form", FLAT)
def test_what_a_label_introduces_without_a_link_goes_with_it(form, count):
    """Wherever it stands, and however short the article is."""
    assert read(*OWN[:count], FLAT[form]) == OWN[:count]
    assert read(*OWN[:4], FLAT[form], *OWN[4:]) == OWN
    text = read(OWN[0], FLAT[form], *OWN[1:])
    assert [line for line in text if line in OWN] == OWN
    assert OTHER not in text


IN_A_LINE = [
    "<p><strong>{}: {}</strong></p>",
    "<p><strong>{}- {}</strong></p>",
    "<p>{} – {}</p>",
    "<p><b>{} | {}</b></p>",
    "<p>{} {}</p>",
    "<h4>{}: {}</h4>",
    "<p>➡ {}: {}</p>",
    "<p>[{}: {}]</p>",
    "<li>{}:<br>{}</li>",
]


@pytest.mark.parametrize(
    "label", ["Read also", "Baca juga", "ये भी पढ़ें", "Lire aussi", "اقرأ أيضا", "Czytaj też", "延伸阅读"]
)
@pytest.mark.parametrize("form", IN_A_LINE)
def test_a_label_and_its_story_may_be_one_line(form, label):
    """Whatever parts the two, and however they are set."""
    assert all(read(*OWN[:count], form.format(label, LINK), *OWN[count:]) == OWN for count in (1, 3, 6))


HIDING = ["hidden", 'style="display: none"', "aria-hidden='true' style='visibility:hidden'"]
PAIR = "Bashar al-Assad received Ali Khamenei in Damascus on Monday and promised him new loans."
HIDDEN = {
    "a menu": "<ul {}><li><a href='/a'>{}</a></li><li><a href='/b'>Politics</a></li></ul>",
    "a box to share": "<div {}><p>Share this story</p><p>{}</p></div>",
    "an author's card": "<div {}><h4>Ann Bell</h4><p>Ann Bell is a fellow. {}</p></div>",
    "a paragraph": "<p {}>{}</p>",
    "a span": "<p>Both sides want to know this by spring. <span {}>{}</span></p>",
    "a card": "<div {}><h3>Praise for guests</h3><p>{}</p></div>",
    "a box over the page": "<div {}><div><h2>Our report</h2><p>{}</p><button>Close</button></div></div>",
    "words for screen readers": "<div class='sr-only'{:.0}>{}</div>",
    "what is there without scripts": "<noscript {}><p>{}</p></noscript>",
}


@pytest.mark.parametrize("hiding", HIDING)
@pytest.mark.parametrize("form", HIDDEN)
def test_what_is_hidden_and_does_not_go_on_with_a_text_is_none_of_it(form, hiding):
    for count in (1, 3, 6):
        text = read(*OWN[:count], HIDDEN[form].format(hiding, PAIR), *OWN[count:])
        assert not any("Khamenei" in line for line in text)
        assert [line for line in text if line in OWN] == OWN


@pytest.mark.parametrize("hiding", HIDING)
def test_a_text_that_a_script_shows_is_read(hiding):
    """With its headings, where no sentence is shown without the script."""
    assert read(f"<div {hiding}>{''.join(f'<p>{line}</p>' for line in OWN)}</div>") == OWN


EMPTIED = {
    "links": f"<h3>Related stories</h3><p>{LINK}</p>",
    "links in a list": f"<p>Lire aussi</p><ul><li>{LINK}</li></ul>",
    "a card": f"<h3>Read next</h3><div><h4>{LINK}</h4><p>{OTHER}</p></div>",
    "an aside": f"<h4>Mehr zum Thema</h4><aside><p>{OTHER}</p></aside>",
    "a link around a card": f"<p><b>Más noticias</b></p><a href='/s/8'><h4>{HEADLINE}</h4><p>{OTHER}</p></a>",
}


@pytest.mark.parametrize("place", range(1, 6))
@pytest.mark.parametrize("form", EMPTIED)
def test_a_label_takes_no_more_than_its_stories(form, place):
    """What follows these is the article's, also on a page of three paragraphs."""
    assert read(*OWN[:place], EMPTIED[form], *OWN[place:]) == OWN
    assert read(OWN[0], EMPTIED[form], *OWN[1:3]) == OWN[:3]


@pytest.mark.parametrize("label", ["<div><h3>Trending</h3></div>", "<h3>More about the harbour</h3>"])
def test_a_label_whose_stories_are_not_known_stays(label):
    """Before what follows it, so that whoever reads the text can tell."""
    text = read(*OWN[:2], label, *OWN[2:])
    assert [line for line in text if line in OWN] == OWN
    assert text[2] in label


WIDGETS = [
    "<h3>{}</h3><div id='w1'> &nbsp; </div>",
    "<h3>{}</h3><div class='w'><div class='in'></div></div>",
    "<h3>{}</h3><iframe src='//w.example/x'></iframe>",
    "<p><strong>{}</strong></p><script>var a = 'more';</script>",
    "<p>{}:</p><div><script>load()</script></div>",
    "<h3>{}</h3><ul><li></li><li></li></ul>",
    "<h4>{}</h4><div id=w></div><noscript>Enable JavaScript</noscript>",
    "<h3>{}</h3><ins class='w'></ins>",
    "<h3>{}</h3><related-stories data-id=8></related-stories>",
    "<div class='w'><h3>{}</h3><div></div></div>",
    "<section><div><div><h2>{}</h2></div></div><div class='items'></div></section>",
    "<section><h4>{}</h4><a href='/s/8'><img src=x></a><a href='/s/9'><img src=y></a></section>",
    "<h4>{}</h4><template><li>A glacier</li></template>",
    "<h4>{}</h4><form><input name=q></form>",
    "<aside><h3>{}</h3></aside>",
]


@pytest.mark.parametrize(
    "label", ["Read also", "Mehr zum Thema", "اقرأ أيضا", "相关阅读", "2 comments", "About the author"]
)
@pytest.mark.parametrize("widget", WIDGETS)
def test_a_label_over_a_widget_that_a_script_fills_goes_alone(widget, label):
    """What is in it is not in the page, and what follows is the article's."""
    assert all(read(*OWN[:count], widget.format(label), *OWN[count:]) == OWN for count in (1, 3, 6))


# Labels of lists, texts of one sentence and other stories without a link, of each language
LISTS = {
    "Meer nieuws": (
        "Het werk aan de kade begint in maart, zei de burgemeester van het eiland.",
        ["Trein ontspoort bij Breda, niemand raakt gewond.", "Bakkers vragen meer voor hun brood.", "Koning opent een museum van glas in Leerdam."],
    ),
    "Meistgelesen": (
        "Die Arbeiten an der Mole beginnen im März, sagte die Bürgermeisterin der Insel.",
        ["Zug entgleist bei Fulda, niemand wird verletzt.", "Bäcker wollen mehr Geld für Brot und Brötchen.", "Das Museum für Glas öffnet am Sonntag seine Türen."],
    ),
    "Другие новости": (
        "Работы на молу начнутся в марте, сообщила мэр острова.",
        ["Поезд сошёл с рельсов под Тулой, никто не пострадал.", "Пекари снова подняли цены на хлеб.", "Музей стекла открылся в старой пивоварне."],
    ),
    "İlgili haberler": (
        "Adanın limanındaki çalışmalar mart ayında başlayacak, dedi belediye başkanı.",
        ["Tren Eskişehir yakınlarında raydan çıktı, yaralanan yok.", "Fırıncılar ekmeğe yeniden zam yaptı.", "Cam müzesi eski fabrikada kapılarını açtı."],
    ),
    "أخبار أخرى": (
        "تبدأ أعمال الرصيف في مارس، قالت رئيسة بلدية الجزيرة.",
        ["خروج قطار عن القضبان قرب طنطا دون إصابات.", "الخبازون يرفعون أسعار الخبز مرة أخرى.", "افتتاح متحف للزجاج في مصنع قديم بوسط المدينة."],
    ),
    "更多新闻": (
        "市长周一表示，海岛港口的防波堤工程将于三月开始，预计需要两年时间。",
        ["一列火车在郑州附近脱轨，没有人受伤。", "面包师再次提高价格，居民很不满。", "玻璃博物馆在旧啤酒厂开馆。"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("form", ["<h3>{}</h3>", "<p>{}</p>", "<p><b>{}:</b></p>", "<div>{}</div>"])
@pytest.mark.parametrize("label", LISTS)
def test_a_label_of_a_list_takes_all_short_stories_at_the_end(label, form):
    """However short the article is that they follow."""
    own, others = LISTS[label]
    assert read(own, form.format(label), *others) == [own]


@pytest.mark.parametrize("pointer", ["Read also", "Lees ook", "Читайте также", "اقرأ أيضا", "相关阅读"])
@pytest.mark.parametrize("label", LISTS)
def test_a_label_stays_before_what_may_be_its_stories(label, pointer):
    """At the end of a text and in its middle: a part of what it introduces is never left without it."""
    own, others = LISTS[label]
    assert read(own, f"<p>{pointer}</p>", *others) == [own, pointer, *others[1:]]
    assert read(own, f"<p>{pointer}</p>", *others, *OWN)[:4] == [own, pointer, *others[1:]]


def test_a_list_after_a_label_ends_where_its_element_does():
    others = "".join(f"<li>{line}</li>" for line in LISTS["Meer nieuws"][1])
    assert read(*OWN[:4], f"<p>Read also</p><ul>{others}</ul>", *OWN[4:]) == OWN


COMMENTS = {
    "in a section": "<section><h2>2 comments</h2>{}</section>",
    "in a row": "<p>Kommentare (2)</p>{}",
    "in Arabic": "<div><b>2 تعليق</b></div>{}",
    "in Chinese": "<h3>评论（2）</h3>{}",
    "in Polish": "<div><h3>Komentarze</h3>{}</div>",
}


@pytest.mark.parametrize("count", [1, 6])
@pytest.mark.parametrize("form", COMMENTS)
def test_comments_in_neutral_markup_are_none_of_a_text(form, count):
    """However many there are."""
    readers = "".join(f"<div><div>Rosa {number}</div><div>{OTHER}</div></div>" for number in range(9))
    assert read(*OWN[:count], COMMENTS[form].format(readers)) == OWN[:count]


def test_a_count_of_comments_above_a_text_takes_nothing_of_it():
    assert [line for line in read("<p>12 comments</p>", *OWN) if line in OWN] == OWN
    assert [line for line in read(OWN[0], "<div>12 comments</div>", *OWN[1:]) if line in OWN] == OWN


@pytest.mark.parametrize("label", ["Read also", "More news", "相关新闻", "2 comments"])
@pytest.mark.parametrize("box", ["div", "section", "blockquote"])
def test_a_label_that_ends_a_box_before_a_link_takes_nothing_of_the_article(label, box):
    own = [
        f"Nobody went out to fish on day {day} of the storm, said the mayor of the town." for day in range(4)
    ]
    paragraphs = "".join(f"<p>{one}</p>" for one in own)
    link = '<p><a href="/2020/01/01/wheat">Wheat in the south grows late this year</a></p>'
    page = f"<article><h1>The storm</h1><{box}>{paragraphs}<p>{label}</p></{box}>{link}</article>"
    text = articles.extract(page.encode(), url="https://paper.example/2020/01/02/storm").text
    assert all(one in text for one in own)
    assert "Wheat" not in text
