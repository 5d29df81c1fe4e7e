"""Holds SBOMs against the schema of CycloneDX 1.5, as its own library has it, strictly."""

import sys
from pathlib import Path

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

validator = JsonStrictValidator(SchemaVersion.V1_5)
for name in sys.argv[1:]:
    text = Path(name).read_text()
    error = validator.validate_str(text)
    if error is not None:
        sys.exit(f"{name}: {error}")
    # One that says less than the format asks for must be refused, or nothing was checked.
    if validator.validate_str(text.replace('"bomFormat"', '"format"')) is None:
        sys.exit("the validator takes anything")
    print(f"{name}: CycloneDX 1.5")
