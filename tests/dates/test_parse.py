"""Dates in every form and language: cases are data, and what a table writes is read back."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from pathlib import Path

import pytest
import yaml
from growth import assert_linear
from hypothesis import given
from hypothesis import strategies as st
from persiantools.jdatetime import JalaliDate

from dyadwatch import dates
from dyadwatch.dates import Hints, reading

CASES = yaml.load((Path(__file__).parent / "forms.yaml").read_text("utf-8"), yaml.CSafeLoader)


def hints_of(case):
    latest = case.get("latest")
    return Hints(
        case.get("language"),
        case.get("day_first"),
        latest and datetime.fromisoformat(latest).replace(tzinfo=UTC),
    )


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['text']}, {case.get('language')}")
def test_a_date_means_what_it_states(case):
    """With its time and zone where it states them; what could mean several days, or none, is no date."""
    stated = dates.parse(case["text"], hints_of(case), among_words=case.get("among_words", False))
    assert (stated and stated.iso) == case.get("iso")


# Months as each language writes them within a date, in the order of the year.
MONTHS = {
    "ar": "يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر",
    "ar-SY": "كانون_الثاني شباط آذار نيسان أيار حزيران تموز آب أيلول تشرين_الأول تشرين_الثاني كانون_الأول",
    "ar-TN": "جانفي فيفري مارس أفريل ماي جوان جويلية أوت سبتمبر أكتوبر نوفمبر ديسمبر",
    "ar-MA": "يناير فبراير مارس أبريل ماي يونيو يوليوز غشت شتنبر أكتوبر نونبر دجنبر",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "de-AT": "Jän. Feb. März Apr. Mai Juni Juli Aug. Sept. Okt. Nov. Dez.",
    "en": "January February March April May June July August September October November December",
    "en-US": "Jan. Feb. Mar. Apr. May Jun. Jul. Aug. Sept. Oct. Nov. Dec.",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "es-MX": "ene feb mar abr may jun jul ago sep oct nov dic",
    "fa": "ژانویه فوریه مارس آوریل مه ژوئن ژوئیه اوت سپتامبر اکتبر نوامبر دسامبر",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "fr-CA": "janv. févr. mars avr. mai juin juil. août sept. oct. nov. déc.",
    "he": "בינואר בפברואר במרץ באפריל במאי ביוני ביולי באוגוסט בספטמבר באוקטובר בנובמבר בדצמבר",
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "it-CH": "gen feb mar apr mag giu lug ago set ott nov dic",
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
    "pl": (
        "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia"
    ),
    "pt": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
    "pt-BR": "jan fev mar abr mai jun jul ago set out nov dez",
    "ru": "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
    "ru-RU": "янв фев мар апр мая июн июл авг сен окт ноя дек",
    "tr": "Ocak Şubat Mart Nisan Mayıs Haziran Temmuz Ağustos Eylül Ekim Kasım Aralık",
    "uk": "січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня",
    "ur": "جنوری فروری مارچ اپریل مئی جون جولائی اگست ستمبر اکتوبر نومبر دسمبر",
}
JALALI_MONTHS = "فروردین اردیبهشت خرداد تیر مرداد شهریور مهر آبان آذر دی بهمن اسفند".split()  # noqa: SIM905
DIGITS = ("0123456789", "٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹")
DAY_FORMS = (
    "{day} {month} {year}",
    "{day}. {month} {year}",
    "{day:02}-{month}-{year}",
    "{month} {day}, {year}",
    "{year} {month} {day}",
)
TIME_FORMS = ("{hour:02}:{minute:02}", "{hour}:{minute:02}:{second:02}", "{hour12}:{minute:02} {half}")
MOMENTS = st.datetimes(datetime(1996, 1, 1), datetime(2035, 12, 31)).map(  # noqa: DTZ001 - a local time
    lambda moment: moment.replace(microsecond=0)
)
ZONES = st.integers(-12 * 4, 14 * 4).map(lambda quarters: timezone(timedelta(minutes=15 * quarters)))


def digits(text, kind):
    return text.translate(str.maketrans(DIGITS[0], DIGITS[kind]))


@given(
    MOMENTS,
    st.sampled_from([(tag, names.split()) for tag, names in MONTHS.items()]),
    st.sampled_from(DAY_FORMS),
    st.integers(0, 2),
)
def test_days_are_read_in_every_language(moment, language, form, kind):
    """With or without the language, whatever the order and the digits."""
    tag, months = language
    name = months[moment.month - 1].replace("_", " ")
    text = digits(form.format(day=moment.day, month=name, year=moment.year), kind)
    expected = moment.date().isoformat()
    assert dates.parse(text, Hints(tag)).iso == expected
    assert dates.parse(text).iso == expected


@given(
    MOMENTS,
    st.none() | ZONES,
    st.sampled_from(TIME_FORMS),
    st.sampled_from(["{zone}", " {zone}", " GMT{zone}"]),
)
def test_times_are_read_in_their_zone(moment, zone, form, zone_form):
    """To the second or minute that is stated; without a zone, as a local time."""
    aware = moment.replace(tzinfo=zone)
    half = "pm" if moment.hour >= 12 else "am"
    stated = form.format(
        hour=moment.hour,
        minute=moment.minute,
        second=moment.second,
        hour12=(moment.hour - 1) % 12 + 1,
        half=half,
    )
    offset = zone_form.format(zone=aware.strftime("%z")) if zone else ""
    result = dates.parse(f"{moment:%d %B %Y} {stated}{offset}")
    second = moment.second if "second" in form else 0
    assert result.iso == aware.replace(second=second).isoformat()
    assert result.precision == ("instant" if zone else "local_time")


@given(st.dates(date(1996, 1, 1), date(2035, 1, 1)), st.integers(0, 2))
def test_persian_days_are_read(day, kind):
    """In words and in numbers, in the digits of either script."""
    persian = JalaliDate(day)
    name = JALALI_MONTHS[persian.month - 1]
    for text in (f"{persian.day} {name} {persian.year}", f"{persian.year}/{persian.month}/{persian.day}"):
        assert dates.parse(digits(text, kind)).iso == day.isoformat()


@given(MOMENTS, ZONES)
def test_the_forms_of_standards_are_read(moment, zone):
    """RFC 3339 and 822, Unix time, and the same moment whatever the form."""
    aware = moment.replace(tzinfo=zone)
    for text in (
        aware.isoformat(),
        aware.strftime("%a, %d %b %Y %H:%M:%S %z"),
        aware.strftime("%Y%m%dT%H%M%S%z"),
        aware.strftime("%a %b %d %Y %H:%M:%S GMT%z (Some Standard Time)"),
    ):
        assert dates.parse(text).iso == aware.isoformat()


def test_unix_time_is_read_until_2033():
    """In seconds and in milliseconds; later numbers are days of a compact form."""
    moment = datetime.combine(date(2032, 1, 1), time(), UTC)
    assert dates.parse(int(moment.timestamp())).moment == moment
    assert dates.parse(str(int(moment.timestamp()) * 1000)).moment == moment
    assert dates.parse("2034010112") is None


@pytest.mark.no_cover
@given(st.text(max_size=200) | st.text("0123456789:/-.+ apmzt٣月年(),", max_size=170))
def test_no_text_defeats_the_reader(text):
    """Any text is a date or none, by itself and among words."""
    for stated in (dates.parse(text), dates.parse(text, among_words=True)):
        assert stated is None or stated.iso


@pytest.mark.parametrize("piece", ["1:", "1 ", "29-", "a/", "( ? ", "mar ", "2020-", "GMT+", "A1", "9月"])
def test_work_grows_with_the_length_of_the_text(piece):
    """However hostile the text is; what is longer than any date is not read at all."""
    assert_linear(dates.parse, lambda size: (piece * size)[: size - 1] + "1", reading.MAX_LENGTH)
    assert dates.parse("2023-03-14" + piece * reading.MAX_LENGTH) is None


@pytest.mark.parametrize(
    ("texts", "language", "expected"),
    [
        (["05/06/2020", "25/06/2020"], None, True),
        (["05/06/2020", "06/25/2020"], None, False),
        (["05-06-2020", "25-06-2020"], "en-US", True),
        (["25/06/2020", "06/25/2020"], "es", None),
        (["05/06/2020"], None, None),
        (["05/06/2020"], "en-AU", True),
        ([], "fil", False),
    ],
)
def test_the_order_of_day_and_month_is_that_of_the_other_dates(texts, language, expected):
    """Where one of them is certain; else the language's; else unknown."""
    assert dates.day_first(texts, language) is expected


@pytest.mark.parametrize(
    ("line", "rest"),
    [
        ("Posted on November 12, 2026 by Nora Halvik", "|by Nora Halvik"),
        ("Theresa May, 13 June 2016", "Theresa May,|"),
        ("13 novembre 2026 di Carla Benetti", "|di Carla Benetti"),
        ("Nora Halvik Friday, November 13, 2026 at 6:40 PM EST", "Nora Halvik|"),
        ("سامر النجار تاريخ النشر: الجمعة 13 نوفمبر 2026", "سامر النجار|"),
        ("2026年11月13日 星期五 记者 林晓岚", "|记者 林晓岚"),
        ("Nora May", "Nora May"),
    ],
)
def test_a_line_without_its_dates_keeps_its_names(line, rest):
    """The words that belong to a date go with it; a month before a comma is a name."""
    assert [part.strip() for part in dates.without_dates(line).split("\n")] == rest.split("|")
