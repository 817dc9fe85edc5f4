"""Pages that stand before the one that was asked for: to sign in, to consent to cookies, to prove that no
program reads. Pure: the text of a page and its address.

A page is one only by two signs: what its title as a whole, or its address, says it is, and what it holds.
"""

import html
import re
from collections.abc import Mapping
from typing import Literal
from urllib.parse import urlsplit

Wall = Literal["login", "consent", "challenge"]

_MAX_CHARS = 500_000  # of a page that are looked at
_TITLE = re.compile(r"<title[^>]{0,200}>([^<]{1,300})</title", re.IGNORECASE)
_PARTS = re.compile(r"\s+[|·•»«–—:-]+\s+|\s*[|｜]\s*")
_TITLES: Mapping[Wall, re.Pattern[str]] = {
    "login": re.compile(
        r"(?:please )?(?:sign|log)[ -]?(?:in|on)(?: (?:to|or|with|at) .{1,60})?"
        r"|(?:account |user |member |subscriber )?login|anmelden|anmeldung|einloggen"
        r"|connexion|(?:se )?connecte[rz](?:-vous)?|identifi(?:ez-vous|cation)|inici(?:a|ar|o de) sesi[óo]n"
        r"|accede?r?|accedi|entrar|fazer login|inloggen|logga in|log ind|logg inn|kirjaudu(?: sisään)?"
        r"|zaloguj(?: się)?|logowanie|přihlášení|bejelentkezés|autentificare|prijava|giriş(?: yap)?"
        r"|вход|войти|авторизация|вхід|увійти|σύνδεση|تسجيل الدخول|ورود(?: به سایت)?|כניסה|התחברות"
        r"|登录|登入|登錄|ログイン|로그인",
        re.IGNORECASE,
    ),
    "consent": re.compile(
        r"before you continue(?: to .{1,60})?|bevor sie fortfahren|voordat je verdergaat.{0,60}"
        r"|(?:we value |manage )?your (?:privacy|consent)(?: choices| settings)?|consent|zustimmung"
        r"|(?:cookie|privacy|consent)s?[ -](?:consent|wall|settings|preferences|notice|choices|center|gate)"
        r"|(?:cookie|datenschutz|privatsphäre)[ -]?(?:einstellungen|zustimmung|hinweis)|gestion des cookies"
        r"|avant (?:de continuer|d['’]accéder).{0,60}|antes de (?:continuar|ir a).{0,60}"
        r"|prima di continuare.{0,60}|политика cookie",
        re.IGNORECASE,
    ),
    "challenge": re.compile(
        r"just a moment\W*|attention required\W*|one more step|security check|checking your browser.{0,60}"
        r"|(?:are you|verify (?:that )?you are) (?:a robot|human|not a robot)\W*|pardon our interruption\W*"
        r"|client challenge|human verification|captcha|ddos-guard|проверка браузера",
        re.IGNORECASE,
    ),
}
# The first label of a host and the last segment of a path: "/login" and "login.example", not "/login/flaw".
_HOSTS: Mapping[Wall, re.Pattern[str]] = {
    "login": re.compile(r"(?:log-?in|sign-?in|sso|auth|accounts)\."),
    "consent": re.compile(r"(?:consent|guce|cmp)\."),
}
_PATHS: Mapping[Wall, re.Pattern[str]] = {
    "login": re.compile(
        r"/(?:log-?in|log-?on|sign-?in|sso|authenticate|authorize)(?:\.\w{1,5})?/?$", re.IGNORECASE
    ),
    "consent": re.compile(
        r"/(?:collect)?consent/?$|/(?:cookie|privacy)-?(?:consent|wall|gate)(?:\.\w{1,5})?/?$|/zustimmung/?$",
        re.IGNORECASE,
    ),
}
_PASSWORD = re.compile(r"<input\b[^>]{0,500}\btype\s*=\s*[\"']?password\b", re.IGNORECASE)
_EMAIL = re.compile(r"<input\b[^>]{0,500}\btype\s*=\s*[\"']?email\b", re.IGNORECASE)
_COOKIES = re.compile(r"\bcookies?\b|\bconsent|\bprivacy\b|\bzustimm", re.IGNORECASE)
_CONTROL = re.compile(r"<(?:button|form|iframe|script)\b", re.IGNORECASE)
_CHALLENGES = ("_cf_chl_opt", "captcha-delivery.com", "px-captcha", "gokuProps")
# Headers of those who guard a site, and what they say of an answer that asks for a proof.
_HEADERS = {"cf-mitigated": "challenge", "x-amzn-waf-action": "challenge|captcha", "x-datadome": "protected"}


def of_page(page: str, url: str) -> Wall | None:
    """Which wall an HTML page is that was answered at `url`, the end of all redirects; None for any other."""
    page = page[:_MAX_CHARS]
    match = _TITLE.search(page)
    title = " ".join(html.unescape(match[1]).split()) if match else ""
    if _is_titled("challenge", title) or any(mark in page for mark in _CHALLENGES):
        return "challenge"
    walls: tuple[Wall, ...] = ("login", "consent")
    return next((wall for wall in walls if _is(wall, page, title, url)), None)


def is_challenge(headers: Mapping[str, str]) -> bool:
    """Whether headers with lower-case names are those of an answer that asks a browser for a proof."""
    return any(re.fullmatch(said, headers.get(name, "").strip()) for name, said in _HEADERS.items())


def _is(wall: Wall, page: str, title: str, url: str) -> bool:
    parts = urlsplit(url)
    titled = _is_titled(wall, title)
    if not (titled or _HOSTS[wall].match(parts.hostname or "") or _PATHS[wall].search(parts.path)):
        return False
    if wall == "consent":
        return _COOKIES.search(page) is not None and _CONTROL.search(page) is not None
    # Some ask for the address first; beside an article it is that of a newsletter.
    return _PASSWORD.search(page) is not None or (titled and _EMAIL.search(page) is not None)


def _is_titled(wall: Wall, title: str) -> bool:
    return any(_TITLES[wall].fullmatch(part) is not None for part in (title, *_PARTS.split(title)))
