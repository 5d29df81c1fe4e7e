"""Verifies a certificate with conformant and with securesystemslib; both must hold it, and
both must refuse every changed one.

Usage: check.py CERTIFICATE PUBLIC_KEY RECORD, with CONFORMANT naming the binary.
"""

import base64
import copy
import hashlib
import json
import os
import pathlib
import subprocess
import sys

from cryptography.hazmat.primitives.serialization import load_pem_public_key
from securesystemslib.dsse import Envelope
from securesystemslib.exceptions import VerificationError
from securesystemslib.signer import SSlibKey

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
certificate, public, record = sys.argv[1:4]
with open(public, "rb") as file:
    key = SSlibKey.from_crypto(load_pem_public_key(file.read()))
with open(certificate, encoding="utf-8") as file:
    whole = json.load(file)


def independent(envelope):
    """Whether securesystemslib holds it."""
    try:
        # It writes into what it reads.
        opened = Envelope.from_dict(copy.deepcopy(envelope))
        return list(opened.verify([key], 1)) == [key.keyid]
    except VerificationError:
        return False


def ours(envelope, *more):
    """The exit code of conformant verify, and what it says."""
    with open("changed.json", "w", encoding="utf-8") as file:
        json.dump(envelope, file)
    command = [os.environ["CONFORMANT"], "verify", "changed.json", "--public-key", public, *more]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def check(holds, what):
    if not holds:
        sys.exit(f"not so: {what}")


def flipped(text, at):
    data = bytearray(base64.b64decode(text))
    data[at] ^= 1 << (at % 8)
    return base64.b64encode(data).decode()


check(independent(whole), "securesystemslib verifies the certificate")
code, said = ours(whole, "--record", record)
check(code == 0 and "same verdicts" in said, f"conformant verifies the certificate: {said}")

# securesystemslib is fast enough for every byte; a process each is not.
payload = base64.b64decode(whole["payload"])
signature = base64.b64decode(whole["signatures"][0]["sig"])
for at in range(len(payload)):
    changed = copy.deepcopy(whole)
    changed["payload"] = flipped(whole["payload"], at)
    check(not independent(changed), f"securesystemslib refuses a flipped byte {at} of the payload")
    if at % (len(payload) // 8) == 0:
        code, said = ours(changed)
        check(code == 1 and "signature is wrong" in said, f"conformant refuses it too: {said}")
for at in range(len(signature)):
    changed = copy.deepcopy(whole)
    changed["signatures"][0]["sig"] = flipped(whole["signatures"][0]["sig"], at)
    check(not independent(changed), f"securesystemslib refuses a flipped byte {at} of the signature")
    if at % 16 == 0:
        code, said = ours(changed)
        check(code == 1 and "signature is wrong" in said, f"conformant refuses it too: {said}")

# The statement is what in-toto says it is.
statement = json.loads(payload)
check(statement["_type"] == "https://in-toto.io/Statement/v1", "an in-toto Statement v1")
check(
    statement["predicateType"] == "https://in-toto.io/attestation/test-result/v0.1",
    "a test result",
)
check(all(len(one["digest"]["sha256"]) == 64 for one in statement["subject"]), "subjects with digests")
predicate = statement["predicate"]
check(predicate["result"] == "PASSED" and predicate["failedTests"] == [], "it passed")
check(
    all(
        hashlib.sha256((ROOT / one["name"]).read_bytes()).hexdigest() == one["digest"]["sha256"]
        for one in predicate["configuration"]
    )
    and any(one["name"].endswith("/contract.json") for one in predicate["configuration"]),
    "the files of the suite by what sha256sum prints",
)
print(
    f"verified by conformant and securesystemslib; {len(payload)} bytes of payload and "
    f"{len(signature)} of signature flipped in turn: refused"
)
