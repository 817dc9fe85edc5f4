"""Pages that stand before what was asked for are known, and those that only speak of them are not."""

import pytest

from dyadwatch import walls

PASSWORD = "<form><input name=u><input type='password' name=p><button>Go</button></form>"
EMAIL = '<form><input name=u type="email"><button>Next</button></form>'
COOKIES = "<p>We and our partners store cookies.</p><button>Accept all</button>"


@pytest.mark.parametrize(
    ("title", "path", "body", "wall"),
    [
        ("Sign in - The Quay", "/story", PASSWORD, "login"),
        ("The Quay | Anmelden", "/story", PASSWORD, "login"),
        ("تسجيل الدخول", "/story", PASSWORD, "login"),
        ("Log in to The Quay", "/story", EMAIL, "login"),
        ("The Quay", "/account/login?next=/story", PASSWORD, "login"),
        ("Before you continue to The Quay", "/story", COOKIES, "consent"),
        ("Your privacy choices", "/story", COOKIES, "consent"),
        ("The Quay", "/consent?to=/story", COOKIES, "consent"),
        ("Just a moment...", "/story", "", "challenge"),
        ("The Quay", "/story", "<script>window._cf_chl_opt={}</script>", "challenge"),
        ("Sign in", "/story", "<p>How to sign in to the new ferry system.</p>", None),
        ("The Quay", "/story", PASSWORD + COOKIES, None),
        ("The Quay", "/login/flaw-found", PASSWORD, None),
        ("The Quay", "/account/login", EMAIL, None),
        ("Sign in the sky over the port", "/story", PASSWORD, None),
        ("A moment in court - Just a moment of silence", "/story", COOKIES, None),
        ("Consent decree for the port", "/2026/consent-decree", COOKIES, None),
    ],
)
def test_a_wall_is_known_by_two_signs(title, path, body, wall):
    """What its title as a whole or its address says, and what it holds; an article about one is none."""
    page = f"<!doctype html><html><head><title>{title}</title></head><body>{body}</body></html>"
    assert walls.of_page(page, f"https://quay.example{path}") == wall


def test_a_wall_may_have_a_host_of_its_own():
    """As publishers' consent pages have; a host whose name only begins so has none."""
    page = f"<title>The Quay</title>{COOKIES}"
    assert walls.of_page(page, "https://consent.quay.example/v2/collect?id=1") == "consent"
    assert walls.of_page(page, "https://consentnews.example/v2") is None


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"cf-mitigated": "challenge"}, True),
        ({"x-amzn-waf-action": "captcha"}, True),
        ({"server": "cloudflare"}, False),
    ],
)
def test_headers_say_that_a_proof_is_asked_for(headers, expected):
    """Those who guard a site say so; that they guard it says nothing."""
    assert walls.is_challenge(headers) is expected
