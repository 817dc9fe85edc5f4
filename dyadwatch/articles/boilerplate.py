"""Boilerplate that extraction leaves in a text: rules as data, each seen at several publishers.

A rule matches a whole paragraph of bounded length. `_HEAD` rules apply to the first paragraphs only, `_TAIL`
rules from the last paragraph upwards until one stays, and to each of the last four.
"""

import re

from dyadwatch.articles.origins import is_credit
from dyadwatch.text.words import word_key

_MAX_LENGTH = 400  # characters of a paragraph of boilerplate
_MAX_NOTE = 800  # characters of a note about the author
_MIN_PARAGRAPHS = 3  # that notes about the author leave
_CLOSING = 4  # last paragraphs in which a closing remark may be followed by something else
_ABOUT = re.compile(
    r"\b(?:is|was|has been|writes|covers|reports|works|joined|lives|ist|schreibt|arbeitet|est|es|è)\b",
    re.IGNORECASE,
)

_MAX_COUNTER = 5  # words, some of them numbers
_COUNTER_LABEL = 2  # those that are none
_COUNTED_WORDS = """
view views read reads reader readers share shares shared comment comments like likes aufruf aufrufe
aufrufen leser kommentar kommentare geteilt vue vues lecture lectures lecteurs partage partages
commentaire commentaires vista vistas visitas lecturas lectores compartido compartidos comentario
comentarios visualizações visualizacoes leitores compartilhamentos comentários visualizzazioni
letture lettori condivisioni commento commenti weergaven lezers reacties gedeeld visningar läsare
kommentarer delningar wyświetleń wyświetlenia czytelników komentarzy komentarze udostępnień просмотр
просмотра просмотров просмотры комментарий комментария комментариев комментарии репостов читателей
перегляд перегляди переглядів коментар коментарі коментарів görüntülenme okunma okuyucu paylaşım
yorum مشاهدة مشاهدات قراءة قراءات تعليق تعليقات مشاركة مشاركات بازدید نظر نظرات دیدگاه اشتراک צפיות
צפייה תגובות תגובה שיתופים
"""
_COUNTED = frozenset(map(word_key, _COUNTED_WORDS.split()))

# "Read more: ..." and its like: a pointer to another article, alone in a paragraph.
_POINTERS = (
    r"related(?: (?:articles?|stor(?:y|ies)|content|news|coverage|links|posts?|topics?|video))?",
    r"(?:read|see) (?:more|also|next|the latest|on)",
    r"also (?:read|see)",
    r"more (?:on this|from|stories|like this)",
    r"more",
    r"don['’]t miss",
    r"must[- ]read",
    r"recommended(?: (?:reading|stories|for you))?",
    r"most (?:read|popular|viewed)(?: (?:in|on) .{2,40})?",
    (
        r"(?:you (?:may|might) also like|up next|trending(?: now)?|watch(?: now| next| more| below)?"
        r"|listen(?: now)?)"
    ),
    r"what to (?:read|watch) next",
    (
        r"(?:mehr (?:zum thema|dazu|news|lesen)|lesen sie (?:auch|mehr|hier)(?: .{2,20})?|auch interessant"
        r"|das könnte sie auch interessieren|weiterlesen|zum thema|passend dazu)"
    ),
    r"(?:lire aussi|à lire aussi|lire (?:plus|également)|voir aussi|sur le même sujet|pour aller plus loin)",
    (
        r"(?:lea|lee|leer|vea|ver|mira|te puede interesar|le puede interesar|también (?:lee|lea)|más información"
        r"|noticias? relacionadas?|relacionad[oa]s?)(?: (?:también|además|más))?"
    ),
    r"(?:leia|veja|saiba)(?: (?:também|mais))",
    r"(?:leggi|vedi|guarda)(?: anche)",
    r"(?:czytaj|zobacz) (?:więcej|także|również|też)",
    r"(?:läs|se) (?:också|mer|även)",
    r"(?:lees|bekijk) ook",
    r"(?:читайте|смотрите) (?:также|еще|ещё)",
    r"(?:ayrıca oku(?:yun)?|ilgili haber(?:ler)?)",
    (
        r"(?:اقرأ|إقرأ|شاهد) (?:أيضا|أيضًا|المزيد)|مواضيع ذات صلة|(?:بیشتر بخوانید|همچنین بخوانید|مطالب مرتبط)"
        r"|קראו (?:גם|עוד)"
    ),
)


def _any_of(*patterns: str) -> re.Pattern[str]:
    """One expression for all: over a text in lower case, which costs half of ignoring case."""
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns))


_POINTER = _any_of(rf"^\W*(?:{'|'.join(_POINTERS)})\s*(?:[:|>»→].{{0,350}}|[.…!]*)$")
_CAPITALS = re.compile(
    r"\W*(?:DON['’]T MISS|READ MORE|READ ALSO|SEE MORE|SEE ALSO|MUST READ|WATCH NOW|LIRE AUSSI|LEIA TAMBÉM"
    r"|LEE TAMBIÉN)\b.{0,350}$"
)

_ANYWHERE = _any_of(
    (
        r"^\W*(?:advertisement|advertising|anzeige|publicité|publicidad|pubblicità|reklama?|annons|werbung"
        r"|iklan|إعلان|آگهی|реклама|sponsored(?: content)?|story continues below.*|continue reading.*"
        r"|article continues .*)\W*$"
    ),
    r"(?s:.*)\[contact-form-7[^\]]*\]",
    r"^[\W_]*$",
    r"^\W*\d{1,3}\s*(?:of|/|von|sur|de|di|из|من|از)\s*\d{1,3}\W*$",
    r"^\W*(?:listen to|hear|subscribe to) .{2,80} on (?:spotify|apple podcasts)\b.{0,80}$",
    (
        r"^\W*(?:please )?(?:subscribe|sign in|log in|register)\b.{0,40}\bto (?:continue|keep|read"
        r"|unlock)\b.{0,120}$"
    ),
    r"^\W*be the first to (?:get|know|hear|read)\b.{0,60}$",
    (
        r"^\W*(?:newsletter|article content|on this page|oops!? ?something went wrong.{0,60}"
        r"|join (?:our commenting forum|the (?:conversation|discussion)).{0,60})\W*$"
    ),
    (
        r"^.{0,120}\b(?:bookmark your favou?rite|already a subscriber|become a (?:member|subscriber|patron)"
        r"|réservée? aux abonnés|nur für abonnenten)\b.{0,200}$"
    ),
    (
        r"^.{0,250}\b(?:affiliate (?:links?|commissions?|partnerships?|programs?)|may earn (?:a |an "
        r"|revenue)(?:small |affiliate )?(?:commission|from))\b.{0,250}$"
    ),
    (
        r"^\W*(?:share|tweet|facebook|twitter|whatsapp|telegram|e-?mail|print|copy link|linkedin|pinterest"
        r"|reddit|flipboard)(?: (?:this(?: (?:story|article|post|page|on .{2,15}))?|on (?:facebook|twitter|x"
        r"|whatsapp|linkedin)|via e-?mail))?\W*$"
    ),
    (
        r"^(?:share|teilen|partager|compartir|compartilhar|condividi|delen|dela|udostępnij|поделиться|paylaş"
        r"|شارك|مشاركة|اشتراک‌گذاری)\W*$"
    ),
    (
        r"^.{0,120}\b(?:(?:sign ?up|subscribe)\b.{0,120}\b(?:newsletters?|inbox|e-?mails?|briefing|bulletin"
        r"|premium|podcast|channel|alerts)|(?:register|join)\b.{0,120}\b(?:newsletters?|your inbox"
        r"|(?:youtube|telegram|whatsapp) channel))\b.{0,150}$"
    ),
    (
        r"^.{0,80}\b(?:newsletters?|updates|stories|news|headlines)\b.{0,80}\b(?:to your inbox|in your inbox"
        r"|sign up|subscribe)\b.{0,150}$"
    ),
    (
        r"^.{0,100}\b(?:abonnieren sie|jetzt abonnieren|newsletter anmelden|abonnez-vous|inscrivez-vous"
        r"|suscríb[ae](?:te|se)|inscreva-se|assine|iscriviti)\b.{0,150}$"
    ),
    (
        r"^\W*(?:you can )?(?:also )?(?:follow|like|find) (?:us|me|him|her|them|@\w+|.{3,40}) on (?:twitter"
        r"|facebook|instagram|x|threads|telegram|tiktok|social media|google news|linkedin"
        r"|youtube)\b.{0,120}$"
    ),
    r"^\W*(?:please )?(?:download|install|get) .{0,40}\bapp\b.{0,120}$",
    (
        r"^\W*(?:this (?:video|content|audio) (?:cannot|can not|could not|is not) .{3,80}|(?:your"
        r"|this) browser (?:does not|doesn['’]t) support.{0,80}|please enable javascript.{0,80}"
        r"|.{0,40}enable cookies.{0,80})$"
    ),
    (
        r"^\W*(?:photo|foto|fotos|image|picture|pic|bild|getty(?: images)?|фото|عکس|صورة)\s*(?:credit|by"
        r"|[:©/]).{0,120}$"
    ),
    r"^—\s.{1,80}\(@\w{1,20}\)\s.{3,40}\d{4}$",
    (
        r"^\W*(?:\d{1,3}\s*(?:min(?:ute)?s?|мин\w*|dk)\.?\s*(?:read|lesezeit|de lecture|de lectura"
        r"|de leitura|okuma)?|(?:tempo de leitura|reading time|lesezeit|temps de lecture|tiempo de lectura"
        r"|время чтения)\W.{0,20})\W*$"
    ),
    (
        r"^\W*(?:save|bookmark|comments?|\d+ comments?|leave a comment|gift this article"
        r"|listen to (?:this )?article.{0,30}|print article|back to top|click to (?:share|print).{0,60})\W*$"
    ),
)

_HEAD = _any_of(
    (
        r"^\W*(?:published|updated|posted|last updated|veröffentlicht|aktualisiert|publié|mis à jour"
        r"|publicado|actualizado|pubblicato|uppdaterad|publicerad|stand|güncelleme|опубликовано"
        r"|обновлено)\b.{0,80}(?<![.!?؟])$"
    ),
    r"^.{0,60}\b(?:19|20|1[34]|۱[۳۴]|١٤)\d{2}\b.{0,30}\b\d{1,2}[:.h]\d{2}\b.{0,40}(?<![.!?؟])$",
    r"^\W*\d{1,2}[:.]\d{2}\s*(?:[ap]\.?m\.?)?.{0,40}(?:19|20)\d{2}.{0,40}$",
    r"^\W*(?:by|von|par|por|di|af|av|door|autor|redacción|бы)\s+[^.!?]{3,60}$",
)

_TAIL = _any_of(
    (
        r"^\W*(?:©|\(c\)\s|copyright\b|all rights reserved|alle rechte vorbehalten|tous droits réservés"
        r"|todos los derechos|جميع الحقوق|کلیه حقوق|все права защищены).{0,300}$"
    ),
    r"^.{0,120}\ball rights reserved\b.{0,250}$",
    (
        r"^\W*(?:filed under|tags?|topics?|categor(?:y|ies)|schlagw[oö]rte?r?|mots[- ]clés|etiquetas|temas"
        r"|теги|etiketler|الوسوم|برچسب‌?ها)\s*(?:[:|].{0,300}|)$"
    ),
    (
        r"^\W*(?:tags|schlagworte|etiquetas|mots[- ]clés|теги"
        r"|etiketler)\s(?:[^,.!?]{2,40},\s*){2,}[^,.!?]{0,40}$"
    ),
    (
        r"^\W*(?:übersetzung|redaktion|schlussredaktion|aus dem (?:englischen|französischen|russischen) von"
        r"|traducción|traduction|traduzione|translation|translated by|перевод)\b\s*:?\s.{0,200}$"
    ),
    (
        r"^\W*(?:this (?:episode|story|segment) was (?:produced|edited) by|e-?mail us at"
        r"|write to us at)\b.{0,250}$"
    ),
    r"^\W*(?:(?:with )?(?:additional )?reporting by|additional reporting from|reported by)\b.{0,300}$",
    r"^\W*(?:edit(?:ing|ed)|writing|compiled|translated) by\b.{0,200}$",
    (
        r"^.{0,160}\b(?:contributed|assisted) (?:to|with|in) (?:this|the) (?:report|story|article"
        r"|reporting)\W*$"
    ),
    r"^\W*(?:source|quelle|fuente|fonte|источник|المصدر|منبع|kaynak)s?\s*:\s.{0,80}$",
    r"^\W*(?:more information|further information|citation|provided by)\s*:.{0,300}$",
    r"^\W*(?:contributing|gallery credit|copyright)\s*:.{0,300}$",
    r"^\W*(?:includes|with) (?:information|material|files) from\b.{0,120}$",
    r"^\W*(?:mit|avec|con) (?:dpa|afp|reuters|ap|efe)(?:[ /,-].{0,40})?$",
    r"^.{0,60}\bthis (?:story|article) was (?:originally|first) published\b.{0,80}$",
    r"^\W*this is a (?:breaking|developing) .{0,80}$",
    r"^.{0,150}\b(?:e-?mail|contact|reach|write to|send)\b.{0,100}\S@\S.{0,150}$",
    r"^.{0,60}\b(?:read|see|view) the (?:original|full) (?:article|story|post)\b.{0,100}$",
    r"^\W*(?:the post|der beitrag) .{3,200} (?:appeared first on|erschien zuerst auf) .{2,80}$",
    r"^.{0,120}\b(?:do you have|got) (?:a )?(?:news )?(?:tip|story|question)s?\b.{0,200}$",
    (
        r"^.{0,200}\b(?:let us know|tell us|share your (?:thoughts|views"
        r"|opinion)) .{0,40}\bcomments?\b.{0,100}$"
    ),
    r"^.{0,200}\b(?:views|opinions) expressed (?:in this|here|are (?:those|the|his|her))\b.{0,250}$",
    r"^\W*(?:disclaimer|editor['’]s note|correction)\s*:.{0,300}$",
)


def remove_boilerplate(paragraphs: list[str]) -> list[str]:
    """The paragraphs that belong to the article, in order."""
    paragraphs = [text for text in paragraphs if not is_boilerplate(text)]
    while paragraphs and _closes(paragraphs[-1]):
        paragraphs.pop()
    start = max(len(paragraphs) - _CLOSING, _CLOSING)
    paragraphs[start:] = [text for text in paragraphs[start:] if not _closes(text)]
    head = [text for text in paragraphs[:4] if not _matches(_HEAD, text)]
    return head + paragraphs[4:]


def is_margin(text: str) -> bool:
    """Whether a paragraph at the beginning or end of a text would be none of the article's."""
    return _matches(_HEAD, text) or _closes(text)


def _closes(text: str) -> bool:
    return _matches(_TAIL, text) or is_credit(text)


def without_author_note(paragraphs: list[str], authors: tuple[str, ...]) -> tuple[list[str], str | None]:
    """The paragraphs without closing ones about an author ("Ann Bell is a reporter in ..."), and the note
    that these are."""
    body = list(paragraphs)
    names = tuple(f"{word_key(name)} " for name in authors)
    notes: list[str] = []
    while names and len(body) > _MIN_PARAGRAPHS and _is_about_author(body[-1], names):
        notes.insert(0, body.pop())
    return body, "\n\n".join(notes) or None


def _is_about_author(text: str, names: tuple[str, ...]) -> bool:
    return (
        len(text) <= _MAX_NOTE and word_key(text[:80]).startswith(names) and _ABOUT.search(text) is not None
    )


def is_boilerplate(text: str) -> bool:
    """Whether a paragraph only points elsewhere, asks for something or says nothing, anywhere in a text."""
    is_capitals = len(text) <= _MAX_LENGTH and _CAPITALS.match(text) is not None
    return is_capitals or _matches(_POINTER, text) or _matches(_ANYWHERE, text)


def is_counter(text: str) -> bool:
    """Whether a paragraph only counts those who read, shared or commented on an article, as "1,204 views"."""
    words = text.split()
    if len(words) > _MAX_COUNTER or text.rstrip().endswith((".", "!", "?", "؟", "…")):
        return False
    spelt = [word_key(word) for word in words if not any(letter.isdigit() for letter in word)]
    is_counted = len(spelt) < len(words) and len([word for word in spelt if word]) <= _COUNTER_LABEL
    return is_counted and not _COUNTED.isdisjoint(spelt)


def _matches(rules: re.Pattern[str], text: str) -> bool:
    return len(text) <= _MAX_LENGTH and rules.match(text.lower()) is not None
