"""The page and the docs in a real browser: by keyboard, in both colour schemes, on desktop and phone."""

import re
import shutil
import threading
from importlib import resources

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.wait import WebDriverWait
from waiting import eventually
from werkzeug.serving import make_server

QUOTE = "SANA: التقى الرئيس بشار الأسد السيد خامنئي في طهران"

_chromium = pytest.mark.skipif(shutil.which("chromium") is None, reason="chromium is not installed")


@pytest.fixture(scope="module")
def driver(tmp_path_factory):
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium")
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"):
        options.add_argument(argument)
    options.add_argument(f"--user-data-dir={tmp_path_factory.mktemp('chromium')}")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    service = webdriver.ChromeService(executable_path=shutil.which("chromedriver"))
    driver = webdriver.Chrome(options=options, service=service)
    yield driver
    driver.quit()


@pytest.fixture
def site(app, driver):
    """The address of the app on loopback; the browser starts without cookies."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    driver.delete_all_cookies()
    driver.get("about:blank")
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def signed_in(site, driver, with_scope, rows):
    """The list with one alert in Arabic, reached with the keyboard alone."""
    document = rows.document()
    mention = document["evidence"][0]
    mention["evidence"] |= {"quote": QUOTE, "start": 0, "end": len(QUOTE)}
    for side, name in (("a", "بشار الأسد"), ("b", "خامنئي")):
        start = QUOTE.index(name)
        mention["actors"][side] = [
            {"surface": name, "start": start, "end": start + len(name), "kind": "name"}
        ]
    document["articles"][0]["title"] = QUOTE
    rows.alert(document, language="ar", languages=["ar"])
    driver.get(f"{site}/alerts")
    eventually(lambda: driver.switch_to.active_element.get_attribute("name") == "key")
    focused = driver.switch_to.active_element
    focused.send_keys(with_scope("read").token, Keys.ENTER)
    WebDriverWait(driver, 10).until(lambda driver: driver.find_elements(By.TAG_NAME, "article"))
    return driver


def _complaints(driver):
    return [entry for entry in driver.get_log("browser") if entry["level"] in {"WARNING", "SEVERE"}]


def _loaded(driver):
    return driver.execute_script("return performance.getEntriesByType('resource').map(entry => entry.name)")


@pytest.mark.browser
@_chromium
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1200, 360])
def test_an_alert_is_shown_in_its_direction_within_the_screen(signed_in, site, scheme, width):
    driver = signed_in
    screen = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)
    media = {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", media)
    driver.refresh()
    quote = driver.find_element(By.TAG_NAME, "blockquote")
    assert quote.value_of_css_property("direction") == "rtl"
    marks = quote.find_elements(By.TAG_NAME, "mark")
    assert [mark.text for mark in marks] == ["بشار الأسد", "خامنئي"]
    assert marks[0].rect["x"] > marks[1].rect["x"] or marks[0].rect["y"] < marks[1].rect["y"]
    assert driver.execute_script("return document.documentElement.scrollWidth <= window.innerWidth")
    dark = driver.execute_script("return matchMedia('(prefers-color-scheme: dark)').matches")
    assert dark == (scheme == "dark")
    assert all(address.startswith(site) for address in _loaded(driver))
    assert _complaints(driver) == []


@pytest.mark.browser
@_chromium
def test_the_list_is_narrowed_and_left_by_keyboard(signed_in):
    driver = signed_in
    driver.find_element(By.ID, "q").send_keys("nothing", Keys.ENTER)
    WebDriverWait(driver, 10).until(lambda driver: driver.find_elements(By.CLASS_NAME, "empty"))
    driver.find_element(By.CSS_SELECTOR, "form[action='/logout'] button").send_keys(Keys.ENTER)
    WebDriverWait(driver, 10).until(lambda driver: driver.find_elements(By.ID, "key"))


@pytest.mark.browser
@_chromium
@pytest.mark.parametrize("width", [1200, 360])
def test_wide_tables_of_figures_scroll_within_the_screen(site, driver, width):
    screen = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)
    driver.get(f"{site}/quality")
    assert len(driver.find_elements(By.TAG_NAME, "table")) >= 3
    assert driver.execute_script("return document.documentElement.scrollWidth <= window.innerWidth")
    assert all(address.startswith(site) for address in _loaded(driver))
    assert _complaints(driver) == []


@pytest.mark.browser
@_chromium
def test_the_docs_work_with_nothing_from_elsewhere(site, driver):
    driver.get(f"{site}/docs")
    WebDriverWait(driver, 20).until(lambda driver: driver.find_elements(By.CLASS_NAME, "opblock"))
    assert all(address.startswith(site) for address in _loaded(driver))
    assert _complaints(driver) == []


def _luminance(colour):
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("scheme", [0, 1])
@pytest.mark.parametrize(
    ("front", "back"),
    [
        ("ink", "paper"),
        ("ink", "card"),
        ("ink", "a"),
        ("ink", "b"),
        ("quiet", "paper"),
        ("quiet", "card"),
        ("link", "paper"),
        ("link", "card"),
        ("card", "link"),
        ("bad", "bad-paper"),
        ("quiet", "a"),
        ("quiet", "b"),
    ],
)
def test_words_stand_out_from_their_ground(scheme, front, back):
    """WCAG 2.2 AA: a contrast of 4.5 to 1 or more, light and dark."""
    style = (resources.files("service.ui") / "static" / "page.css").read_text()
    blocks = re.findall(r":root \{(.*?)\}", style, re.DOTALL)
    colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", blocks[scheme]))
    light, dark = sorted((_luminance(colours[front]), _luminance(colours[back])), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 4.5
