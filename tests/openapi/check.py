"""Holds exported OpenAPI documents against two independent readers: a validator of the
specification, and Schemathesis, which must load each without a warning."""

import json
import sys
import warnings
from pathlib import Path

import schemathesis
from openapi_spec_validator import OpenAPIV30SpecValidator, OpenAPIV31SpecValidator

VALIDATORS = {"3.0.3": OpenAPIV30SpecValidator, "3.1.0": OpenAPIV31SpecValidator}


def problems(path: Path) -> list[str]:
    document = json.loads(path.read_text(encoding="utf-8"))
    found = [
        f"{'/'.join(map(str, error.absolute_path))}: {error.message}"
        for error in VALIDATORS[document["openapi"]](document).iter_errors()
    ]
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        schema = schemathesis.openapi.from_path(path)
        operations = [result.ok() for result in schema.get_all_operations()]
        if len(operations) != 1:
            found.append(f"{len(operations)} operations in place of one")
        documented = set(next(iter(next(iter(document["paths"].values())).values()))["responses"])
        for operation in operations:
            if set(map(str, operation.responses.status_codes)) != documented:
                found.append("Schemathesis sees other statuses")
    return found + [str(warning.message) for warning in caught]


# A document that is wrong must be told, or this test says nothing.
broken = Path(sys.argv[1]).with_suffix(".broken.json")
document = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
operation = next(iter(next(iter(document["paths"].values())).values()))
del operation["responses"]["200"]["description"]
operation["parameters"][0]["schema"]["type"] = "text"
broken.write_text(json.dumps(document), encoding="utf-8")
if len(problems(broken)) < 2:
    sys.exit("a broken document was not told")

failed = False
for path in map(Path, sys.argv[1:]):
    for problem in problems(path):
        failed = True
        print(f"{path.name}: {problem}", file=sys.stderr)
print(f"{len(sys.argv) - 1} documents are valid and load without a warning")
sys.exit(failed)
