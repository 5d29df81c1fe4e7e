"""Measures conformant end to end and refreshes BENCHMARKS.md. Started by run.sh."""

import argparse
import json
import os
import platform
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

import plot

ROOT = Path(__file__).resolve().parents[2]
BINARY = ROOT / "target/release/conformant"
SERVER = ROOT / "target/load/release/load-server"
FLOOR = ROOT / "target/load/release/floor"
PLOTS = ROOT / "benches/load/plots"
TOKEN = "load-token-0123456789abcdef"
PROJECT = "0123456789abcdef0123456789abcdef"
FOREIGN = "fedcba9876543210fedcba9876543210"
PATH = f"/v3/{PROJECT}/audit/summary/audit/task-status"
TARGET = {
    "CONFORMANT_TOKEN": TOKEN,
    "CONFORMANT_PROJECT_ID": PROJECT,
    "CONFORMANT_FOREIGN_PROJECT_ID": FOREIGN,
}
# Nothing of the caller's environment reaches what is measured.
PLAIN = {key: os.environ[key] for key in ("PATH", "HOME", "LANG") if key in os.environ}


class Used:
    """What a process took: seconds by the clock and of the processor, memory in MiB."""

    def __init__(self, command, cwd, env=()):
        began = time.perf_counter()
        child = subprocess.Popen(
            [str(word) for word in command],
            cwd=cwd,
            env=PLAIN | dict(env),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        self.text = child.stdout.read().decode()
        _, status, usage = os.wait4(child.pid, 0)
        self.wall = time.perf_counter() - began
        self.code = child.returncode = os.waitstatus_to_exitcode(status)
        self.cpu = usage.ru_utime + usage.ru_stime
        self.memory = usage.ru_maxrss / 1024
        if self.code != 0:
            sys.exit(f"{command[0]} ended with {self.code}:\n{self.text[-2000:]}")


class Endpoint:
    """The load server with a latency in milliseconds."""

    def __init__(self, latency=0):
        command = [str(SERVER), str(latency)]
        self.child = subprocess.Popen(command, stdout=subprocess.PIPE, env=PLAIN)
        self.url = self.child.stdout.readline().decode().split()[-1]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.child.send_signal(signal.SIGTERM)
        self.child.wait()


class Bench:
    """Measurements in one scratch folder."""

    def __init__(self, folder):
        self.folder = folder
        # A suite whose properties are valid requests on kept connections, four times:
        # what wrk sends, so that the two can be compared, and enough for every lane.
        self.suite = folder / "suite"
        for part in ("schemas", "cases"):
            shutil.copytree(ROOT / part, self.suite / part)
        (path,) = self.suite.glob("cases/*/properties.toml")
        head, first, *_ = path.read_text().split("[[property]]")
        copies = [first.replace('"any/valid"', f'"any/valid-{at}"') for at in range(4)]
        path.write_text("[[property]]".join([head, *copies]))

    def run(self, url, cases, concurrency=None, *more):
        """A run and its number of requests; it must find that the server conforms."""
        report = self.folder / "report.json"
        command = [BINARY, "run", "--base-url", url, "--quiet", "--seed", 1, "--cases", cases]
        command += ["--report", f"json={report}", "--timeout", 60]
        command += ["--provoke", "403=Prefer: code=403", "--provoke", "500=Prefer: code=500"]
        if concurrency:
            command += ["--concurrency", concurrency]
        used = Used([*command, *more], self.folder, TARGET)
        report = json.loads(report.read_text())
        if report["verdict"] != "conforms":
            sys.exit(f"the load server does not conform:\n{used.text[-2000:]}")
        used.requests = report["totals"]["requests"]
        used.rate = used.requests / used.wall
        return used

    def valid(self, url, cases, concurrency):
        return self.run(url, max(cases // 4, 1), concurrency, "--suite", self.suite, "any/valid")

    def hurl(self, url, repeat):
        """Requests a second of hurl, with the checks that its file format can say."""
        file = self.folder / "load.hurl"
        file.write_text(
            f"GET {url}{PATH}\nX-Auth-Token: {TOKEN}\nHTTP 200\n[Asserts]\n"
            'header "content-type" == "application/json"\n'
            f'jsonpath "$.project_id" == "{PROJECT}"\njsonpath "$.busi_type" == "audit"\n'
            'jsonpath "$.total_num" isInteger\njsonpath "$.completed_num" <= 9\n'
        )
        command = ["hurl", "--test", "--jobs", "2", "--repeat", repeat, file]
        return repeat / Used(command, self.folder).wall


def wrk(url, connections, seconds):
    """Requests a second of wrk, which checks nothing."""
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}", "-H", f"X-Auth-Token: {TOKEN}"]
    text = subprocess.run([*command, url + PATH], capture_output=True, text=True).stdout
    return float(re.search(r"Requests/sec:\s*([\d.]+)", text)[1])


def median(values):
    return statistics.median(values)


def throughput(bench, rounds, scale):
    """Alternating runs, so that what else the machine does falls on all of them alike."""
    rows = defaultdict(list)
    with Endpoint() as server:
        for _ in range(rounds):
            for connections in (16, 1):
                if shutil.which("wrk"):
                    rows[f"wrk {connections}"].append(wrk(server.url, connections, 2))
                count = int((100_000 if connections == 16 else 40_000) * scale)
                floor = Used([FLOOR, server.url + PATH, TOKEN, connections, count], bench.folder)
                rows[f"floor {connections}"].append(count / floor.wall)
                rows[f"floor cpu {connections}"].append(floor.cpu / count * 1e6)
                used = bench.valid(server.url, count, connections)
                rows[f"ours {connections}"].append(used.rate)
                rows[f"cpu {connections}"].append(used.cpu / used.requests * 1e6)
            rows["all"].append(bench.run(server.url, int(10_000 * scale), 16).rate)
            if shutil.which("hurl"):
                rows["hurl"].append(bench.hurl(server.url, int(10_000 * scale)))
    return {name: median(values) for name, values in rows.items() if values}


def startup(bench, rounds):
    """Whole processes: milliseconds."""
    def wall(command, env=()):
        return median([Used(command, bench.folder, env).wall for _ in range(4 * rounds + 1)]) * 1e3

    with Endpoint() as server:
        one = wall([BINARY, "run", "valid/audit", "--base-url", server.url], TARGET)
        curl = None
        if shutil.which("curl"):
            curl = wall(["curl", "-s", "-H", f"X-Auth-Token: {TOKEN}", server.url + PATH])
    return {
        "one": one,
        "curl": curl,
        "help": wall([BINARY, "--help"]),
        "default": wall([BINARY, "run", "--reference", "--seed", 1]),
    }


def growth(bench, largest):
    """(exchanges, seconds, MiB), everything recorded and reported."""
    points = []
    with Endpoint() as server:
        for exchanges in (100, 1_000, 3_000, 10_000, 100_000, 300_000, 1_000_000):
            if exchanges > largest:
                break
            # Nine properties send each what is asked for.
            record = bench.folder / "record.ndjson"
            used = bench.run(server.url, max(exchanges // 9, 1), 16, "--record", record)
            points.append((used.requests, used.wall, used.memory))
            record.unlink()
    return points


def latencies(bench, scale):
    """{latency: [(concurrency, exchanges a second)]}"""
    curves = {}
    for latency in (0, 10, 100):
        with Endpoint(latency) as server:
            curves[latency] = []
            for concurrency in (1, 2, 4, 8, 16, 32, 64):
                # A second or two of each.
                cases = 20_000 if latency == 0 else max(2_000 * concurrency // latency, 2 * concurrency)
                used = bench.valid(server.url, max(int(cases * scale), 10), concurrency)
                curves[latency].append((concurrency, used.rate))
    return curves


def clean_build(folder):
    began = time.perf_counter()
    command = ["cargo", "build", "--release", "--target-dir", str(folder / "target")]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return time.perf_counter() - began


def machine():
    model = "unknown processor"
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            model = line.split(":", 1)[1].strip()
            break
    return f"{os.cpu_count()} cores of {model}, {platform.system()} {platform.release().split('-')[0]}"


def stages():
    """A line for each stage, of the many that divan prints."""
    command = ["cargo", "bench", "--bench", "stages"]
    text = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    rows, group, counts = [], "", False
    for line in text.splitlines():
        tree, rest = re.match(r"([│├╰─ ]*)(.*)", line).groups()
        cells = [cell.strip() for cell in rest.split("│")]
        if "─" in tree:
            name = cells[0].split()[0]
            group = group if len(tree) > 3 else ""
            if cells[2]:
                rows.append([f"{group}{name}", cells[2], "0"])
            else:
                group = f"{name}, "
        elif counts:
            rows[-1][2] = f"{float(cells[2]):,.0f}"
        counts = cells[0] == "alloc:"
    table = ["| stage | median | allocations |", "| --- | --- | --- |"]
    return "\n".join(table + [f"| {' | '.join(row)} |" for row in rows])


def refresh(name, text):
    """Replaces what stands between the markers of `name` in BENCHMARKS.md."""
    path = ROOT / "BENCHMARKS.md"
    pattern = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.S)
    path.write_text(pattern.sub(lambda found: found[1] + text.strip() + "\n" + found[2], path.read_text()))


def rate(value):
    return f"{value:,.0f}/s" if value else "not installed"


def end_to_end(found, start, kills, points, build):
    ratio = lambda ours, other: f"{found[ours] / found[other]:.2f} × wrk" if other in found else "–"
    flat = [(exchanges, memory) for exchanges, _, memory in points if exchanges >= 2_900]
    rows = [
        ("judged exchanges, `--concurrency 16`", rate(found["ours 16"]), f"{ratio('ours 16', 'wrk 16')}; wrk {rate(found.get('wrk 16'))}, `reqwest` alone {rate(found['floor 16'])} on one thread, hurl {rate(found.get('hurl'))}"),
        ("judged exchanges, `--concurrency 1`", rate(found["ours 1"]), f"{ratio('ours 1', 'wrk 1')}; wrk {rate(found.get('wrk 1'))}, `reqwest` alone {rate(found['floor 1'])}"),
        ("the same with all of the built-in suite, a ninth of it on connections of their own", rate(found["all"]), "–"),
        ("processor time of an exchange, our side", f"{found['cpu 16']:.1f} µs", f"`reqwest` alone {found['floor cpu 16']:.1f} µs"),
        ("smallest run: one case against a running server", f"{start['one']:.1f} ms", f"curl {start['curl']:.1f} ms" if start["curl"] else "–"),
        ("`conformant --help`", f"{start['help']:.1f} ms", "–"),
        ("default run against the embedded server", f"{start['default']:.0f} ms", "–"),
        ("`conformant selftest`", f"{kills:.1f} s", "–"),
        (f"peak memory, {flat[0][0]:,} and {flat[-1][0]:,} exchanges, with record and JSON report", f"{flat[0][1]:.0f} and {flat[-1][1]:.0f} MiB", "–"),
        ("size of the binary", f"{BINARY.stat().st_size / 2**20:.1f} MiB", "–"),
    ]
    if build:
        rows.append(("release build from clean", f"{build:.0f} s", "–"))
    table = ["| what | conformant | beside it |", "| --- | --- | --- |"]
    return "\n".join(table + [f"| {' | '.join(row)} |" for row in rows])


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--quick", action="store_true")
    options.add_argument("--build", action="store_true")
    options.add_argument("--rounds", type=int, default=5)
    options = options.parse_args()
    rounds, scale = (1, 0.05) if options.quick else (options.rounds, 1)
    for name in ("wrk", "hurl"):
        if not shutil.which(name):
            print(f"{name} is not installed: its figures are left out")
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        bench = Bench(folder)
        found = throughput(bench, rounds, scale)
        print("throughput", found)
        start = startup(bench, rounds)
        print("start", start)
        kills = median([Used([BINARY, "selftest"], folder).wall for _ in range(1 if options.quick else 3)])
        print("selftest", kills)
        points = growth(bench, 10_000 if options.quick else 1_000_000)
        print("growth", points)
        curves = latencies(bench, scale)
        print("latency", curves)
        build = clean_build(folder) if options.build else None
    if options.quick:
        return
    PLOTS.mkdir(exist_ok=True)
    plot.draw(
        PLOTS / "growth.svg", "Cost against the number of exchanges", "exchanges", "seconds, MiB",
        [("seconds", False, [(n, wall) for n, wall, _ in points]),
         ("peak MiB", False, [(n, memory) for n, _, memory in points])],
    )
    limits = [(f"limit at {ms} ms", True, [(c, c * 1_000 / ms) for c, _ in curves[ms]]) for ms in (10, 100)]
    plot.draw(
        PLOTS / "latency.svg", "Exchanges a second against latency", "requests under way at once", "exchanges a second",
        [(f"{ms} ms", False, curve) for ms, curve in curves.items()] + limits,
    )
    refresh("machine", f"{machine()}; {time.strftime('%Y-%m-%d')}; medians of {rounds} alternating runs.")
    refresh("end-to-end", end_to_end(found, start, kills, points, build))
    refresh("growth", "\n".join(
        ["| exchanges | seconds | peak memory |", "| --- | --- | --- |"]
        + [f"| {n:,} | {wall:.2f} | {memory:.0f} MiB |" for n, wall, memory in points]))
    refresh("latency", "\n".join(
        ["| latency | " + " | ".join(f"{c}" for c, _ in curves[0]) + " |", "| --- |" + " --- |" * len(curves[0])]
        + [f"| {ms} ms | " + " | ".join(f"{value:,.0f}" for _, value in curve) + " |" for ms, curve in curves.items()]))
    refresh("stages", stages())


main()
