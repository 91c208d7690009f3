"""Second Look with two of everything, in network namespaces of this machine. Needs root; touches nothing else.

python deploy/ha/try VERB

up          PostgreSQL and Redis with their standbys, HAProxy, PgBouncer
app-up      our own processes, on two nodes (--pooler: through PgBouncer, --sentinel: by asking the Sentinels)
case        one result through it
status      what runs where, and who is the primary
kill WHAT   node, postgresql or redis: of the primary, or the master
cut         the primary's link
heal        join what was cut and start what was killed, until there is a standby again
app-down    stop our own processes
down        stop everything and leave nothing behind
failovers   all of this under load, measured; begins with down
exec        NODE COMMAND…
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import cluster
import namespaces
import product
import programs
from places import ADDRESSES, STATE, CannotTry


def main() -> int:
    asked = _arguments()
    try:
        cluster.check_machine()
        asked.do(asked)
    except (CannotTry, programs.NotInTime) as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python deploy/ha/try", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    verbs = parser.add_subparsers(required=True, metavar="VERB")
    for name, do in VERBS.items():
        verb = verbs.add_parser(name)
        verb.set_defaults(do=do)
        if name in ("app-up", "case", "failovers"):
            verb.add_argument("--pooler", action="store_true", help="through PgBouncer")
            verb.add_argument("--sentinel", action="store_true", help="ask the Sentinels for Redis' master")
        if name == "failovers":
            verb.add_argument("--faults", type=int, default=12, help="how many of the twelve")
            verb.add_argument("--report", type=Path, help="a file for the figures, in Markdown")
        if name == "kill":
            verb.add_argument("what", choices=["node", "postgresql", "redis"])
        if name == "exec":
            verb.add_argument("node", choices=ADDRESSES)
            verb.add_argument("command", nargs=argparse.REMAINDER)
    return parser.parse_args()


def _up(_: argparse.Namespace) -> None:
    cluster.up()
    _say(cluster.status())


def _app_up(asked: argparse.Namespace) -> None:
    product.up(product.environment(pooler=asked.pooler, sentinel=asked.sentinel))
    _say(
        f"{product.BALANCED} answers, in the namespaces: python deploy/ha/try exec load curl {product.BALANCED}/readyz"
    )


def _case(asked: argparse.Namespace) -> None:
    _say(product.one_case(product.environment(pooler=asked.pooler, sentinel=asked.sentinel)))


def _kill(asked: argparse.Namespace) -> None:
    kill = {"node": cluster.kill_node, "postgresql": cluster.kill_postgresql, "redis": cluster.kill_redis}
    node = cluster.redis_master() if asked.what == "redis" else cluster.primary()
    if not node:
        raise CannotTry("There is none just now. See status.")
    _say(kill[asked.what](node))


def _cut(_: argparse.Namespace) -> None:
    _say(cluster.cut(cluster.primary()))


def _heal(_: argparse.Namespace) -> None:
    cluster.heal()
    _say(cluster.status())


def _failovers(asked: argparse.Namespace) -> None:
    import failovers
    import figures

    cluster.down()
    cluster.up()
    kinds = failovers.TWELVE[: asked.faults]
    failovers.perform(kinds, pooler=asked.pooler, sentinel=asked.sentinel, say=_say)
    through = ["PgBouncer" if asked.pooler else "HAProxy", "Sentinel" if asked.sentinel else "HAProxy"]
    told = figures.markdown(f"PostgreSQL through {through[0]}, Redis through {through[1]}")
    if asked.report:
        asked.report.write_text(told)
    _say(told)
    _say(f"Logs and receipts are in {STATE} until `down`.")


def _exec(asked: argparse.Namespace) -> None:
    sys.exit(subprocess.run(namespaces.inside(asked.node, asked.command), check=False).returncode)


def _say(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


VERBS: dict[str, Callable[[argparse.Namespace], None]] = {
    "up": _up,
    "app-up": _app_up,
    "case": _case,
    "status": lambda _: _say(cluster.status()),
    "kill": _kill,
    "cut": _cut,
    "heal": _heal,
    "app-down": lambda _: product.stop(),
    "down": lambda _: cluster.down(),
    "failovers": _failovers,
    "exec": _exec,
}

if __name__ == "__main__":
    sys.exit(main())
