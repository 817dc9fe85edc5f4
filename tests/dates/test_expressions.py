"""Expressions of time in running text are resolved to days."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dyadwatch.dates import expressions
from dyadwatch.text.folding import fold_surface

WEDNESDAY = date(2024, 6, 5)
MAY_DAY = date(2024, 5, 1)
# language: text => the day, month first, or the first and last day of a period
CASES = """
en: they met on Monday in Tehran => 06-03
en: they met last Sunday => 06-02
en: on Monday, June 3, 2024, two weeks after the election => 06-03
en: on the 3rd of May => 05-03
en: he said three days ago => 06-02
en: yesterday evening => 06-04
en: he will travel next Friday => 06-07
en: last week => 05-27 06-02
zh: 6月3日，双方会晤 => 06-03
zh: 2024年6月3日会面 => 06-03
zh: 三天前抵达 => 06-02
zh: 上周日会谈 => 06-02
ar: أمس في طهران => 06-04
ar: بالأمس => 06-04
ar: أمس الثلاثاء => 06-04
ar: يوم الأحد الماضي => 06-02
ar: والخميس المقبل => 06-06
ar: قبل ثلاثة أيام => 06-02
ar: قبل يومين => 06-03
ar: في 3 حزيران => 06-03
fa: روز سه‌شنبه ۱۵ خرداد => 06-04
fa: دیروز در تهران => 06-04
fa: سه روز پیش => 06-02
fa: هفته گذشته => 05-27 06-02
fa: شنبه گذشته => 06-01
fa: ۱۴۰۳/۰۳/۱۴ => 06-03
fr: lundi 3 juin => 06-03
fr: il y a trois jours => 06-02
fr: mardi dernier => 06-04
de: am Montag => 06-03
de: vor zwei Tagen => 06-03
de: am 3. Juni => 06-03
he: ביום שני נפגש => 06-03
he: לפני שלושה ימים => 06-02
he: אתמול => 06-04
he: ב-3 ביוני => 06-03
ru: во вторник, 4 июня => 06-04
ru: два дня назад => 06-03
ru: на прошлой неделе => 05-27 06-02
ru: в субботу => 06-01
tr: Pazartesi günü => 06-03
tr: 3 Haziran'da => 06-03
tr: iki gün önce => 06-03
tr: dün akşam => 06-04
es: el pasado martes => 06-04
es: hace dos días => 06-03
uk: у п'ятницю => 05-31
uk: два дні тому => 06-03
it: due giorni fa => 06-03
pl: w poniedziałek => 06-03
pt: na segunda-feira => 06-03
nl: twee dagen geleden => 06-03
ur: منگل کو => 06-04
en: 3,000 people and no date =>
"""


@pytest.mark.parametrize("case", CASES.strip().splitlines())
def test_an_expression_names_its_days(case):
    language, _, rest = case.partition(": ")
    text, _, days = rest.partition("=>")
    found = expressions.find(fold_surface(text), language, WEDNESDAY)
    expected = [date.fromisoformat(f"2024-{day}") for day in days.split()]
    assert [(one.first, one.last) for one in found] == ([(expected[0], expected[-1])] if expected else [])


def test_a_weekday_of_what_will_be_is_the_next_one():
    (told,) = expressions.find("on monday", "en", WEDNESDAY, ahead=True)
    assert told.first == date(2024, 6, 10)


def test_a_date_without_a_year_is_the_nearest_one():
    (told,) = expressions.find("on 28 december", "en", date(2025, 1, 2))
    assert told.first == date(2024, 12, 28)


def test_the_day_of_publication_is_that_of_the_readers():
    night = datetime(2024, 6, 4, 22, 30, tzinfo=UTC)
    assert expressions.day_of(night, "fa") == WEDNESDAY
    assert expressions.day_of(night, "en") == date(2024, 6, 4)
    assert expressions.day_of(MAY_DAY, "fa") == MAY_DAY


@given(
    st.lists(
        st.sampled_from(
            ["3", "2024", "31.12.9999", "99/99/99", "monday", "ago", "last", "year", "two", "10000", "may"]
        )
    ),
    st.sampled_from([date.min, WEDNESDAY, date.max]),
)
def test_no_text_makes_it_fail(words, published):
    expressions.find(" ".join(words), "en", published)
