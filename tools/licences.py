"""Checks the licences of everything that is installed: Apache-2.0 for those who build on us must stay true.

Allowed are permissive licences, and the LGPL and MPL for packages that we use unmodified. Anything else - GPL, AGPL,
a licence nobody has read, none at all - fails. `make licences` runs it in the environment that `make setup` made.
"""

import json
import re
import subprocess
import sys

#: SPDX identifiers, and the names that older package metadata gives the same licences.
ALLOWED = {
    "0BSD", "Apache License 2.0", "Apache License, Version 2.0", "Apache Software License", "Apache-2.0", "BSD License",
    "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "ISC", "ISC License (ISCL)", "MIT", "MIT License", "MIT-0", "PSF-2.0",
    "Python Software Foundation License", "The Unlicense (Unlicense)", "Unlicense", "W3C-20150513", "Zlib",
    # Weak copyleft: used as published, never changed or copied from.
    "GNU Lesser General Public License v2 or later (LGPLv2+)", "GNU Lesser General Public License v3 (LGPLv3)",
    "LGPL-2.1-only", "LGPL-2.1-or-later", "LGPL-3.0-only", "LGPL-3.0-or-later", "MPL-2.0",
    "Mozilla Public License 2.0 (MPL 2.0)",
}
#: Packages whose metadata names no licence, or mixes several, with the one that the files they ship come down to.
READ_BY_HAND = {"axe-playwright-python": "MIT", "orjson": "MPL-2.0", "qrcode": "BSD-3-Clause"}
#: The installer of the environment: no part of what we ship or import.
LEFT_OUT = ("openvalley", "pip", "setuptools", "wheel")


def allowed(expression: str) -> bool:
    """Tell whether an SPDX expression, or a list divided by semicolons, leaves us a licence of the list.

    Of alternatives (OR) one must be allowed; of licences that hold together (AND, and lists) each. An expression
    that mixes both is not allowed here: a person reads it, and enters the outcome in `READ_BY_HAND`.
    """
    bare = expression.strip()
    if bare in ALLOWED:
        return True
    alternatives, together = re.split(r"\s+OR\s+", bare), re.split(r"\s+AND\s+|\s*;\s*", bare)
    if len(alternatives) > 1 and len(together) > 1:
        return False
    return any(part in ALLOWED for part in alternatives) or all(part in ALLOWED for part in together)


def main() -> int:
    """Print what is wrong, or how many packages were looked at; 1 when anything is wrong."""
    listed = subprocess.run(  # noqa: S603 - our own interpreter and a fixed command
        [sys.executable, "-m", "piplicenses", "--format=json", "--ignore-packages", *LEFT_OUT],
        check=True, capture_output=True, text=True,
    )
    packages = {package["Name"]: package["License"] for package in json.loads(listed.stdout)}
    wrong = {name: licence for name, licence in packages.items() if not allowed(READ_BY_HAND.get(name, licence))}
    for name, licence in wrong.items():
        print(f"{name}: {licence!r} is not among the licences that tools/licences.py allows", file=sys.stderr)
    print(f"licences: {len(packages)} packages, {len(wrong)} not allowed")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
