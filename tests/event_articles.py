"""Events as articles in several languages tell them, and articles that are placed in stories."""

from datetime import UTC, datetime, timedelta

from readings import claim, read
from sqlalchemy import text

from dyadwatch.pipeline import placing

PUBLISHED = datetime(2024, 5, 30, 14, tzinfo=UTC)  # when both were in office
LATER = PUBLISHED + timedelta(days=7)
VISIT = {
    "en": (
        "Assad meets Khamenei in Tehran",
        "Syrian President Bashar al-Assad met Supreme Leader Ali Khamenei in Tehran today over Raisi's death.",
    ),
    "ar": (
        "الأسد يلتقي خامنئي ويقدم التعازي",
        "التقى الرئيس السوري بشار الأسد المرشد الأعلى علي خامنئي في طهران اليوم وقدم له التعازي بوفاة رئيسي.",
    ),
    "fa": (
        "دیدار بشار اسد با رهبر انقلاب",
        "بشار اسد رئیس جمهور سوریه امروز در تهران با آیت‌الله خامنه‌ای رهبر انقلاب دیدار کرد.",
    ),
    "ru": (
        "Асад и Хаменеи провели переговоры",
        "Президент Сирии Башар Асад сегодня встретился в Тегеране с верховным лидером Ирана Али Хаменеи.",
    ),
    "tr": (
        "Esad ile Hamaney bir araya geldi",
        "Suriye Devlet Başkanı Beşşar Esad bugün Tahran'da İran dini lideri Ali Hamaney ile görüştü.",
    ),
}
ANNIVERSARY = (
    "Ten years since Assad met Khamenei",
    "Ten years ago Bashar al-Assad met Ali Khamenei in Tehran, a visit that is remembered today.",
)
CALL = (
    "Assad and Khamenei speak by phone",
    "Bashar al-Assad and Ali Khamenei spoke by phone today, the presidency in Damascus said.",
)


def place(context, *told):
    """Places (name, language, (headline, content), moment of publication), each at an address of its name."""
    for name, language, (headline, content), published in told:
        result = read(context, f"https://a.test/{name}", headline, (language, content), published=published)
        (snapshot,) = claim(context, [result])
        placing.place(context.store, snapshot, result)


def stories_of(context):
    """The names of the articles of each story, and the number of its alerts."""
    with context.store.begin() as db:
        rows = db.execute(
            text("""
            SELECT array_agg(substr(url, 16) ORDER BY id) AS names,
                (SELECT count(*) FROM alerts WHERE alerts.story_id = articles.story_id) AS alerts
            FROM articles GROUP BY story_id ORDER BY min(id)
            """)
        ).all()
    return [(row.names, row.alerts) for row in rows]
