#!/usr/bin/env python3
"""Holds what conformant reads of one folder against another description of the same API.

    benches/truth/truth.py A B [--binary target/release/conformant] [--by-folder] [--worst N]

A and B are folders (pages, definitions, suites) of the same API. The table counts the rows
that both have, and in how many of them type, mandatory, list and bounds agree. What A and B
both state, and not alike, is a misreading of one of them or an error of its author: the
commonest are listed, with the operation in which to look. Nothing is sent anywhere.

With --by-folder, each folder in A is compared with the folder of its name in B: services
have addresses in common, and less is held in memory.

Exit codes: 0 compared, 1 something differs, 2 something could not be compared.
"""

import argparse
import collections
import json
import pathlib
import subprocess
import sys

ROWS = ("parameter", "header", "member")
FACTS = {
    "type": ("type", "width"),
    "mandatory": ("mandatory",),
    "list": ("values",),
    "bounds": ("length", "range", "items"),
}
COUNTS = ("agrees", "differs", "only_in_a", "only_in_b")


def compare(binary, a, b):
    """The comparison of two paths, and what was said beside it; None where there is none."""
    command = [str(binary), "diff", str(a), str(b), "--as", "sources", "--format", "json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if not done.stdout.startswith("{"):
        return None, done.stderr.strip()
    return json.loads(done.stdout), done.stderr.strip()


def pairs(a, b, by_folder):
    """What to compare, and the folders that only one of the two has."""
    if not by_folder:
        return [(a, b)], []
    names = [{it.name for it in side.iterdir() if it.is_dir()} for side in (a, b)]
    both = sorted(names[0] & names[1])
    return [(a / name, b / name) for name in both], sorted(names[0] ^ names[1])


class Table:
    """What was counted so far."""

    def __init__(self):
        self.operations = collections.Counter()
        self.statements = collections.defaultdict(collections.Counter)
        self.differences = collections.Counter()
        self.places = {}
        self.unread = []

    def add(self, comparison):
        """Counts one comparison."""
        summary = comparison["summary"]
        self.operations.update(summary["operations"])
        for kind, counts in summary["statements"].items():
            self.statements[kind].update(counts)
        self.unread += [it["reason"] for it in comparison["unread"]]
        for operation in comparison["operations"]:
            for statement in operation["statements"]:
                if statement["relation"] != "differs":
                    continue
                says = tuple((statement[side] or {}).get("says", "") for side in "ab")
                key = (statement["kind"], *says)
                self.differences[key] += 1
                self.places.setdefault(key, (operation["address"], statement["clause"]))

    def count(self, kinds, relation):
        """How many statements of these kinds relate in this way."""
        return sum(self.statements[kind][relation] for kind in kinds)

    def print(self, worst):
        """Prints the tables."""
        operations = self.operations
        print(
            f"operations: {operations['in_both']} in both, "
            f"{operations['only_in_a']} only in A, {operations['only_in_b']} only in B, "
            f"{len(self.unread)} unread"
        )
        print(
            f"rows: {self.count(ROWS, 'agrees')} in both, "
            f"{self.count(ROWS, 'only_in_a')} only in A, {self.count(ROWS, 'only_in_b')} only in B"
        )
        print(f"\n{'of rows in both':<16}{'agree':>9}{'differ':>9}{'only in A':>11}{'only in B':>11}{'agree %':>9}")
        for name, kinds in FACTS.items():
            counts = [self.count(kinds, relation) for relation in COUNTS]
            stated = counts[0] + counts[1]
            share = f"{100 * counts[0] / stated:.2f}" if stated else "-"
            print(f"{name:<16}{counts[0]:>9}{counts[1]:>9}{counts[2]:>11}{counts[3]:>11}{share:>9}")
        if self.differences:
            print("\nthe commonest differences:")
        for (kind, a, b), count in self.differences.most_common(worst):
            address, clause = self.places[kind, a, b]
            print(f"{count:>7}  {kind}: {shown(a)} | {shown(b)}\n         {shown(address)}  {shown(clause)}")
        for reason in self.unread[:worst]:
            print(f"unread: {shown(reason)}")


def shown(text):
    """Text of a source in one line of a terminal."""
    text = "".join(c if c.isprintable() else " " for c in text)
    return text if len(text) <= 100 else text[:99] + "…"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("a", type=pathlib.Path)
    parser.add_argument("b", type=pathlib.Path)
    root = pathlib.Path(__file__).resolve().parents[2]
    parser.add_argument("--binary", type=pathlib.Path, default=root / "target/release/conformant")
    parser.add_argument("--by-folder", action="store_true")
    parser.add_argument("--worst", type=int, default=20, metavar="N")
    options = parser.parse_args()
    if not options.binary.is_file():
        parser.error(f"{options.binary}: build it with: cargo build --release, or name it with --binary")
    compared, lone = pairs(options.a, options.b, options.by_folder)
    table, failed = Table(), len(lone)
    for name in lone:
        print(f"only in one of the two: {name}", file=sys.stderr)
    for a, b in compared:
        comparison, said = compare(options.binary, a, b)
        if comparison is None:
            failed += 1
            print((said or f"{a}: no comparison").splitlines()[0], file=sys.stderr)
        else:
            table.add(comparison)
    table.print(options.worst)
    if failed or table.unread:
        return 2
    return 1 if table.differences else 0


if __name__ == "__main__":
    sys.exit(main())
