"""Our own processes: on each of two nodes a web process, a worker and a dispatcher, one of which is the beat too."""

from __future__ import annotations

import json
import sys
import time
import uuid
from string import Template

import programs
from places import ADDRESSES, APPS, BUCKET, EXAMPLES, PASSWORDS, ROOT, STATE, STORE, WEB_PORT, folder

sys.path.insert(0, str(ROOT))

from demo.servers import WEB, WEB_ENVIRONMENT

READY_SECONDS = 90
CELERY = [sys.executable, "-m", "celery", "--quiet", "--app", "moderation"]
MANAGE = [sys.executable, "manage.py"]
BALANCED = f"http://{ADDRESSES['proxy']}:{WEB_PORT}"
_REGISTER = (
    "from accounts.models import App; from accounts.registration import register_app;"
    "App.objects.filter(app_id='try').exists() or register_app(App(app_id='try', name='Try'), by='try')"
)
SENTINELS = "sentinel://$db1:26379,$db2:26379,$proxy:26379/second-look/0"


def environment(*, pooler: bool, sentinel: bool, **more: str) -> dict[str, str]:
    """As app.env says, with PgBouncer or the Sentinels if they are wanted."""
    lines = Template((EXAMPLES / "app.env").read_text()).substitute(ADDRESSES | PASSWORDS).splitlines()
    told = dict(line.split("=", 1) for line in lines if not line.startswith("#"))
    if pooler:
        told["DATABASE_URL"] = told["DATABASE_URL"].replace(":5000/", ":6432/")
        told["DATABASE_POOLER"] = "true"
    if sentinel:
        told["REDIS_URL"] = Template(SENTINELS).substitute(ADDRESSES)
    return {
        **told,
        **WEB_ENVIRONMENT,
        "DATA_DIR": str(STATE / "app"),
        "MEDIA_STORAGE": f"s3://{BUCKET}",
        "MEDIA_S3_ENDPOINT": STORE,
        "AWS_ACCESS_KEY_ID": "try",
        "AWS_SECRET_ACCESS_KEY": PASSWORDS["password"],
        "SECRET_KEY": "only-for-the-try-out-" + "0" * 40,
        "ALLOWED_HOSTS": ",".join(["127.0.0.1", "localhost", *(ADDRESSES[node] for node in ("proxy", *APPS))]),
        "INSECURE_OK": "HTTPS",
        "OUTBOUND_ALLOWED_NETWORKS": "10.77.0.0/24,127.0.0.0/8",
        "LOCATE_TEXT": "false",
        "DATABASE_POOL_SIZE": "4",
        "PYTHONPATH": str(ROOT),
        **more,
    }


def up(env: dict[str, str]) -> None:
    prepare(env)
    start(env)


def prepare(env: dict[str, str]) -> None:
    """Tables and static files; a migration needs PostgreSQL itself, so not through PgBouncer."""
    (STATE / "app").mkdir(exist_ok=True)
    env = directly(env)
    programs.run("app1", [*MANAGE, "migrate", "--verbosity", "0"], env=env)
    programs.run("app1", [*MANAGE, "collectstatic", "--no-input", "--verbosity", "0"], env=env)


def directly(env: dict[str, str]) -> dict[str, str]:
    """The same without PgBouncer."""
    return env | {"DATABASE_POOLER": "false", "DATABASE_URL": env["DATABASE_URL"].replace(":6432/", ":5000/")}


def start(env: dict[str, str]) -> None:
    for node in APPS:
        folder(node).mkdir(exist_ok=True)
        listen = ["--host", ADDRESSES[node], "--port", str(WEB_PORT), "--workers", "1"]
        programs.start("web", node, [*WEB, *listen, "moderation.wsgi:application"], env=env)
        quiet = ["--loglevel", "INFO", "--without-gossip", "--without-mingle", "--concurrency", "1"]
        programs.start("worker", node, [*CELERY, "worker", *quiet, "--hostname", f"worker@{node}"], env=env)
        beat = ["--beat"] if node == APPS[0] else []
        programs.start("dispatcher", node, [*MANAGE, "deliver_due", "--loop", *beat], env=env)
    programs.wait_for("both web processes", lambda: all(is_ready(node) for node in APPS), seconds=READY_SECONDS)
    programs.wait_for("HAProxy to know it", lambda: _answers("load", f"{BALANCED}/readyz"), seconds=15)


def stop() -> None:
    for node in APPS:
        for name in programs.started(node):
            programs.stop(name, node)


def is_ready(node: str) -> bool:
    return _answers(node, f"http://{ADDRESSES[node]}:{WEB_PORT}/readyz")


def one_case(env: dict[str, str]) -> str:
    """Post a result through HAProxy and ask for it; returns what is said of it."""
    env = directly(env)
    programs.run("app1", [*MANAGE, "shell", "--command", _REGISTER], env=env)
    key_for = ["create_access_key", "--app", "try", "--scope", "ingest", "--scope", "read"]
    told = programs.run("app1", [*MANAGE, *key_for], env=env)
    key = next(word for word in told.split() if word.startswith("sl_"))
    request_id = uuid.uuid4().hex
    result = {"requestId": request_id, "code": 1100, "message": "success", "riskLevel": "PASS", "finalResult": 1}
    result |= {"riskLabel1": "normal", "riskLabel2": "", "riskLabel3": "", "riskDetail": {}, "resultType": 0}
    request = {"eventId": "post", "data": {"img": "http://pictures.invalid/1.jpg", "tokenId": "somebody"}}
    _call(key, "-d", json.dumps({"appId": "try", "request": request, "result": result}), f"{BALANCED}/api/v1/results")
    time.sleep(0.2)
    return _call(key, f"{BALANCED}/api/v1/results/{request_id}?appId=try")


def _call(key: str, *arguments: str) -> str:
    headers = ["-H", f"Authorization: Bearer {key}", "-H", "Content-Type: application/json"]
    return programs.run("load", ["curl", "-s", "-S", "--fail-with-body", "-m", "10", *headers, *arguments])


def _answers(node: str, url: str) -> bool:
    try:
        programs.run(node, ["curl", "-sf", "-m", "2", "-o", "/dev/null", url])
    except programs.NotInTime:
        return False
    return True
