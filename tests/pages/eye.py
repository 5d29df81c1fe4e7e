#!/usr/bin/env python3
"""Shows what the independent eye sees in the contracts of many saved pages.

Derives a suite from each page below the folders, each into a folder that is thrown away,
and counts what the eye reports by what it says, rarest detail last.

Usage: tests/pages/eye.py [--every N] [--jobs N] [--list] BINARY FOLDER...
Exit: 0 nothing seen, 1 something seen, 2 usage.
"""

import argparse
import collections
import concurrent.futures
import json
import pathlib
import re
import subprocess
import sys
import tempfile

KINDS = {".md", ".txt", ".html", ".htm"}


def findings(binary, page):
    """The findings of the page's contract; None where it is refused."""
    with tempfile.TemporaryDirectory() as folder:
        command = [binary, "derive", page, "--out", folder]
        try:
            done = subprocess.run(command, capture_output=True, timeout=120)
        except subprocess.TimeoutExpired:
            sys.exit(f"{page}: derive takes more than two minutes")
        if done.returncode == 2:
            return None
        if done.returncode != 0:
            sys.exit(f"{page}: derive exits {done.returncode}: {done.stderr.decode()}")
        [contract] = pathlib.Path(folder).glob("schemas/*/contract.json")
        return json.loads(contract.read_bytes()).get("findings", [])


def cause(what):
    """A report without what it is about."""
    what = re.sub(r"^Table \d+, row \d+ \(.*?\): ", "", what)
    what = re.sub(r"'.*'", "'…'", what, flags=re.S)
    what = re.sub(r"(the (number|value)) [^,']*?(?=,| of )", r"\1 …", what)
    return re.sub(r"-?\d+", "N", what)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("binary")
    parser.add_argument("folders", nargs="+", type=pathlib.Path)
    parser.add_argument("--every", type=int, default=1, help="take each Nth page")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--list", action="store_true", help="print each report")
    options = parser.parse_args()
    found = [path for folder in options.folders for path in sorted(folder.rglob("*"))]
    pages = [path for path in found if path.suffix in KINDS and path.is_file()]
    pages = pages[:: options.every]
    if not pages:
        parser.error("there is no page in these folders")
    causes, refused, all_findings, seen = collections.Counter(), 0, 0, 0
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        read = pool.map(lambda page: findings(options.binary, page), pages)
        for page, of_page in zip(pages, read):
            if of_page is None:
                refused += 1
                continue
            all_findings += len(of_page)
            for finding in of_page:
                if finding.get("by_eye"):
                    seen += 1
                    causes[cause(finding["what"])] += 1
                    if options.list:
                        print(f"{page}:{finding['line']}: {finding['what']}")
    for words, count in causes.most_common():
        print(f"{count:>6} {words}")
    print(
        f"{len(pages)} pages, {refused} refused; {all_findings} findings,"
        f" {seen} of them by the independent eye"
    )
    return 1 if seen else 0


if __name__ == "__main__":
    sys.exit(main())
