#!/usr/bin/env python3
"""Runs services that know nothing of this program by their own OpenAPI or Swagger documents.

Usage: tests/strangers/run.py BINARY

Each is installed from the package registry, started on a free loopback port, derived from
its own document, and run. What is found must be what stands in FOUND, each confirmed by
reading the service's source: anything else is a false alarm, or a finding that was lost.
Nothing of theirs is kept.
"""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

HERE = Path(__file__).resolve().parent
TOKEN = "rooms-token-1234567890-abcdef"

# Service, rule and clause of each cause, with the place in the source that shows it.
FOUND = {
    "rooms": {
        # starlette parses JSON by Python's json: NUL and depth end in its own 400.
        ("create-room", "status-undocumented", "request/body"),
        ("update-room", "status-undocumented", "request/body"),
        # json.loads takes NaN and Infinity.
        ("create-room", "status-unexpected", "request/body"),
        ("update-room", "status-unexpected", "request/body"),
        # 1e400 becomes infinity, which the JSON of the reply cannot hold: 500.
        ("create-room", "status-undocumented", "request/body/seats/range"),
        ("update-room", "status-undocumented", "request/body/seats/range"),
        # A number of a thousand digits comes back in 'input' as it was sent.
        ("create-room", "json-number-size", "response/422/body"),
        ("update-room", "json-number-size", "response/422/body"),
    },
    "jupyter": set(),
}


def free_port():
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return listening.getsockname()[1]


def wait_for(url):
    for _ in range(150):
        try:
            urllib.request.urlopen(url, timeout=2).close()
            return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.2)
    sys.exit(f"nothing answers at {url}")


def rooms(venv, port):
    """Whose document a framework writes: bearer tokens, 422, resources that can be made."""
    env = {**os.environ, "PYTHONPATH": str(HERE)}
    document = subprocess.run(
        [venv / "bin/python", "-c", "import json, rooms; print(json.dumps(rooms.app.openapi()))"],
        env=env, check=True, capture_output=True, text=True,
    ).stdout
    Path("rooms.json").write_text(document)
    command = ["uvicorn", "rooms:app", "--port", str(port), "--log-level", "error"]
    return "rooms.json", [venv / "bin" / command[0], *command[1:]], env, None, ["--allow-writes"]


def jupyter(venv, port):
    """A published Swagger document beside a server that is not made from it."""
    document = next(venv.glob("lib/python3*/site-packages/jupyter_server/services/api/api.yaml"))
    shutil.copy(document, "jupyter.yaml")
    Path("root").mkdir()
    Path("root/a.txt").write_text("hi\n")
    env = {**os.environ, "JUPYTER_TOKEN": TOKEN, "HOME": os.getcwd()}
    command = [
        venv / "bin/jupyter", "server", "--allow-root", "--no-browser", "--ip", "127.0.0.1",
        "--port", str(port), "--ServerApp.root_dir=root", "--log-level=ERROR",
    ]
    service = {
        "profile": '[token]\nheader = "Authorization"\nprefix = "token "\n',
    }
    # It is asked and not changed: what its document says of bodies is prose.
    return "jupyter.yaml", command, env, service, []


def run(binary, name, start, venv):
    port = free_port()
    document, command, env, service, options = start(venv, port)
    server = subprocess.Popen([str(it) for it in command], env=env)
    try:
        url = f"http://127.0.0.1:{port}"
        wait_for(url)
        conformant = [binary, "derive", document, "--out", name]
        subprocess.run(conformant, check=True, stdout=subprocess.DEVNULL)
        if service:
            path = Path(name, "service.toml")
            text = path.read_text().replace("\n[reading]", f"\n{service['profile']}\n[reading]", 1)
            path.write_text(text)
            again = [binary, "derive", name, "--out", name, "--force"]
            subprocess.run(again, check=True, stdout=subprocess.DEVNULL)
        environment = {**os.environ, "CONFORMANT_TOKEN": TOKEN, "NO_COLOR": "1"}
        done = subprocess.run(
            [binary, "run", "--suite", name, "--base-url", url, "--cases", "20", "--seed", "1",
             "--report", f"json={name}.report.json", *options],
            env=environment, capture_output=True, text=True,
        )
    finally:
        server.terminate()
        server.wait()
    report = json.loads(Path(f"{name}.report.json").read_text())
    causes, verified, statements = set(), 0, 0
    for operation in report["operations"]:
        statements += len(operation["clauses"])
        verified += sum(it["verdict"] == "verified" for it in operation["clauses"])
        for case in operation["cases"]:
            for difference in case.get("differences", []):
                if difference["severity"] == "difference":
                    cause = (operation["operation"], difference["rule"], difference["clause"])
                    causes.add(cause)
    left = report.get("left") or []
    print(
        f"{name}: {len(report['operations'])} operations, {report['totals']['requests']} requests in "
        f"{report['totals']['elapsed_ms'] / 1000:.1f} s, {verified} of {statements} statements verified, "
        f"{len(causes)} causes, {len(left)} objects left"
    )
    bad = sorted(causes ^ FOUND[name])
    for cause in bad:
        print(f"  {'not in FOUND' if cause in causes else 'no longer found'}: {' '.join(cause)}")
    if bad or left or done.returncode not in (0, 1):
        print(done.stdout[-4000:], done.stderr[-2000:])
    return not bad and not left and done.returncode == int(bool(FOUND[name]))


def main():
    binary = str(Path(sys.argv[1]).resolve())
    for name in [name for name in os.environ if name.startswith(("CONFORMANT_", "INSTA_"))]:
        del os.environ[name]
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        venv = Path(os.environ.get("VENV") or Path(folder, "venv"))
        if not venv.is_dir():
            subprocess.run([sys.executable, "-m", "venv", venv], check=True)
            pip = [venv / "bin/pip", "install", "--quiet", "--disable-pip-version-check"]
            subprocess.run([*pip, "-r", HERE / "requirements.txt"], check=True)
        services = {"rooms": rooms, "jupyter": jupyter}
        passed = [run(binary, name, start, venv) for name, start in services.items()]
        os.chdir("/")
    sys.exit(0 if all(passed) else 1)


main()
