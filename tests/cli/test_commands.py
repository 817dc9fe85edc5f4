"""The commands, in this process, on a real database."""

import io
import json
import os
import shlex
import subprocess
import sys
from contextlib import ExitStack

import click
import psycopg
import pyarrow.parquet
import pytest
import yaml
from local_site import VISIT, Page, article, feed
from oidc_server import CLIENT, SECRET, OidcServer
from pydantic import SecretStr
from warcio.archiveiterator import ArchiveIterator

from dyadwatch.cli import COMMANDS, exec_commands, main, maintenance, settings, tables
from dyadwatch.errors import SettingsError, StoreUnavailable
from dyadwatch.local import data_dir as data_dirs
from dyadwatch.local.local_settings import with_local_settings, with_local_web
from dyadwatch.local.running import registered, running
from dyadwatch.settings import Settings
from dyadwatch.store import schema, sealing


@pytest.fixture
def call(monkeypatch, capsys, database_url, redis_url):
    """Runs a command on this test's database: (exit code, stdout, stderr)."""
    monkeypatch.setenv("DYADWATCH_DATABASE_URL", database_url)
    monkeypatch.setenv("DYADWATCH_REDIS_URL", redis_url)
    return _caller(capsys)


@pytest.fixture
def bare(capsys, monkeypatch, tmp_path):
    """Runs a command where nothing is set and no `up` runs."""
    monkeypatch.chdir(tmp_path)
    return _caller(capsys)


def _caller(capsys):
    def call(*arguments):
        capsys.readouterr()
        code = main(arguments)
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return call


def _objects(out):
    return [json.loads(line) for line in out.splitlines()]


def test_every_command_says_what_it_does(bare):
    code, out, _ = bare("--help")
    assert code == 0
    for name in COMMANDS:
        assert f"\n  {name} " in out
        code, own, _ = bare(name, "--help")
        assert (code, own.startswith("Usage")) == (0, True)


def test_without_servers_a_command_says_what_is_missing(bare):
    code, _, err = bare("source", "list")
    assert code == 2
    assert err.startswith("error: DYADWATCH_DATABASE_URL is not set, and no `dyadwatch up` of yours runs on")


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        ("nonsense", 2, "No such command 'nonsense'"),
        ("worker both", 2, "'both' is not one of 'network', 'tag'"),
        ("source add Herald", 2, "Missing argument 'FEED_URL...'"),
        ("source add Herald ftp://herald.example/", 1, "(url_invalid)"),
        ("source import page.html", 1, "(opml_malformed)"),
        ("source remove 7", 1, "There is no source 7. (not_found)"),
        ("watch add", 2, "Give either FILE or --example ID."),
        ("watch add page.html", 1, "(document_malformed)"),
        ("watch show nobody", 1, "(not_found)"),
        ("subscription add https://a.example/ --filter {", 1, "(filter_malformed)"),
        ("subscription add https://a.example/ --headers-file page.html", 1, "(headers_malformed)"),
        ("subscription add https://a.example/ --template-file page.html", 1, "(template_invalid)"),
        ("subscription add https://a.example/ --preset slack --text", 2, "--text goes with --template-file"),
        ("subscription add https://a.example/ --preset slack --template-file page.html", 2, "--preset goes"),
        ("subscription add https://a.example/ --digest hour --at 08:00", 2, "--at goes with --digest day"),
        ("subscription add https://a.example/ --digest day --time-zone Mars", 1, "(time_zone_unknown)"),
        ("subscription add https://a.example/ --time-zone Mars", 2, "--time-zone goes with --quiet"),
        (
            "subscription add https://a.example/ --digest day --debounce 60",
            2,
            "--debounce goes without --digest",
        ),
        ("subscription add https://a.example/ --debounce 0", 2, "1<=x<=86400"),
        ("subscription add https://a.example/ --quiet 22:00-24:00", 2, "--quiet is from HH:MM"),
        ("subscription add https://a.example/ --quiet 22:00-22:00", 2, "--quiet is from HH:MM"),
        ("subscription add https://a.example/ --max-per-second 0", 2, "0.01<=x<=1000"),
        ("subscription edit 7", 2, "say what to change"),
        ("subscription edit 7 --state paused", 1, "(not_found)"),
        (
            "subscription edit 7 --debounce 9 --without timing",
            2,
            "--without timing goes with no other timing",
        ),
        ("subscription remove 7", 1, "(not_found)"),
        ("key add ' '", 2, "is not a name of 1 to 200 characters"),
        ("source add '' http://herald.example/", 2, "is not a name of 1 to 200 characters"),
        ("tag --language 12", 2, "'12' is not a BCP 47 code"),
        ("key add me --scope all", 2, "'all' is not one of"),
        ("key revoke 7", 1, "(not_found)"),
        ("extract no-such.html", 1, "(file_unreadable)"),
        ("extract http://127.0.0.1/", 1, "(blocked_address)"),
        ("extract page.html", 1, "error: "),
        ("tag page.html --watch nobody", 1, "(watch_unknown)"),
        ("tag page.html --published soon", 1, "(published_invalid)"),
        ("events text", 2, "give a TEXT with --actor or --recipient"),
        ("events text --actor Qirra", 1, "(span_invalid)"),
    ],
)
def test_wrong_use_has_its_message_and_its_code(call, tmp_path, monkeypatch, arguments, code, message):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "page.html").write_text("<p>nothing")
    returned, out, err = call(*shlex.split(arguments))
    assert (returned, out) == (code, "")
    assert message in err


@pytest.mark.parametrize("command", ["up", "migrate", "run", "web", "scheduler", "settings", "source list"])
def test_an_unknown_setting_is_refused_by_name(bare, monkeypatch, command):
    monkeypatch.setenv("DYADWATCH_TYPO", "1")
    code, _, err = bare(*command.split())
    assert code == 2
    assert "DYADWATCH_TYPO is not a setting" in err


def test_settings_are_listed_without_secrets(call, monkeypatch):
    monkeypatch.setenv("DYADWATCH_ADMIN_KEY", "do-not-print-this")
    code, out, _ = call("settings")
    assert code == 0
    assert "DYADWATCH_POLL_MIN\t300\tshortest" in out
    assert "do-not-print-this" not in out


def test_sources_are_added_listed_and_removed(call):
    code, out, _ = call(
        "source", "add", "SANA", "https://sana.example/rss", "--country", "SY", "--language", "ar"
    )
    assert (code, out) == (0, "source 1: SANA, 1 feed\n")
    assert call("source", "list")[1] == (
        "id\tname\tcountry\tside\tlanguage\tfeed\turl\tstate\tpolled\terror\n"
        "1\tSANA\tSY\t\tar\t1\thttps://sana.example/rss\tactive\t\t\n"
    )
    (listed,) = _objects(call("source", "list", "--json")[1])
    assert (listed["name"], listed["feeds"][0]["url"]) == ("SANA", "https://sana.example/rss")
    code, _, err = call("source", "add", "SANA", "https://sana.example/other")
    assert code == 1
    assert err.splitlines() == [
        "error: There is a source named 'SANA' already. (duplicate)", "  /name: is taken (duplicate)"
    ]  # fmt: skip
    assert call("source", "remove", "1")[0] == 0
    assert len(call("source", "list")[1].splitlines()) == 1
    assert call("source", "list", "--json")[1] == ""
    assert call("source", "remove", "1")[2] == "error: There is no source 1. (not_found)\n"


def test_sources_are_exported_and_imported_as_opml(call, tmp_path):
    """What is watched already is left alone."""
    call("source", "add", "SANA", "https://sana.example/rss")
    opml = tmp_path / "sources.opml"
    opml.write_text(call("source", "export")[1])
    assert call("source", "import", str(opml))[1] == "0 sources added, 1 already there\n"
    call("source", "remove", "1")
    assert call("source", "import", str(opml))[1] == "1 source added, 0 already there\n"
    refused = ("ftp://a.example/x", "http://10.0.0.1/x")
    opml.write_text(opml.read_text().replace("<body>", f'<body><outline xmlUrl="{refused[0]}"/>', 1))
    opml.write_text(opml.read_text().replace("</body>", f'<outline xmlUrl="{refused[1]}"/></body>', 1))
    code, out, err = call("source", "import", str(opml))
    assert (code, out) == (0, "0 sources added, 1 already there\n")
    assert [line.rpartition(" ")[2] for line in err.splitlines()] == ["(url_invalid)", "(blocked_address)"]
    assert all(url in err for url in refused)
    opml.write_text("<html>")
    code, _, err = call("source", "import", str(opml))
    assert (code, "opml_malformed" in err) == (1, True)


@pytest.mark.parametrize(
    ("url", "error"), [("ftp://example.org/", "url_invalid"), ("http://10.0.0.1/", "blocked_address")]
)
def test_a_source_that_could_never_be_requested_is_refused(call, url, error):
    code, _, err = call("source", "add", "X", url)
    assert code == 1
    assert error in err


def test_each_command_answers_in_json_what_the_interface_has(call):
    """What is made is shown with its secret; what is listed, without."""
    made = _objects(call("key", "add", "me", "--json")[1])[0]
    assert (made["id"], made["name"], made["key"][:4]) == (1, "me", "dyw_")
    assert "key" not in _objects(call("key", "list", "--json")[1])[0]
    added = _objects(call("source", "add", "SANA", "https://sana.example/rss", "--json")[1])[0]
    assert (added["id"], added["feed_count"]) == (1, 1)
    assert _objects(call("source", "remove", "1", "--json")[1]) == [{"removed": 1}]
    assert _objects(call("key", "revoke", "1", "--json")[1])[0]["revoked_at"]


def test_a_key_without_a_command_says_what_can_be_shown_and_how_to_make_an_admin_key(call):
    token = call("key", "add", "me")[1].strip()
    code, out, err = call("key")
    assert (code, out.splitlines()[1].split("\t")[1]) == (0, "me")
    assert token not in out
    assert err.splitlines()[-1].endswith("key add me --scope admin")
    code, out, err = call("key", "--json")
    assert (code, [made["name"] for made in _objects(out)], err) == (0, ["me"], "")
    assert call("key", "--json", "list")[1] == out


def test_the_nearest_command_is_proposed(bare):
    assert "No such command 'sorce'. Did you mean 'source'?" in bare("sorce", "list")[2]
    assert "No such command 'lst'. Did you mean 'list'?" in bare("source", "lst")[2]
    assert "Did you mean" not in bare("zzzzzz")[2]


def test_a_source_is_looked_at_before_and_after_it_is_added(call, monkeypatch, site):
    """What a home page names is read and stored nowhere; the feeds of a source are polled, paused and resumed
    together."""
    monkeypatch.setenv("DYADWATCH_ALLOW_PRIVATE_NETWORKS", "127.0.0.0/8")
    call("migrate", "--seed", "--empty")
    site.pages["/rss"] = feed(site, ("/1", "Khamenei praises Assad"), ("/2", "Rain"))
    link = '<link rel="alternate" type="application/rss+xml" href="{}">'
    site.pages["/"] = Page(f"<html><head>{link.format('/rss')}</head><body>Home</body></html>")
    site.pages["/two"] = Page(f"<html><head>{link.format('/a')}{link.format('/b')}</head></html>")
    (preview,) = _objects(call("source", "check", site.url, "--json")[1])
    assert (preview["feed"], preview["kind"], preview["entry_count"]) == (f"{site.url}/rss", "rss", 2)
    assert [entry["watches"] for entry in preview["entries"]] == [["assad-khamenei"], []]
    assert "rss feed Site" in call("source", "check", site.url)[1]
    assert f"{site.url}/b" in call("source", "check", f"{site.url}/two")[1]
    assert "(http_404)" in call("source", "check", f"{site.url}/none")[2]
    assert call("source", "list", "--json")[1] == ""

    call("source", "add", "The Site", f"{site.url}/rss")
    assert "1 feed of source 1 paused" in call("source", "pause", "1")[1]
    assert "(feed_paused)" in call("source", "poll", "1")[2]
    assert _objects(call("source", "resume", "1", "--json")[1])[0]["feeds"][0]["state"] == "active"
    assert "feed 1" in call("source", "show", "1")[1]
    assert "(not_found)" in call("source", "poll", "7")[2]


@pytest.mark.no_cover
def test_example_sentences_are_held_against_a_watch(call, monkeypatch):
    lines = "+ Assad met Khamenei.\n# a remark\n\n- Hafez al-Assad died before Khamenei spoke.\nRain fell.\n"
    call("migrate", "--seed", "--empty")

    def judge(text, *options):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
        return call("watch", "test", "assad-khamenei", *options)

    code, out, err = judge(lines)
    assert (code, err) == (0, "2 of 2 as expected\n")
    hit, miss, neither = (line.split("\t") for line in out.splitlines()[1:])
    assert (hit[1], miss[1], neither[1]) == ("hit", "miss", "miss")
    assert "en.meet" in hit[4]
    assert "“Hafez al-Assad” names somebody else of that name (actors.namesake)" in miss[4]
    assert neither[4] == "Bashar al-Assad and Ali Khamenei are not named"
    code, out, err = judge("+ Rain fell.\n", "--json")
    assert (code, err) == (1, "0 of 1 as expected\n")
    assert (_objects(out)[0]["expected"], _objects(out)[0]["code"]) == (True, "actors_not_named")
    assert judge("")[0] == 0
    assert "(line_too_long)" in judge("x" * 20_001)[2]


@pytest.mark.no_cover
def test_a_watch_is_edited_and_saved_once_what_would_change_was_shown(call, monkeypatch):
    call("migrate", "--seed", "--empty")
    editor = {}

    def edit(text, extension):
        assert extension == ".yaml"
        editor["count"] = editor.get("count", 0) + 1
        return editor["edits"].pop(0)(text)

    def answer(*edits, typed=""):
        editor["edits"] = list(edits)
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(typed.encode())))

    monkeypatch.setattr(click, "edit", edit)
    answer(lambda text: text.replace("title: Bashar", "title: The Bashar"))
    code, out, _ = call("watch", "edit", "assad-khamenei", "--yes")
    assert code == 0
    assert "+ title: The Bashar al-Assad – Ali Khamenei" in out.splitlines()
    assert "0 articles of 0 read: 0 gained, 0 lost, 0 kept, 0 new alerts" in out
    assert out.splitlines()[-1].startswith("watch assad-khamenei, version 2: The Bashar")

    broken = "id: another\ntitle: T\n"
    answer(lambda _: "a: [", lambda text: text + "\n" + broken, lambda _: broken, typed="y\ny\nn\n")
    code, _, err = call("watch", "edit", "assad-khamenei", "--yes")
    assert (code, editor["count"]) == (1, 4)
    assert err.count("(document_malformed)") == 2
    assert "(watch_invalid)" in err
    answer(lambda text: text + "threshold: 0.9\n", typed="n\n")
    assert call("watch", "edit", "assad-khamenei")[0] == 1
    assert _objects(call("watch", "list", "--json")[1])[0]["version"] == 2
    assert "(not_found)" in call("watch", "edit", "none")[2]


@pytest.mark.no_cover
def test_what_was_read_is_listed_shown_traced_and_exported(call, monkeypatch, site, tmp_path):
    monkeypatch.setenv("DYADWATCH_ALLOW_PRIVATE_NETWORKS", "127.0.0.0/8")
    monkeypatch.setattr(maintenance.logs, "start", lambda _: None)
    call("migrate", "--seed", "--empty")
    site.pages["/rss"] = feed(site, ("/1", "A visit"))
    site.pages["/1"] = article("A visit", *VISIT)
    call("source", "add", "The Site", f"{site.url}/rss")
    call("run")
    (alert,) = _objects(call("alerts", "--watch", "assad-khamenei", "--min-score", "0.5", "--json")[1])
    assert alert["articles"][0]["url"] == f"{site.url}/1"
    assert call("alerts", "--min-score", "0.5", "--state", "withdrawn", "--json")[1] == ""
    assert "CONSULT" in call("alerts", "1")[1]
    assert "(not_found)" in call("alerts", "7")[2]
    assert _objects(call("export", "alerts", "--watch", "assad-khamenei")[1]) == [alert]
    csv_lines = call("export", "alerts", "--format", "csv")[1].splitlines()
    assert (csv_lines[0].split(",")[0], csv_lines[1].split(",")[0], len(csv_lines)) == ("id", "1", 2)
    assert call("export", "alerts", "--format", "parquet", "-o", str(tmp_path / "alerts.parquet"))[0] == 0
    assert pyarrow.parquet.read_table(tmp_path / "alerts.parquet")["watch"][0].as_py() == "assad-khamenei"
    assert "(unknown_watch)" in call("export", "alerts", "--watch", "nobody")[2]
    assert VISIT[0] in _objects(call("export", "articles", "--since", "2020-01-01")[1])[0]["text"]
    assert call("export", "articles", "--until", "2020-01-01")[1] == ""
    assert call("export", "pages", "-o", str(tmp_path / "pages.warc.gz"))[0] == 0
    with (tmp_path / "pages.warc.gz").open("rb") as file:
        first, page = ((each.rec_type, each.content_stream().read()) for each in ArchiveIterator(file))
    assert (first[0], page) == ("warcinfo", ("response", site.pages["/1"].body.encode()))
    (listed,) = _objects(call("articles", "--source", "1", "--json")[1])
    assert listed["title"] == "A visit"
    assert VISIT[0] in call("articles", str(listed["id"]))[1]
    code, out, err = call("trace", f"{site.url}/1")
    assert (code, out.splitlines()[0], err) == (0, "assad-khamenei: it raised alert 1.", "")
    assert _objects(call("trace", f"{site.url}/1", "--json")[1])[0]["watches"][0]["alert"] == 1
    status = _objects(call("status", "--json")[1])[0]
    assert (status["articles"], status["alerts"], status["failing"]) == (1, 1, [])
    assert status["alarms"] == []


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        ("alerts --watch nobody", "/watch"),
        ("alerts --country Germany", "/country/0"),
        ("alerts --min-score 3", "/min_score"),
        ("alerts --since yesterday", "/since"),
        ("articles --source 7", "/source"),
        ("articles --watch nobody", "/watch"),
        ("source add X https://x.example/ --country Germany", "'Germany' is not an ISO 3166-1"),
        ("articles --since yesterday", "'yesterday' is not a time"),
    ],
)
def test_a_filter_is_checked_as_the_interface_checks_it(call, arguments, field):
    code, out, err = call(*arguments.split())
    assert (code in {1, 2}, out, field in err) == (True, "", True)


def test_the_doctor_names_what_is_broken_and_the_remedy(call, monkeypatch, empty_database_url, tmp_path):
    """Work that waits, and a feed that fails, are told apart; without a database the rest is looked at."""

    def checks():
        code, out, _ = call("doctor", "--json")
        return code, {check["name"]: check for check in _objects(out)}

    monkeypatch.setenv("DYADWATCH_ALLOW_PRIVATE_NETWORKS", "127.0.0.0/8")
    monkeypatch.setenv("DYADWATCH_BIND", "127.0.0.1:1")  # where no other service of this machine answers
    call("source", "add", "Late", "http://127.0.0.1/rss")
    code, found = checks()
    states = {name: check["state"] for name, check in found.items()}
    assert (code, states) == (0, {**dict.fromkeys(states, "ok"), "keys": "warning", "web": "warning"}), found
    with psycopg.connect(os.environ["DYADWATCH_DATABASE_URL"], autocommit=True) as db:
        db.execute("UPDATE feeds SET due_at = now() - interval '1 hour'")
    code, found = checks()
    assert (code, found["workers"]["state"]) == (1, "failed")
    assert found["workers"]["detail"].startswith("work waits: 1 to poll since ")
    with psycopg.connect(os.environ["DYADWATCH_DATABASE_URL"], autocommit=True) as db:
        db.execute("UPDATE feeds SET due_at = now() + interval '1 hour'")
        db.execute("INSERT INTO worker_steps VALUES ('poll', 1, 0, 0, 0, '2026-01-01T12:00Z')")
    call("subscription", "add", "http://127.0.0.1/hook")
    with psycopg.connect(os.environ["DYADWATCH_DATABASE_URL"], autocommit=True) as db:
        db.execute("UPDATE subscriptions SET silent_since = now()")
    code, found = checks()
    assert (code, found["workers"]["state"], found["subscriptions"]["state"]) == (0, "warning", "warning")
    assert found["workers"]["detail"].endswith("nobody looks: poll since 2026-01-01 12:00 UTC")
    assert found["subscriptions"]["detail"] == "1 with a filter that fits nothing any more"
    (tmp_path / "secrets.key").write_text("x")
    (tmp_path / "secrets.key").chmod(0o644)
    monkeypatch.setenv("DYADWATCH_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("DYADWATCH_SECRET_KEYS", sealing.new_key())
    assert checks()[1]["keys"]["remedy"] == f"chmod 600 {tmp_path / 'secrets.key'}"
    monkeypatch.setenv("DYADWATCH_DATABASE_URL", empty_database_url)
    monkeypatch.setenv("DYADWATCH_REDIS_URL", "redis://127.0.0.1:1/0")
    code, found = checks()
    assert (code, found["database"]["remedy"]) == (1, "run dyadwatch migrate")
    assert (found["broker"]["state"], "workers" in found) == ("failed", False)
    assert "→ run dyadwatch migrate" in call("doctor")[1]


def test_the_doctor_asks_the_openid_provider_whether_it_knows_this_client(call, monkeypatch):
    provider = OidcServer()

    def check(**settings):
        for name, value in settings.items():
            monkeypatch.setenv(f"DYADWATCH_{name.upper()}", value)
        return next(each for each in _objects(call("doctor", "--json")[1]) if each["name"] == "oidc")

    try:
        alone = check(oidc_client_id=CLIENT, oidc_client_secret=SECRET, oidc_scopes="*=read")
        assert (alone["state"], alone["remedy"].partition(",")[0]) == ("warning", "set DYADWATCH_OIDC_ISSUER")
        asked = {"public_url": "https://a.test", "allow_private_networks": "127.0.0.0/8"}
        assert check(oidc_issuer=provider.issuer, **asked)["state"] == "ok"
        wrong = check(oidc_client_secret="other")
        assert (wrong["state"], wrong["detail"]) == (
            "failed",
            f"{provider.issuer}: The provider refuses this client: invalid_client.",
        )
        assert "DYADWATCH_OIDC_CLIENT_SECRET" in wrong["remedy"]
        assert "DYADWATCH_ALLOW_PRIVATE_NETWORKS" in check(allow_private_networks="10.0.0.0/8")["remedy"]
        moved = check(oidc_issuer=f"{provider.issuer}/", allow_private_networks="127.0.0.0/8")
        assert "DYADWATCH_OIDC_ISSUER: it is what stands before" in moved["remedy"]
    finally:
        provider.close()


def test_a_database_of_another_release_is_named_before_anything_is_read(call):
    """Rows of older tables lack what this code reads of them."""
    with psycopg.connect(os.environ["DYADWATCH_DATABASE_URL"], autocommit=True) as db:
        db.execute("UPDATE alembic_version SET version_num = '0001'")
    for arguments in ("source list", "subscription list", "alerts", "status"):
        assert "(database_not_migrated)" in call(*arguments.split())[2]
    with psycopg.connect(os.environ["DYADWATCH_DATABASE_URL"], autocommit=True) as db:
        db.execute("UPDATE alembic_version SET version_num = %s", [schema.newest()])
    assert call("source", "list")[0] == 0


def test_keys_are_made_listed_and_revoked(call):
    code, out, err = call("key", "add", "me")
    assert (code, out[:4]) == (0, "dyw_")
    assert "scope: read" in err
    token = call("key", "add", "boss", "--scope", "admin")[1].strip()
    listed = call("key", "list")[1]
    assert "boss" in listed
    assert token not in listed
    assert call("key", "revoke", "1")[1] == "key 1 revoked\n"
    assert "last_admin_key" in call("key", "revoke", "2")[2]


@pytest.mark.no_cover
def test_watches_are_added_shown_changed_and_removed(call, tmp_path):
    call("migrate", "--seed", "--empty")
    document = json.loads(call("watch", "show", "assad-khamenei")[1])
    assert _objects(call("watch", "show", "assad-khamenei", "--json")[1])[0]["document"] == document
    file = tmp_path / "pair.json"
    file.write_text(json.dumps({**document, "id": "another-pair", "title": "Another"}))
    assert call("watch", "add", str(file))[1] == "watch another-pair, version 1: Another\n"
    assert "duplicate" in call("watch", "add", str(file))[2]
    file.write_text(json.dumps({**document, "id": "another-pair", "title": "Renamed"}))
    assert call("watch", "add", str(file), "--replace")[1] == "watch another-pair, version 2: Renamed\n"
    assert [line.split("\t")[0] for line in call("watch", "list")[1].splitlines()[1:]] == [
        "another-pair",
        "assad-khamenei",
    ]
    assert call("watch", "disable", "another-pair")[1] == "watch another-pair disabled\n"
    assert call("watch", "list")[1].splitlines()[1].split("\t")[2] == "off"
    assert call("watch", "enable", "another-pair")[1] == "watch another-pair enabled\n"
    assert call("watch", "list")[1].splitlines()[1].split("\t")[2] == "on"
    assert "not_found" in call("watch", "disable", "nobody")[2]
    assert call("watch", "remove", "another-pair")[0] == 0


def test_a_watch_is_checked_and_added_to(call, tmp_path):
    """What is suggested is YAML; what is probably not meant is said, and hinders nobody from adding it."""
    a = {"name": "Vladimir Putin", "pronouns": "he", "names": {"ru": ["Владимир Путин"], "eng": ["Putin"]}}
    b = {"name": "Rodrigo Duterte", "pronouns": "he", "names": {"en": ["Rodrigo Duterte"]}}
    file = tmp_path / "watch.json"
    file.write_text(json.dumps({"id": "a-b", "title": "A - B", "actors": {"a": a, "b": b}}))
    code, out, _ = call("watch", "suggest", str(file), "--language", "fr")
    assert code == 0
    actors = yaml.safe_load(out)["actors"]
    assert actors["a"]["names"]["fr"] == ["Vladimir Poutine"]
    assert actors["b"] == {
        "aliases": {"en": ["Duterte"], "ru": ["Дутерте"]},
        "names": {"ru": ["Родриго Дутерте"]},
    }
    assert 'ru: ["Родриго Дутерте"]  # a guess by its letters: check it' in out
    b["pronouns"], b["roles"] = "it", [{"text": {"und": ["Boris Orlov"]}}]
    file.write_text(json.dumps({"id": "a-b", "title": "A - B", "actors": {"a": a, "b": b}}))
    out = call("watch", "suggest", str(file))[1]
    assert yaml.safe_load(out)["actors"]["b"] is None
    assert '# to roles/0/text: ru: ["Борис Орлов"]  # a guess' in out
    del b["roles"]
    b["pronouns"] = "he"
    file.write_text(json.dumps({"id": "a-b", "title": "A - B", "actors": {"a": a, "b": b}}))
    _, out, _ = call("watch", "suggest", str(file), "--language", "fr", "--json")
    assert {json.loads(line)["kind"] for line in out.splitlines()} == {"bare_name", "transliteration"}
    warning = "/actors/a/names/eng: texts in this language are of en"
    code, out, _ = call("watch", "check", str(file))
    assert code == 1
    assert out.startswith(warning)
    code, out, err = call("watch", "add", str(file))
    assert (code, out) == (0, "watch a-b, version 1: A - B\n")
    assert err.startswith(warning)
    assert call("watch", "check", "a-b")[0] == 1


def test_an_example_is_watched_by_its_name(call):
    """The watches that come with the package are a command away."""
    names = [line.split("\t")[0] for line in call("watch", "examples")[1].splitlines()[1:]]
    assert len(names) >= 3
    assert call("watch", "add", "--example", names[0])[1].startswith(f"watch {names[0]}, version 1: ")
    assert call("watch", "add", "--example", "nobody")[2].startswith("error: There is no example 'nobody'")
    assert call("watch", "add")[0] == 2


@pytest.mark.parametrize("content", ["a: [", "- a list", "id: x"])
def test_a_malformed_watch_is_refused(call, tmp_path, content):
    file = tmp_path / "pair.yaml"
    file.write_text(content)
    code, _, err = call("watch", "add", str(file))
    assert code == 1
    assert err.startswith("error: ")


def test_a_subscription_is_edited_with_the_refusals_of_the_rest_interface(call, endpoint, tmp_path):
    (tmp_path / "headers.json").write_text('{"X-Key": "hush"}')
    options = ("--quiet", "22:00-07:00", "--time-zone", "Europe/Berlin", "--max-per-second", "2")
    call("subscription", "add", f"{endpoint}/good", "--debounce", "60", *options)
    (before,) = _objects(call("subscription", "list", "--json")[1])
    quiet = {"start": "22:00", "end": "07:00", "time_zone": "Europe/Berlin"}
    assert before["timing"] == {"debounce_seconds": 60, "quiet_hours": quiet, "digest": None}
    options = ("--digest", "day", "--at", "06:30", "--headers-file", str(tmp_path / "headers.json"))
    code, out, _ = call(
        "subscription", "edit", "1", "--json", "--state", "paused", *options, "--without", "max_per_second"
    )
    after = _objects(out)[0]
    assert (code, after["state"], after["max_per_second"]) == (0, "paused", None)
    assert after["timing"]["digest"] == {"every": "day", "time_zone": "UTC", "at": "06:30"}
    assert (after["timing"]["quiet_hours"], after["header_names"]) == (None, ["x-key"])
    assert after["events"] == before["events"]
    for refused, code in (
        (("--url", "http://10.0.0.1/"), "blocked_address"),
        (("--filter", '{"watch": "nope"}'), "filter_value_unknown"),
        (("--filter", '{"country": "Germany"}'), "invalid_input"),
        (("--url", "mailto:desk@paper.test"), "mail_not_set_up"),
    ):
        assert call("subscription", "edit", "1", *refused)[0] == 1
        assert f"({code})" in call("subscription", "edit", "1", *refused)[2]
    assert call("subscription", "edit", "1", "--without", "timing", "--state", "active")[0] == 0
    (kept,) = _objects(call("subscription", "list", "--json")[1])
    assert (kept["timing"], kept["state"], kept["url"]) == (None, "active", f"{endpoint}/good")


def test_subscriptions_are_added_tested_and_removed(call, endpoint):
    code, out, err = call("subscription", "add", f"{endpoint}/good", "--filter", '{"min_score": 0.5}')
    assert (code, out[:6]) == (0, "whsec_")
    assert "shown this once" in err
    call("subscription", "add", f"{endpoint}/bad", "--event", "alert.created")
    assert '{"min_score":0.5}' in call("subscription", "list")[1]
    code, out, _ = call("subscription", "test", "1")
    assert (code, "answered 204" in out) == (0, True)
    code, out, _ = call("subscription", "test", "2")
    assert (code, "answered 500" in out) == (1, True)
    assert call("subscription", "remove", "2")[0] == 0
    assert len(_objects(call("subscription", "list", "--json")[1])) == 1


@pytest.mark.parametrize("filter_json", ["{", "[]", '{"nonsense": 1}'])
def test_a_malformed_filter_is_refused(call, filter_json):
    assert call("subscription", "add", "https://example.org/", "--filter", filter_json)[0] == 1


def test_migrating_says_the_revision_and_seeding_shows_the_key_once(call):
    code, out, _ = call("migrate", "--wait")
    assert (code, out.startswith("revision ")) == (0, True)
    out = call("migrate", "--seed")[1]
    assert "1 watch, " in out
    assert "admin key, shown this once: dyw_" in out
    out = call("migrate", "--seed")[1]
    assert "0 watches, 0 sources" in out
    assert "admin key" not in out


def test_an_operators_own_admin_key_is_not_repeated(call, monkeypatch):
    monkeypatch.setenv("DYADWATCH_ADMIN_KEY", "an-operators-own-admin-key")
    assert "admin key" not in call("migrate", "--seed", "--empty")[1]
    assert "an-operato" not in call("key", "list")[1]


def test_waiting_reports_which_server_is_away_and_retries_ever_later(monkeypatch):
    from dyadwatch.local import seeding

    delays, reports = [], []
    monkeypatch.setattr(seeding.time, "sleep", delays.append)

    class Server:
        def __init__(self, failures):
            self.failures = failures

        def ping(self):
            if len(delays) < self.failures:
                raise StoreUnavailable("The broker at here cannot be reached")

    class Product:
        store, broker = Server(0), Server(8)

    seeding.wait_for_servers(Product(), reports.append)
    assert delays == [1, 2, 4, 8, 15, 30, 30, 30]
    assert reports[0] == "The broker at here cannot be reached (database_unavailable); trying again in 1 s"


def test_due_work_is_done_inline_and_the_archive_is_tagged_again(call, monkeypatch):
    monkeypatch.setattr(
        maintenance.logs, "start", lambda _: None
    )  # the log of this process is the tests' own
    assert (
        call("run")[1]
        == "poll 0, push 0, fetch 0, recheck 0, tag 0, backfill 0, notify 0, deliver 0, retain 0\n"
    )
    assert call("retag", "--pages")[1] == "0 pages will be extracted and tagged again\n"


def test_a_command_is_replaced_by_its_program(call, monkeypatch):
    calls = []
    monkeypatch.setattr(exec_commands.os, "execve", lambda *args: calls.append(args))
    for arguments in (("web",), ("worker", "tag"), ("scheduler",), ("tick",), ("openapi",)):
        assert call(*arguments)[0] == 0
    assert {path for path, *_ in calls} == {sys.executable}
    assert [command[3:5] for _, command, _ in calls[1:4]] == [
        ("workers", "tag"),
        ("workers", "scheduler"),
        ("workers", "tick"),
    ]
    assert calls[0][1][3:] == ("service.server", "127.0.0.1", "8710")
    assert calls[4][1][-1] == "service"


def test_commands_find_what_runs_also_from_another_folder(bare, monkeypatch, tmp_path):
    """The demo of the folder, or else the only `up` that this user runs; which of several is not guessed."""
    assert bare("url")[0] == 2
    monkeypatch.setattr(data_dirs, "is_locked", lambda path: (path / "environ.json").exists())
    with ExitStack() as stack:
        for name, port in (("one", 1), ("two", 2), (".dyadwatch/demo", 3)):
            data_dir = data_dirs.open_data_dir(tmp_path / name)
            running_settings = Settings(
                database_url="postgresql://x",
                redis_url="redis://x",
                bind=f"0.0.0.0:{port}",
                data_dir=data_dir.path,
            )
            data_dirs.write_environ(data_dir, running_settings.to_environ())
            stack.enter_context(registered(data_dir.path))
        assert bare("url")[1] == "http://127.0.0.1:3/\n"
        (tmp_path / "elsewhere").mkdir()
        monkeypatch.chdir(tmp_path / "elsewhere")
        code, _, err = bare("url")
        assert code == 2
        assert all(str(tmp_path / name) in err for name in ("one", "two", ".dyadwatch/demo"))
        for name in ("one", ".dyadwatch/demo"):
            (tmp_path / name / "environ.json").unlink()
        assert bare("url", "--json")[1] == '{"url":"http://127.0.0.1:2/"}\n'
        assert with_local_settings(Settings()).data_dir == tmp_path / "two"
        with pytest.raises(SettingsError, match="no `dyadwatch up` of yours"):
            with_local_settings(Settings(data_dir=tmp_path / "elsewhere"))
    assert running() == []


def test_commands_have_the_settings_of_a_running_up(monkeypatch, tmp_path):
    """But for what their own environment sets."""
    data_dir = data_dirs.open_data_dir(tmp_path)
    settings = Settings(data_dir=tmp_path)
    with pytest.raises(SettingsError, match="no `dyadwatch up` of yours"):
        with_local_settings(settings)
    assert with_local_web(settings) == settings
    running = Settings(
        data_dir=tmp_path,
        database_url="postgresql://local",
        redis_url="redis://local",
        allow_private_networks="127.0.0.0/8",
        poll_min=60,
    )
    data_dirs.write_environ(data_dir, running.to_environ())
    monkeypatch.setattr(data_dirs, "is_locked", lambda _: True)
    assert with_local_settings(settings) == running
    assert with_local_web(settings) == running
    own = with_local_settings(Settings(data_dir=tmp_path, redis_url="redis://own", poll_min=300))
    assert own == running.model_copy(update={"redis_url": SecretStr("redis://own"), "poll_min": 300})


def test_inline_work_needs_no_broker(monkeypatch, tmp_path):
    alone = Settings(database_url="postgresql://own", data_dir=tmp_path)
    assert with_local_settings(alone, broker=False) == alone
    with pytest.raises(SettingsError, match="DYADWATCH_REDIS_URL is not set"):
        with_local_settings(alone)


def test_a_closed_pipe_is_no_error():
    command = f"{sys.executable} -m dyadwatch.cli settings | true"
    completed = subprocess.run(
        command, shell=True, capture_output=True, text=True, env=os.environ, check=False
    )
    assert "Traceback" not in completed.stderr


def test_a_table_is_shown_on_a_terminal(monkeypatch):
    out = io.StringIO()
    console = tables.Console(file=out, force_terminal=True, width=60, highlight=False)
    monkeypatch.setattr(tables, "Console", lambda **_: console)
    tables.print_table(("name", "words"), [("a", ("x", "y")), ("b", None)])
    assert "x, y" in out.getvalue()


def test_an_interrupted_command_prints_no_traceback(bare, monkeypatch):
    def interrupted(**_):
        raise KeyboardInterrupt

    monkeypatch.setattr(settings.Settings, "from_environ", interrupted)
    assert bare("settings") == (130, "", "\nstopped\n")
