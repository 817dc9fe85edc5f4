"""Labels over what is none of the article, in many languages, as pages write them."""

import pytest

from dyadwatch.text import story_labels

LABELS = {
    "pointer": ["READ ALSO:", "Elsewhere today", "Außerdem interessant", "LIRE ÉGALEMENT", "Además", "Lea Tambien:", "Ti consigliamo",
        "Bekijk ook", "Läs även", "Les også:", "Lue myös", "Czytaj również", "Čtěte také:", "Ezt is olvassa el", "Citește și",
        "Прочетете още", "Pročitajte još", "ΔΙΑΒΑΣΤΕ ΕΠΙΣΗΣ", "Читай также", "Читати також:", "AYRICA OKUYUN", "إقرأ أيضاً", "قد يهمك",
        "این خبر را هم بخوانید", "یہ بھی پڑھیں", "קראו עוד", "延伸閱讀", "あわせて読みたい", "함께 읽기", "ये भी पढ़ें:", "Simak juga", "Xem thêm", "อ่านเพิ่มเติม"],
    "list": ["Related Stories", "Most-read", "Recommended for you", "Meistgelesen", "Notre sélection", "Lo más leído", "Mais lidas", "I più letti",
        "Meest gelezen", "Mest lästa", "Siste nytt", "Seneste nyheder", "Luetuimmat", "Najczęściej czytane", "Související články", "Najčítanejšie",
        "Legolvasottabb", "Articole similare", "Най-четени", "Najčitanije vesti", "Σχετικά άρθρα", "Материалы по теме", "Останні новини",
        "İLGİLİ HABERLER", "مواضيع ذات صلة", "پربازدیدترین‌ها", "پربازديدترين ها", "متعلقہ خبریں", "כתבות נוספות", "相关新闻", "人気記事ランキング",
        "많이 본 뉴스", "संबंधित खबरें", "Artikel terkait", "Terpopuler", "Tin liên quan", "ข่าวที่เกี่ยวข้อง", "More from the Ledger"],
    "aside": ["About the author", "Über die Autorin", "À propos de l'auteur", "Síguenos en", "Newsletter", "Iscriviti alla newsletter", "Tags:",
        "Nyhetsbrev", "O autorze", "Об авторе", "Yazar hakkında", "النشرة البريدية", "درباره نویسنده", "关于作者", "뉴스레터", "Ikuti kami"],
    "comments": ["12 comments", "Kommentare (3)", "Комментарии", "نظرات", "评论（2）", "Σχόλια", "5 komentářů", "Bình luận"],
}  # fmt: skip
OWN = ["More than words", "The most read of all his books", "Elsewhere in the city", "What to read next to the fire", "Related by blood, apart by law",
    "Die Meistgelesene unter den Dichterinnen", "Que lire aussi cet hiver", "Además del puerto, la escuela", "Что читают по темам",
    "Ilgili bakanlık ne dedi", "كيف نقرأ أيضا بين السطور", "关于作者的三个谜", "The author of the plan", "Comments on the treaty", "Follow the money"]  # fmt: skip


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind, texts in LABELS.items() for text in texts])
def test_labels_are_known_in_whatever_case_and_accents(kind, text):
    assert story_labels.kind(text) == kind


@pytest.mark.parametrize("text", OWN)
def test_headings_that_have_such_words_among_others_are_none(text):
    assert story_labels.kind(text) in {"no", "colon", "question"}
