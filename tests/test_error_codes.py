"""`docs/errors.md` explains every code that an error can have, and no other."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
# Where the source gives an error its code; one that is put together at run time ends in "{".
USES = re.compile(
    r"""(?:\bcode=|\n\ {4}code\ =\ |\b(?:
        (?:FieldError|trail\.add)\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*,\s*(?=f?"[a-z_{}]+",?\s*\))
      | (?:ProblemError|problem|refuse|_refusal|_RefusedError)\(\s*[\w.]+,\s*
      | OmittedFeed\([^,]+,[^,]+,\s*
      | (?:Failure|Silence|_in_the_way|_fail)\((?:context,\ snapshot,)?\s*
    ))f?"([a-z_0-9]+["{])""",
    re.VERBOSE,
)
TABLES = {
    "dyadwatch/validation.py": r'\n {4}"[a-z_]+": "([a-z_]+")',
    "service/rest/problems.py": r'\d{3}: \("([a-z_]+")',
}
CODE = re.compile(r"`([a-z][a-z_0-9]+)`")


def test_every_code_of_an_error_is_explained_and_no_other():
    packages = (ROOT / "dyadwatch", ROOT / "service", ROOT / "workers")
    sources = {
        str(path.relative_to(ROOT)): path.read_text("utf-8")
        for package in packages
        for path in package.rglob("*.py")
    }
    uses = {code for text in sources.values() for code in USES.findall(text)}
    uses |= {code for path, pattern in TABLES.items() for code in re.findall(pattern, sources[path])}
    page = (ROOT / "docs" / "errors.md").read_text("utf-8")
    rows = [line.split(" | ") for line in page.splitlines() if line.startswith("| ") and "`code`" not in line]
    explained = {code for cells in rows for cell in cells[:-1] for code in CODE.findall(cell)}
    prefixes = tuple(code[:-1] for code in uses if code.endswith("{"))
    missing = {code[:-1] for code in uses if code.endswith('"')} - explained
    assert missing == {"error"}, "the class of all errors has it, and no error"
    assert [prefix for prefix in prefixes if not any(code.startswith(prefix) for code in explained)] == []
    source = "".join(sources.values())
    unused = [code for code in explained if f'"{code}"' not in source and not code.startswith(prefixes)]
    assert unused == []
