"""Character sets, declared, undeclared and lied about."""

import pytest

from dyadwatch.feeds.charset import decode

RUSSIAN = "Встреча в Дамаске завершилась, сообщили агентства вечером в пятницу"
ARABIC = "استقبل الرئيس السوري وفدا من طهران وبحث معه العلاقات بين البلدين والتعاون"
FRENCH = "L’été à Téhéran : « déjà vu », dit-il"


KOREAN = "외무부 대변인은 다음 주에도 항구 문제를 협의한다고 밝혔다. 자세한 내용은 나오지 않았다"
JAPANESE = "外務省の報道官は、港の問題について来週も協議を続けると述べ、詳細を明らかにしなかった"
CHINESE = "外交部发言人表示，双方讨论了边境贸易与港口的问题，会谈将于下周继续举行"
TAIWANESE = "外交部發言人表示，雙方討論了邊境貿易與港口的問題，會談將於下週繼續舉行"
TURKISH = "Dışişleri Bakanı Şam'da görüştü: ağır yaptırımlar sürüyor"
CZECH = "Ministr přijal žádost o jednání, říká mluvčí úřadu"
OF_WORDS = {
    TURKISH + ", bölgedeki gelişmeleri ele aldı": "cp1254",
    "Şirketin çalışanları yarın iş bırakıyor, sendika uyarıyor": "cp1254",
    CZECH + ", jednání pokračuje příští týden": "cp1250",
    "Předseda vlády řekl, že rozpočet bude schválen ještě letos": "cp1250",
    "Poslanci včera schválili zákon, ktorý zvýši dôchodky už budúci rok": "cp1250",
    "Sąd uznał, że umowa była ważna, a spółka musi zapłacić odszkodowanie": "cp1250",
    "A kormányfő szerint jövő héten döntenek az új költségvetésről": "cp1250",
    "Preşedintele a declarat că negocierile încep săptămâna viitoare": "cp1250",
    "Vlada je sprejela nov zakon o zaščiti živali, čeprav občani želijo več": "cp1250",
    "Vyriausybė šiandien svarstys, kiek lėšų skirti mokykloms ir ligoninėms": "cp1257",
    "Valdība šodien lēma, cik naudas piešķirt skolām un slimnīcām": "cp1257",
    "Der Kanzler reist nächste Woche nach Österreich, heißt es in Kürze": "cp1252",
    "El año próximo habrá elecciones, según informó la oposición": "cp1252",
    "La città è senza acqua da giovedì, perché il tubo si è rotto": "cp1252",
    "Regeringen föreslår högre skatt på öl från och med nästa år": "cp1252",
    "As eleições serão em março, e não em abril, diz o órgão": "cp1252",
    "Hallitus päätti tänään, että äänestys pidetään kesäkuussa": "cp1252",
    "Ríkisstjórnin segir að þorskurinn sé á uppleið við strendur Íslands": "cp1252",
}  # fmt: skip
THAI = "รัฐมนตรีหารือเรื่องท่าเรือต่อสัปดาห์หน้า"


def document(title, encoding=None, language=None):
    declared = f' encoding="{encoding}"' if encoding else ""
    stated = f"<language>{language}</language>" if language else ""
    return f'<?xml version="1.0"{declared}?><rss version="2.0"><channel>{stated}<item><title>{title}</title></item></channel></rss>'


@pytest.mark.parametrize(
    ("title", "declared", "http", "codec"),
    [
        (ARABIC, "utf-8", None, "utf-8"),
        (ARABIC, "utf-8", None, "utf-8-sig"),
        (ARABIC, "windows-1256", None, "cp1256"),
        (ARABIC, None, "text/xml; charset=windows-1256", "cp1256"),
        (ARABIC, "utf-8", None, "cp1256"),
        (ARABIC, "windows-1256", "text/xml", "utf-8"),
        (ARABIC, None, "text/xml; charset=iso-8859-1", "utf-8"),
        (ARABIC, "utf-16", None, "utf-16"),
        (ARABIC, "utf-16le", None, "utf-16-le"),
        (ARABIC, "utf-16be", None, "utf-16-be"),
        (ARABIC, None, None, "utf-32"),
        (RUSSIAN, "utf-8", None, "cp1251"),
        (RUSSIAN, "koi8-r", "text/xml; charset=bogus-8", "koi8-r"),
        (RUSSIAN, "windows-1251", "text/xml; charset=utf-8", "cp1251"),
        (FRENCH, "iso-8859-1", None, "cp1252"),
        (FRENCH, None, None, "cp1252"),
        (FRENCH, "hex", None, "cp1252"),
        ("漢字かな", "iso-2022-jp", None, "iso2022_jp"),
    ],
)
def test_titles_are_decoded_in_every_charset(parse, title, declared, http, codec):
    """Whatever the labels say, the reader sees the publisher's words."""
    assert parse(document(title, declared).encode(codec), http).entries[0].title == title


@pytest.mark.parametrize(
    ("title", "codec", "language"),
    [
        (KOREAN, "cp949", None),
        (CHINESE, "gb18030", None),
        (TAIWANESE, "big5", None),
        (JAPANESE, "cp932", None),
        (JAPANESE, "euc_jp", None),
        (JAPANESE, "euc_jp", "ja"),
        (TAIWANESE, "big5", "zh-TW"),
        (TURKISH, "cp1254", "tr-TR"),
        (CZECH, "cp1250", "cs"),
        (THAI, "cp874", "th"),
        (FRENCH, "cp1252", "fr"),
        (RUSSIAN, "koi8-r", "ru"),
        (RUSSIAN, "cp1251", "ja"),
        (ARABIC, "utf-32-le", None),
        (ARABIC, "utf-32-be", None),
    ],
)
def test_without_a_label_the_letters_tell_or_else_the_language(parse, title, codec, language):
    """Nothing says in which charset a feed is; one in Turkish is in Turkish's, if its bytes allow."""
    assert parse(document(title, language=language).encode(codec)).entries[0].title == title


@pytest.mark.parametrize(("title", "codec"), OF_WORDS.items())
def test_without_a_label_and_a_language_the_words_tell(parse, title, codec):
    """Some of their letters are read wrong, and most are not."""
    assert parse(document(title).encode(codec)).entries[0].title == title


def test_one_bad_byte_costs_one_character():
    """A stray byte does not turn the rest of UTF-8 into something else."""
    body = document(ARABIC).encode().replace(b"</title>", b"\xff</title>")
    assert ARABIC + "\ufffd" in decode(body, None)


def test_bytes_of_no_label_use_the_first(parse):
    """Bytes that are invalid in what the label says are read by it all the same, byte for byte."""
    body = document("x" * 50).encode().replace(b"xx</title>", b"\x98\xe4</title>")
    assert "\ufffdд" in decode(body, "text/xml; charset=windows-1251")
