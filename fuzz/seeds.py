#!/usr/bin/env python3
"""Lays seeds for the fuzz targets into fuzz/corpus: lines of the tests, the CSV files of data/, and uploads of both."""

import ast
import hashlib
import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parent.parent
CORPUS = ROOT / "fuzz" / "corpus"
# A string of Rust on one line; escapes that Python writes otherwise are left as they stand.
LITERAL = re.compile(r'"(?:[^"\\\n]|\\.)*"')


def texts():
    """The lines that the tests of the formats read."""
    for file in sorted((ROOT / "tests" / "formats").glob("*.rs")):
        for literal in LITERAL.findall(file.read_text()):
            try:
                text = ast.literal_eval(re.sub(r"\\u\{([0-9a-fA-F]+)\}", r"\\u0000", literal))
            except (SyntaxError, ValueError):
                continue
            if len(text) > 3:
                yield text.encode("utf-8", "replace")


def tables():
    """The beginnings of the CSV files, and small odd ones."""
    for file in sorted((ROOT / "data").glob("*.csv")):
        yield b"".join(file.read_bytes().splitlines(keepends=True)[:12])
    yield from [
        b"a;b;c\r\n1,5;2,25;x\r\n3,5;;y\r\n",
        b'name,when\n"a, ""b""",2024-02-29\n"two\nlines",2024-03-01T10:00:00Z\n',
        b"\xef\xbb\xbfx\ty\n1\tNaN\n2\tinf\n-1e308\t1e400\n",
        b"x\n" + b"1\n" * 40,
        b"\xff\xfea\x00,\x00b\x00\n\x00",
        b"PK\x03\x04",
    ]


def upload(name, content):
    head = f'--x\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\nContent-Type: text/csv\r\n\r\n'
    return head.encode() + content + b"\r\n--x--\r\n"


def lay(target, seeds):
    folder = CORPUS / target
    folder.mkdir(parents=True, exist_ok=True)
    for seed in seeds:
        (folder / hashlib.sha1(seed).hexdigest()).write_bytes(seed)
    print(f"{target}: {len(list(folder.iterdir()))} seeds and finds")


def main():
    lines, csvs = list(texts()), list(tables())
    entry = b"2025-08-24T18:14:33.734935123Z std%s %s %s\n"
    lay("reader", [b"\xfe" + line for line in lines] + [b"\x09" + b"\n".join(lines[at : at + 8]) for at in range(0, len(lines), 8)])
    lay("log", [entry % (b"out", b"F", line) + entry % (b"err", b"P", line) for line in lines[::4]]
        + [b"w" + bytes([at % 8, min(len(line), 255)]) + line for at, line in enumerate(lines[::4])])
    lay("preview", [bytes([choice]) + table for table in csvs for choice in (0, 0x35)])
    names = ["a.csv", "../../b.csv", "C:\\\\c.CSV", "d.txt", ".csv", "ü\u202e.csv", "a%2Fb.csv", "x" * 300 + ".csv"]
    lay("upload", [b"\x40" + upload(name, csvs[at % len(csvs)]) for at, name in enumerate(names)]
        + [b"\x07" + upload("e.csv", table[:2000]) for table in csvs]
        + [b"\x01--x\r\nContent-Disposition: form-data; name=\"other\"\r\n\r\n1\r\n" + upload("f.csv", b"a\n1\n")])


if __name__ == "__main__":
    main()
