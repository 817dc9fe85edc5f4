"""Pages that only say that something is wrong: what was asked for is not there (`missing_page`), the site
rests, or does not let in who asks (`error_page`)."""

import re
from collections.abc import Iterable
from typing import Literal

from dyadwatch.articles.metadata import PageMetadata
from dyadwatch.walls import Wall

# What a part of an error page's title says as a whole: "404", "Page not found", not "404 days of war".
_CODE = r"(?:http\s*)?(?:error|fehler|erreur|errore|hata|ошибка|خطأ|خطای?)?[\s:]*(?:40[0-9]|410|429|50[0-4])"
_NOT_FOUND = (
    r"seite (?:wurde )?nicht gefunden|page (?:non trouvée|introuvable)"
    r"|página no (?:encontrada|existe)|página não encontrada|pagina non trovata|pagina niet gevonden"
    r"|nie znaleziono strony|sayfa bulunamadı|страница не найдена|сторінку не знайдено|الصفحة غير موجودة"
    r"|صفحه (?:مورد نظر )?(?:یافت|پیدا) نشد|הדף לא נמצא|صفحہ نہیں ملا|ページが見つかりません|页面不存在|页面未找到|找不到(?:網頁|頁面)|頁面不存在"
    r"|pagina nu (?:a fost găsită|există)|stránka (?:nebyla nalezena|nenalezena|neexistuje|nebola nájdená)|strona nie istnieje"
    r"|az oldal nem található|sidan (?:kunde inte hittas|hittades inte|finns inte)|siden (?:blev ikke fundet|findes ikke|finnes ikke)"
    r"|sivua ei löyt(?:ynyt|y)|η σελίδα δεν βρέθηκε|страницата не е намерена|stranica nije pronađena|halaman tidak ditemukan"
    r"|không tìm thấy trang|페이지를 찾을 수 없습니다|(?:पृष्ठ|पेज) नहीं मिला|পৃষ্ঠাটি পাওয়া যায়নি|rûpel nehat dîtin"
)
_PHRASE = (
    r"(?:sorry|oops|ooops)?\W*(?:(?:the |this |that |your )?(?:requested )?(?:page|article|file|url|content|story|document)"
    r" (?:you (?:requested|are looking for|were looking for) )?(?:(?:was|is|could|can|has)?(?: ?not|n?['’]t)? ?(?:be )?(?:been )?"
    r"(?:not found|found|available|been (?:moved|removed|deleted|withdrawn|taken down))"
    r"|does(?:n['’]t| not) exist|(?:is )?no longer (?:exists|available|here|online)|unavailable)"
    r"|not found|access (?:to this page )?(?:is |has been )?denied|forbidden|gone|bad (?:gateway|request)"
    r"|service (?:temporarily )?unavailable|internal server error|server error|gateway time-?out|too many requests"
    r"|unauthorized|just a moment|attention required|are you (?:a robot|human)|verify (?:that )?you are human"
    rf"|checking your browser|error|{_NOT_FOUND})"
)
_ERROR = re.compile(rf"\W*(?:{_CODE}|(?:{_CODE})?[\s:({{–—-]*{_PHRASE})\W*\d?\W*", re.IGNORECASE)
# What tells a page that is not there from other errors, in words that are those of one.
_MISSING = re.compile(
    rf"\b(?:404|410|gone|moved|removed|deleted|withdrawn|taken down|exist|no longer)\b|\bfound\b|{_NOT_FOUND}",
    re.IGNORECASE,
)
_PARTS = re.compile(r"\s+[|·•»«–—-]+\s+|\s*[|｜]\s*")
# What such a part says of a site that is at rest, and of whom it does not let in. A headline may say it too.
_NOTICE = re.compile(
    r"\W*(?:(?:the |this |our |we are |we['’]re )?(?:web)?(?:site|page|service|system)?(?: is)?(?: currently| temporarily)?"
    r" ?(?:(?:down |closed |offline )?(?:for |under )?(?:scheduled |planned |routine |essential |website |site |system )*"
    r"maintenance(?: mode| break| in progress| work| notice)?|offline)"
    r"|(?:sorry\W+)?(?:we(?:['’]ll| will)|will) be (?:right )?back(?: (?:soon|shortly|online|in .{1,30})){0,2}"
    r"|(?:sorry\W+)?(?:you have been|you['’]ve been|your (?:ip|access|request) (?:has been|was|is)) blocked"
    r"|pardon our interruption|request blocked|access restricted|451(?: unavailable for legal reasons)?"
    r"|(?:sorry\W+)?(?:(?:this|the|our) )?(?:content|page|article|web ?site|site|story|video|service) is(?: currently)?"
    r" (?:not available|unavailable|blocked)(?: in your (?:region|country|area|location)| for legal reasons| where you are)"
    r"|unavailable (?:in your (?:region|country|location)|for legal reasons|due to legal reasons)"
    r"|wartungs(?:arbeiten|modus)|(?:seite|website|wir sind)? ?(?:derzeit )?(?:wegen wartungsarbeiten .{1,40}|in wartung)"
    r"|zugriff (?:verweigert|gesperrt)|(?:site )?en (?:cours de )?maintenance|maintenance en cours|accès (?:refusé|interdit)"
    r"|(?:sitio |página |estamos )?en mantenimiento|acceso (?:denegado|bloqueado)|(?:site )?em manutenção|acesso negado"
    r"|(?:sito )?in manutenzione|manutenzione in corso|accesso negato|(?:site )?in onderhoud|toegang geweigerd"
    r"|przerwa techniczna|prace (?:konserwacyjne|techniczne)|(?:dostęp|odmowa) (?:zabroniony|dostępu)"
    r"|(?:site )?bakım(?:da|dayız| çalışması| modu)|erişim engellendi"
    r"|(?:на сайте )?(?:ведутся |проводятся )?технические работы|доступ (?:запрещ[её]н|ограничен|заблокирован)"
    r"|сайт (?:временно )?недоступен|(?:ведуться |проводяться )?технічні роботи|доступ заборонено"
    r"|(?:الموقع )?(?:تحت|قيد) الصيانة|تم (?:رفض|حظر) (?:الوصول|وصولك)|(?:سایت )?در (?:حال|دست) (?:تعمیر|به[‌ ]?روز ?رسانی)(?: است)?"
    r"|دسترسی (?:شما )?(?:مسدود|محدود)(?: شد(?:ه است)?)?|(?:האתר )?בתחזוקה|הגישה (?:נדחתה|נחסמה)"
    r"|(?:网站|系统)(?:正在)?维护(?:中)?|访问(?:被拒绝|受限)|(?:ただいま)?メンテナンス中(?:です)?|アクセスが拒否されました)\W*",
    re.IGNORECASE,
)
# What a page says, and little else, that a script should have written.
_SHELL = re.compile(
    r"\b(?:enable|turn on|activate) (?:javascript|js)\b|\brequires? javascript|javascript (?:is )?(?:disabled|required|deaktiviert)"
    r"|\bjavascript (?:zu )?aktivieren|aktivieren sie (?:bitte )?javascript|activ(?:er|ez|ar|e) (?:el |le )?javascript"
    r"|habilit(?:ar|e|a) (?:el |o )?javascript|abilita(?:re)? javascript|włącz(?:yć)? (?:obsługę )?javascript"
    r"|включите (?:поддержку )?javascript|javascript['’]?i etkinleştir",
    re.IGNORECASE,
)
_EDGES = re.compile(r"^\W+|[^\w\u0900-\u0dff]+$")  # words of Indian scripts may end in a vowel's sign
_MAX_PART = 150  # characters of a part; expressions take long over endless punctuation
_ERROR_TEXT = 1_500  # characters below which the words of an error mean one
_NOTICE_TEXT = 500  # below which those of a notice mean one
_SHELL_TEXT = 160  # and below which those about scripts are all that there is


def reason(
    page: PageMetadata, title: str, text: str, *, states_article: bool, wall: Wall | None = None
) -> Literal["error_page", "missing_page"] | None:
    """Which of these a page is: a part of the title only says that something is wrong, or the page is a
    challenge, and neither the text nor what the page states make an article of it."""
    # What it ends in counts: a code may be followed by "!!1".
    parts = [part for one in _PARTS.split(title) if len(part := _EDGES.sub("", one)) <= _MAX_PART]
    errors = list(filter(_ERROR.fullmatch, parts))
    if errors and len(text) < _ERROR_TEXT and not page.article_stated:
        return "missing_page" if any(map(_MISSING.search, errors)) else "error_page"
    return None if states_article or not _is_notice(parts, text, wall) else "error_page"


def _is_notice(parts: Iterable[str], text: str, wall: Wall | None) -> bool:
    if len(text) >= _NOTICE_TEXT:
        return False
    is_notice = wall == "challenge" or any(map(_NOTICE.fullmatch, parts))
    return is_notice or (len(text) < _SHELL_TEXT and _SHELL.search(text) is not None)
