#!/usr/bin/env python3
"""Derives every page of a folder and counts what becomes of it.

    tests/pages/survey.py BINARY FOLDER [--sample N] [--seed S] [--out FILE]

The pages are anybody's, of whatever licence: nothing of them is kept. Whether a page documents
an operation is told here, by other means than the reader's: it has a heading of its URI, a method
and a path below that, and a heading of its reply. What is refused of those is what the reader has
to learn; the rest are overviews and guides.
"""

import argparse
import collections
import concurrent.futures
import html
import json
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile

METHOD = r"(?:GET|PUT|POST|DELETE|PATCH|HEAD)"
PATH = r"(?:https?://[^\s/|]+)?/[\w{}\[]"
# The path may follow without a space, on the next line, or stand in front of the method.
OPERATION = re.compile(
    rf"(?<![\w/]){METHOD}[\s|:`*]*{PATH}|(?<!\S){PATH}\S*\s+method\W+{METHOD}\b", re.IGNORECASE
)
HEADING = re.compile(r"^(?:#{1,6}\s*|<h>|\*\*(?=[^*]+\*\*$))(.+?)\**$")
OF_THE_URI = re.compile(r"^(?:request\s+|请求|接口)?(?:uri|url|method)s?(?![\w-])", re.IGNORECASE)
OF_A_REPLY = re.compile(r"response|return|status|响应|返回|状态", re.IGNORECASE)


def lines_of(source):
    """The words of a page line by line, headings marked, whatever its rendering."""
    source = re.sub(r"(?is)<(script|style|title)\b.*?</\1>|<!--.*?-->", "", source)
    source = re.sub(r"(?i)<h[1-6][^>]*>", "\n<h>", source)
    source = re.sub(r"(?i)</(?:h\d|p|tr|li|div|pre|td|th)>|<br */?>", "\n", source)
    source = re.sub(r"<(?!h>)/?[a-zA-Z][^<>]*>", "", source)
    plain = html.unescape(source).replace("\\", "").replace("¶", "").replace("\xa0", " ")
    return [line.strip() for line in plain.splitlines() if line.strip()]


def is_genuine(source):
    """Whether the page documents an operation: headings of its URI, with a method and a path
    below it, and of its reply."""
    headings, of_the_uri = [], []
    for line in lines_of(source):
        if heading := HEADING.match(line):
            headings.append(heading[1].strip(" *#"))
        elif headings and OF_THE_URI.match(headings[-1]):
            of_the_uri.append(line)
    has_reply = any(OF_A_REPLY.search(heading) for heading in headings)
    return has_reply and bool(OPERATION.search("\n".join(of_the_uri)))


def cause(message):
    """The message without what is of one page."""
    message = re.sub(r"'[^']*'", "'…'", message)
    return re.sub(r"\d+", "N", message).strip()


def derive(binary, page):
    with tempfile.TemporaryDirectory() as out:
        run = subprocess.run(
            [binary, "derive", str(page), "--out", out],
            capture_output=True,
            text=True,
            timeout=120,
        )
        if run.returncode == 0:
            contracts = list(pathlib.Path(out).glob("schemas/*/contract.json"))
            return None, json.loads(contracts[0].read_text())
        words = run.stderr.replace(str(page), "PAGE").strip()
        first = words.splitlines()[0] if words else f"exit {run.returncode}"
        return re.sub(r"^(?:error: )?(?:PAGE(?::\d+)?: )?", "", first), None


def findings_of(contract):
    """What the reader told, as its contract keeps it."""
    return [cause(finding["what"]) for finding in contract.get("findings", [])]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("binary")
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--sample", type=int, help="so many pages, drawn with the seed")
    parser.add_argument("--seed", type=int, default=17)
    parser.add_argument("--files", type=int, default=8, help="files that are named for each cause")
    parser.add_argument("--out", type=pathlib.Path, help="what became of each page, a JSON line each")
    given = parser.parse_args()
    pages = sorted(
        page for page in given.folder.rglob("*") if page.suffix in (".md", ".html", ".txt")
    )
    if given.sample and given.sample < len(pages):
        pages = sorted(random.Random(given.seed).sample(pages, given.sample))
    genuine = {
        page: is_genuine(page.read_text(encoding="utf-8", errors="replace")) for page in pages
    }
    read, others_read = 0, []
    refused, others, findings = (collections.defaultdict(list) for _ in range(3))
    kept = []
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        derived = pool.map(lambda page: derive(given.binary, page), pages)
        for page, (reason, contract) in zip(pages, derived):
            name = str(page.relative_to(given.folder))
            kept.append({"page": name, "genuine": genuine[page], "reason": reason})
            if reason is None:
                read += genuine[page]
                if not genuine[page]:
                    others_read.append(name)
                for what in findings_of(contract):
                    findings[what].append(name)
            else:
                (refused if genuine[page] else others)[cause(reason)].append(name)
    if given.out:
        given.out.write_text("".join(json.dumps(it, ensure_ascii=False) + "\n" for it in kept))
    count = sum(map(len, refused.values()))
    total = read + count
    print(f"{len(pages)} pages: {total} of one operation, {len(pages) - total} that are none")
    print(f"of operations: {read} read, {count} refused ({100 * count / max(total, 1):.1f} %)")
    print(f"of the others: {len(others_read)} read, {sum(map(len, others.values()))} refused")
    for title, by_cause in [("refused operations", refused), ("refused others", others),
                            ("findings", findings), ("read others", {"": others_read})]:
        print(f"\n{title}")
        for what, names in sorted(by_cause.items(), key=lambda it: -len(it[1]))[:40]:
            print(f"{len(names):6}  {what}")
            shown = given.files if title != "findings" else 2
            for name in names[:shown]:
                print(f"          {name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
