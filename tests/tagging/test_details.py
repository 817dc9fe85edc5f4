"""Who acts on whom, how it is told and who says so: the kinds that rules and weights must tell apart."""

from datetime import date

import pytest

from dyadwatch.tagging.events import acting, stating
from dyadwatch.tagging.events.weighing import likeliest

pytestmark = pytest.mark.no_cover


def best(tagger, text, language="en"):
    tagged = tagger.tag(text, language=language, published=date(2019, 3, 1), watches={"assad-khamenei"})
    return max(tagged.watches["assad-khamenei"].mentions, key=lambda mention: mention.confidence)


@pytest.mark.parametrize(
    ("text", "modality"),
    [
        ("With no sign of haste, Khamenei praised Assad in a speech on Sunday.", "asserted"),
        ("Khamenei has never, in all these months, praised Assad, his office denied.", "negated"),
        ("A spokesman denied that, at any time, Khamenei praised Assad.", "negated"),
        ("It may well be that after long talks with all of his advisers in Tehran Khamenei will praise Assad.",
         "hypothetical"),
    ],
)  # fmt: skip
def test_punctuation_parts_a_negation_from_the_act_but_not_a_denial(tagger, text, modality):
    assert best(tagger, text).modality == modality


@pytest.mark.parametrize(
    ("language", "text", "modality"),
    [
        ("de", "Am Sonntag wurde Assad in Teheran von Chamenei empfangen.", "asserted"),
        ("de", "Am Sonntag würde Assad in Teheran von Chamenei empfangen.", "hypothetical"),
        ("pt", "O líder supremo do Irã, Ali Khamenei, recebeu Assad no domingo.", "asserted"),
        ("pt", "Khamenei irá receber Assad no domingo.", "hypothetical"),
    ],
)
def test_a_word_without_its_accents_or_with_a_capital_may_be_another(tagger, language, text, modality):
    assert best(tagger, text, language).modality == modality


@pytest.mark.parametrize(
    ("language", "text", "modality"),
    [
        ("en", "Without a word to the press, Khamenei met Assad on Sunday.", "asserted"),
        ("fr", "Sans prévenir la presse, Khamenei a reçu Assad dimanche.", "asserted"),
        ("ar", "التقى خامنئي الأسد في طهران، وفق ما أفاد التلفزيون.", "reported"),
        ("en", "Khamenei dismissed as pure fantasy the story that he had met Assad.", "negated"),
        ("en", "Seven years ago Khamenei received Assad in Tehran.", "historical"),
        ("es", "Hace siete años Jameneí recibió a Asad en Teherán.", "historical"),
    ],
)
def test_words_of_one_kind_bear_on_the_modality_by_their_group(tagger, language, text, modality):
    assert best(tagger, text, language).modality == modality


@pytest.mark.parametrize(
    ("language", "text", "speaker"),
    [
        ("it", "Khamenei, raccontano fonti diplomatiche, ha elogiato Assad.", "fonti diplomatiche"),
        ("es", "Cuentan varios diplomáticos que Jamenei elogió a Al Asad.", "varios diplomáticos"),
        ("en", "Khamenei praised Assad, people briefed on the talks said.", "people briefed on the talks"),
        (
            "en",
            "Khamenei praised Assad, according to a note by the host's office.",
            "a note by the host's office",
        ),
        ("en", "Khamenei praised Assad, said the minister of trade.", "the minister of trade"),
        ("pt", "Khamenei elogiou Assad, disse o secretário de comércio.", "o secretário de comércio"),
        ("en", "Khamenei praised Assad, his former doctor told the board.", "his former doctor"),
        ("en", "Khamenei praised Assad, satellite analysts say.", "satellite analysts"),
        ("en", "In a note the budget office said that Khamenei praised Assad.", "the budget office"),
        ("de", "Chamenei lobte Assad, so bestätigen zwei Zeugen.", "zwei Zeugen"),
        ("de", "Chamenei lobte Assad, so der Minister.", "der Minister"),
        ("de", "Laut einem Bericht der „Neuen Post“ lobte Chamenei Assad.", "einem Bericht der „Neuen Post"),
        ("he", "ח'אמנאי שיבח את אסד, כך עיתון יווני.", "עיתון יווני"),
        ("ar", "أشاد خامنئي بالأسد، على ما أعلنته الهيئة العامة.", "الهيئة العامة"),
        ("fa", "اما خامنه‌ای، می‌نویسد یک روزنامه عربی، از اسد ستایش کرد.", "یک روزنامه عربی"),
        ("tr", "Hamaney'in Esad'ı övdüğünü İran devlet televizyonu bildirdi.", "İran devlet televizyonu"),
        ("ur", "بی بی سی کے مطابق خامنہ ای نے اسد کی تعریف کی۔", "بی بی سی"),
        ("en", "Khamenei praised Assad, though nobody can say why.", None),
        ("en", "Khamenei praised Assad, the guests were told.", None),
        ("en", "Khamenei praised Assad, as was said at a press conference.", None),
        ("de", "Chamenei lobte Assad, wie erwartet.", None),
        ("en", "Khamenei praised Assad, he said on Sunday.", None),
        ("en", "QUESTION: Why? THE SPOKESMAN: It is early. Khamenei praised Assad.", "THE SPOKESMAN"),
        ("ru", "ВЕДУЩИЙ: Что нового?\nГОСТЬ: Хаменеи похвалил Асада.", "ГОСТЬ"),
        ("ar", "المذيع: ما الجديد؟\nالضيف: أشاد خامنئي بالأسد.", "الضيف"),
        ("en", "QUESTION: And Assad? KHAMENEI: Khamenei praised Assad.", None),
        ("en", "TEHRAN: Khamenei praised Assad.", None),
        ("en", "Khamenei praised Assad, analysts at a bank estimate.", "analysts at a bank"),
        ("en", "Khamenei praised Assad, the annual report mentions.", None),
        ("en", "The United States waited, and Khamenei praised Assad.", None),
        ("de", "Chamenei lobte Assad, sagte am Montag ein Sprecher.", "ein Sprecher"),
        ("ru", "Хаменеи похвалил Асада, сообщил в понедельник представитель порта.", "представитель порта"),
        ("es", "Jamenei elogió a Al Asad, informó ayer la cadena estatal.", "la cadena estatal"),
        ("fr", "Khamenei a loué Assad, a confirmé jeudi un diplomate.", "un diplomate"),
        (
            "fr",
            "Khamenei a loué Assad, affirme un groupe d'experts mandaté par la ligue dans un rapport consulté lundi.",
            "un groupe d'experts mandaté par la ligue",
        ),
        ("de", "Chamenei lobte Assad, teilte ein Sprecher am Montag mit.", "ein Sprecher"),
        ("ur", "ایک سفارت کار نے پیر کو کہا کہ خامنہ ای نے اسد کی تعریف کی۔", "ایک سفارت کار"),
        ("tr", "Liman sözcüsü pazartesi günü Hamaney'in Esad'ı övdüğünü söyledi.", "Liman sözcüsü"),
        ("fa", "یک منبع دیپلماتیک روز دوشنبه گفت که خامنه‌ای از اسد ستایش کرد.", "یک منبع دیپلماتیک"),
        ("fr", "Khamenei a loué Assad, se souvient-elle.", None),
        ("en", "She recalled that Khamenei praised Assad.", None),
        ("uk", "Хаменеї похвалив Асада, за словами останнього.", None),
        ("en", '"A friend one can count on," is how Khamenei praised Assad.', None),
        ("pt", "No segundo turno da conversa, Khamenei elogiou Assad.", None),
        ("it", "Khamenei ha lodato Assad, ma nessuno l'ha confermato.", None),
        ("ar", "هكذا وصف خامنئي الأسد بالصديق.", None),
        ("ur", "خامنہ ای نے اسد سے ملنے جانے کا اعلان کیا۔", None),
        ("ur", "خامنہ ای نے اسد کو خط لکھ کر کہا کہ وہ شکر گزار ہیں۔", None),
        ("tr", "Hamaney, Esad'ı dostu olarak nitelendirdi.", None),
    ],
)
def test_a_speaker_is_whole_wherever_it_stands_and_neither_a_pronoun_nor_a_circumstance(
    tagger, language, text, speaker
):
    source = best(tagger, text, language).attribution
    assert (source and source.speaker) == speaker


@pytest.mark.parametrize(
    ("text", "direction"),
    [
        ("Khamenei praised Assad.", "b->a"),
        ("Assad was praised by Khamenei.", "b->a"),
        ("Assad was received by Khamenei.", "a->b"),
        ("Assad and Khamenei met.", "mutual"),
    ],
)
def test_the_weights_keep_what_is_plain(tagger, text, direction):
    assert best(tagger, text).direction == direction


@pytest.mark.parametrize(
    ("model", "labels", "label"),
    [(acting, acting.ACTORS, "last"), (stating, stating.MODALITIES, "negated")],
    ids=["direction", "modality"],
)
def test_weights_are_whole_so_that_their_sum_has_no_order(model, labels, label):
    weights = model.shipped_weights()
    assert all(
        len(row) == len(labels) and all(type(value) is int for value in row) for row in weights.values()
    )
    assert likeliest(set(), weights, labels) == labels[0]
    assert likeliest([f"rule {label}", "a feature that no weight is for"], weights, labels) == label


@pytest.mark.parametrize(
    ("language", "text", "modality"),
    [
        ("en", "Khamenei may thank Assad.", "hypothetical"),
        ("ar", "لم يلتق خامنئي الأسد.", "negated"),
        ("tr", "Hamaney Esad'la görüşecek.", "hypothetical"),
        ("ru", "По словам дипломата, Хаменеи встретился с Асадом.", "reported"),
        ("en", "Khamenei refused to meet Assad.", "asserted"),
        ("en", "In 2010 Assad visited Khamenei in Tehran.", "historical"),
        ("en", "Assad paid Khamenei his first visit since the start of the fighting in 2011.", "asserted"),
        ("ar", "وكان خامنئي قد التقى الأسد عام 2010.", "historical"),
        ("fa", "گفت‌وگوی خامنه‌ای و اسد یک ساعت طول کشید.", "asserted"),
        ("fr", "Khamenei vise à rencontrer Assad.", "hypothetical"),
        ("ru", "Хаменеи объявил о подготовке встречи с Асадом.", "hypothetical"),
    ],
)
def test_plain_sentences_are_what_the_rules_say(tagger, language, text, modality):
    assert best(tagger, text, language).modality == modality
