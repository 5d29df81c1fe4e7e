#!/usr/bin/env python3
"""Writes what a release binary is made of: an SBOM (CycloneDX 1.5, JSON) and licence texts.

The set and its edges come from `cargo tree`, which resolves features as the build does;
`cargo metadata` would count the features that tests turn on.
"""

import argparse
import datetime
import hashlib
import json
import os
import re
import subprocess
import sys
import tomllib
import urllib.parse
import uuid
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LICENCE_FILE = re.compile(r"(licen[cs]e|copying|copyright|notice|unlicense)", re.IGNORECASE)


def output(*command):
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)}: {done.stderr.strip()}")
    return done.stdout


def tree(target, edges):
    """Packages as (name, version), the root first, and the edges between them."""
    lines = output(
        "cargo", "tree", "--locked", "--target", target,
        "--edges", edges, "--prefix", "depth", "--format", " {p}",
    ).splitlines()
    nodes, path = {}, []
    for line in lines:
        depth, name, version = re.match(r"(\d+) (\S+) v(\S+)", line).groups()
        package = (name, version)
        nodes.setdefault(package, set())
        path[int(depth):] = [package]
        if len(path) > 1:
            nodes[path[-2]].add(package)
    return nodes


def purl(package):
    name, version = package
    return f"pkg:cargo/{name}@{urllib.parse.quote(version)}"


def licence(package):
    """The licence as an SPDX expression; older manifests separate alternatives by '/'."""
    if package["license"]:
        return {"expression": " OR ".join(re.split(r"\s*/\s*", package["license"]))}
    return {"license": {"name": f"see {package['license_file']}"}}


def component(package, about, checksum, scope):
    made = {
        "type": "library",
        "bom-ref": purl(package),
        "name": package[0],
        "version": package[1],
        "scope": scope,
        "hashes": [{"alg": "SHA-256", "content": checksum}],
        "licenses": [licence(about)],
        "purl": purl(package),
    }
    if about["repository"]:
        made["externalReferences"] = [{"type": "vcs", "url": about["repository"]}]
    return made


def rust():
    """The standard library, which is linked in and stands in no lock file."""
    version = re.search(r"^release: (\S+)", output("rustc", "-vV"), re.MULTILINE).group(1)
    return {
        "type": "library",
        "bom-ref": f"pkg:generic/rust-std@{version}",
        "name": "rust-std",
        "version": version,
        "scope": "required",
        "licenses": [{"expression": "MIT OR Apache-2.0"}],
        "purl": f"pkg:generic/rust-std@{version}",
    }


def libc(target):
    """The C library that a static binary contains."""
    if "-musl" in target:
        # It comes with the target's standard library, which does not tell its version.
        return {
            "type": "library", "bom-ref": "pkg:generic/musl", "name": "musl",
            "scope": "required", "licenses": [{"expression": "MIT"}], "purl": "pkg:generic/musl",
        }
    compiler = os.environ.get("CC", "cc")
    asked = subprocess.run(
        [compiler, "-E", "-P", "-"], input="#include <features.h>\n__GLIBC__.__GLIBC_MINOR__\n",
        capture_output=True, text=True, check=True,
    )
    version = asked.stdout.strip().splitlines()[-1].replace(" ", "")
    return {
        "type": "library",
        "bom-ref": f"pkg:generic/glibc@{version}",
        "name": "glibc",
        "version": version,
        "scope": "required",
        "licenses": [{"expression": "LGPL-2.1-or-later"}],
        "purl": f"pkg:generic/glibc@{version}",
    }


def bom(target, binary, epoch, about, checksums):
    every = tree(target, "normal,build")
    linked = tree(target, "normal,no-proc-macro")
    root = next(iter(every))
    components = [
        component(package, about[package], checksums[package],
                  "required" if package in linked else "excluded")
        for package in sorted(every) if package != root
    ] + [rust(), libc(target)]
    dependencies = [
        {"ref": purl(package), "dependsOn": sorted(map(purl, below))}
        for package, below in sorted(every.items())
    ]
    for entry in dependencies:
        if entry["ref"] == purl(root):
            entry["dependsOn"] += [one["bom-ref"] for one in components[-2:]]
    subject = {
        "type": "application",
        "bom-ref": purl(root),
        "name": root[0],
        "version": root[1],
        "description": about[root]["description"],
        "hashes": [{"alg": "SHA-256", "content": hashlib.sha256(binary.read_bytes()).hexdigest()}],
        "licenses": [licence(about[root])],
        "purl": purl(root),
        "properties": [{"name": "conformant:target", "value": target}],
    }
    document = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {
            "timestamp": datetime.datetime.fromtimestamp(epoch, datetime.timezone.utc)
            .strftime("%Y-%m-%dT%H:%M:%SZ"),
            "component": subject,
        },
        "components": components,
        "dependencies": dependencies,
    }
    # A serial number that follows from the content: two equal builds give equal files.
    content = json.dumps(document, sort_keys=True)
    serial = uuid.uuid5(uuid.NAMESPACE_URL, hashlib.sha256(content.encode()).hexdigest())
    return {"serialNumber": f"urn:uuid:{serial}", **document}, linked


def notices(target, linked, about):
    """The licence texts of what is linked in; packages with one text share it."""
    texts, without = {}, []
    for package in sorted(linked):
        folder = Path(about[package]["manifest_path"]).parent
        if folder == ROOT:
            continue
        found = [file for file in sorted(folder.rglob("*"))
                 if file.is_file() and LICENCE_FILE.match(file.name)]
        for file in found:
            text = file.read_text(encoding="utf-8", errors="replace").strip()
            texts.setdefault(text, []).append(package)
        if not found:
            without.append(package)
    name = lambda package: f"{package[0]} {package[1]}"
    parts = [
        f"Licences of what the binary for {target} contains beside conformant itself.\n"
        "The Rust standard library: MIT OR Apache-2.0 (LICENSE-MIT and LICENSE-APACHE hold the texts).\n"
    ]
    if "-gnu" in target:
        parts[0] += (
            "The GNU C library: LGPL-2.1-or-later. conformant's source and dist/build.sh link it\n"
            "again with another version of that library.\n"
        )
    for package in without:
        parts.append(f"{name(package)}: {about[package]['license']} (the package has no file with the text)\n")
    for text, packages in texts.items():
        heading = ", ".join(map(name, dict.fromkeys(packages)))
        parts.append(f"{'=' * 80}\n{heading}\n{'=' * 80}\n\n{text}\n")
    return "\n".join(parts)


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--target", required=True, help="target triple")
    arguments.add_argument("--binary", required=True, type=Path, help="the binary that is described")
    arguments.add_argument("--epoch", required=True, type=int, help="time of the release, Unix seconds")
    arguments.add_argument("--sbom", required=True, type=Path, help="file to write: the SBOM")
    arguments.add_argument("--licences", required=True, type=Path, help="file to write: licence texts")
    given = arguments.parse_args()

    described = json.loads(output(
        "cargo", "metadata", "--locked", "--format-version", "1",
        "--filter-platform", given.target,
    ))
    about = {(one["name"], one["version"]): one for one in described["packages"]}
    locked = tomllib.loads((ROOT / "Cargo.lock").read_text())["package"]
    checksums = {(one["name"], one["version"]): one.get("checksum") for one in locked}
    document, linked = bom(given.target, given.binary, given.epoch, about, checksums)
    given.sbom.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n")
    given.licences.write_text(notices(given.target, linked, about))


if __name__ == "__main__":
    main()
