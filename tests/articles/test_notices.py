"""What pages say of corrections to their articles."""

import pytest

from dyadwatch.articles import extract
from dyadwatch.articles.notices import find

BODY = ["The two met in Tehran on Monday.", "They spoke of ports and roads."] * 4


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("corrected", "Correction: An official was misnamed in this article."),
        ("corrected", "CORRECTION (3 March 2026): The visit was on Monday."),
        ("corrected", "An earlier version of this story misstated the day of the visit."),
        ("corrected", "Rectificatif : la visite a eu lieu lundi."),
        ("corrected", "Cet article a été corrigé après publication."),
        ("corrected", "Korrektur: Der Besuch war am Montag."),
        ("corrected", "In einer früheren Version dieses Artikels stand ein anderer Tag."),
        ("corrected", "Fe de erratas: la visita fue el lunes."),
        ("corrected", "Una versione precedente di questo articolo indicava un altro giorno."),
        ("corrected", "Исправление: визит состоялся в понедельник."),
        ("corrected", "В предыдущей версии статьи был указан другой день."),
        ("corrected", "Düzeltme: Ziyaret pazartesi günüydü."),
        ("corrected", "تصحيح: جرت الزيارة يوم الاثنين."),
        ("corrected", "ورد في نسخة سابقة من هذا الخبر يوم آخر."),
        ("corrected", "اصلاحیه: این دیدار روز دوشنبه بود."),
        ("corrected", "תיקון: הביקור היה ביום שני."),
        ("corrected", "Correção: a visita foi na segunda-feira."),
        ("retracted", "Retraction: the meeting did not take place."),
        ("retracted", "This article has been retracted because its source could not be confirmed."),
        ("retracted", "Dieser Artikel wurde zurückgezogen."),
        ("retracted", "Cet article a été retiré."),
        ("retracted", "این خبر حذف شد"),
        ("retracted", "Эта статья была отозвана редакцией."),
    ],
)
@pytest.mark.parametrize("at", [0, len(BODY)])
def test_a_notice_at_the_beginning_or_end_is_read(kind, text, at):
    notice = find("Assad meets Khamenei", [*BODY[:at], text, *BODY[at:]])
    assert (notice.kind, notice.text) == (kind, text)


@pytest.mark.parametrize("title", ["CORRECTED: Assad meets Khamenei", "Corrected - Assad meets Khamenei"])
def test_a_headline_says_so_too(title):
    assert find(title, BODY).kind == "corrected"


@pytest.mark.parametrize(
    "text",
    [
        "The minister asked for a correction of the figures.",
        "Corrections officers were among the guests.",
        "He retracted his statement on Monday.",
        "The newspaper published a correction: it regretted the error.",
        "Тюремные исправления: нет",
    ],
)
def test_an_article_about_corrections_has_no_notice(text):
    assert find("Assad meets Khamenei", [text, *BODY, text]) is None


def test_what_stands_in_the_middle_tells_of_another():
    assert find("Assad", [*BODY, "Correction: another day.", *BODY]) is None


def test_a_notice_is_read_though_it_is_no_part_of_the_text():
    body = "".join(f"<p>{text} {'Officials briefed reporters after it. ' * 3}</p>" for text in BODY[:3])
    notice = "Correction: An earlier account gave another day."
    html = f"<article><h1>Assad meets Khamenei</h1>{body}<p>{notice}</p></article>"
    article = extract(html, url="https://a.test/1")
    assert notice not in article.text
    assert article.notice.text == notice
