#!/usr/bin/env python3
"""Holds the guide against the programs, both ways: what a page names exists, and what exists is in a page.

    test_docs.py REFERENCE SOURCE_DIR     REFERENCE: the program uplift-reference
"""
import pathlib
import re
import subprocess
import sys

NOT_OURS = {"UPL-9999"}
# Cures of the fault table name these; they are still to come. An entry whose command exists is a fault itself.
ANNOUNCED = {"job approve", "tenant bootstrap"}
# Of upliftctl's words in running text: what is no command, but a word of a sentence.
SHOWN = re.compile(r"(?:^ {4,}|`|\*\*)upliftctl ((?:[a-z]+ ?)+)", re.M)


def reference(program):
    facts = {"key": set(), "code": set(), "command": set(), "option": set()}
    for line in subprocess.run([program, "list"], check=True, capture_output=True, text=True).stdout.splitlines():
        kind, _, rest = line.partition(" ")
        facts[kind].add(rest.split()[0] if kind == "code" else rest)
    return facts


def faults_of(name, text, facts):
    """What `text` names and nobody has."""
    faults = []
    for code in sorted(set(re.findall(r"UPL-\d{4}", text)) - facts["code"] - NOT_OURS):
        faults.append(f"{name}: {code} is no code")
    plain = text.replace("\\", "")
    for words in SHOWN.findall(plain):
        words = words.split()
        if " ".join(words[:2]) in ANNOUNCED:
            continue
        if words[0] not in facts["command"]:
            faults.append(f"{name}: upliftctl {words[0]} is no command")
        elif any(one.startswith(words[0] + " ") for one in facts["command"]) and len(words) > 1 \
                and " ".join(words[:2]) not in facts["command"]:
            faults.append(f"{name}: upliftctl {' '.join(words[:2])} is no command")
    known = {option.split()[-1] for option in facts["option"]}
    for line in plain.splitlines():
        shown = re.match(r" {4,}upliftctl (.*)", line)
        for option in re.findall(r"(?<!\S)--[a-z-]+", shown.group(1) if shown else ""):
            if option not in known:
                faults.append(f"{name}: upliftctl has no {option}")
    last_parts = {part for key in facts["key"] for part in key.split(".")[1:]}
    tables = re.findall(r"^ {4,}\[(\w+)\.\w+\]\n((?: {4,}.+\n)+)", plain, re.M)
    for table, body in tables:
        for key in re.findall(r"^ +([a-z_]+) =", body, re.M):
            if key not in last_parts or not any(one.startswith(table + ".") for one in facts["key"]):
                faults.append(f"{name}: [{table}] has no key {key}")
    return faults


def missing_from(pages, facts):
    """What exists and no page names."""
    plain = pages.replace("\\", "")
    groups = {one for one in facts["command"] if any(other.startswith(one + " ") for other in facts["command"])}
    lacks = [f"key {key}" for key in facts["key"] if f"**{key}**" not in plain]
    lacks += [f"code {code}" for code in facts["code"] if f"**{code}**" not in plain]
    lacks += [f"command {one}" for one in facts["command"] - groups if f"## {one}\n" not in plain]
    return sorted(lacks)


def filled(program, page):
    return subprocess.run([program, "fill", page], check=True, capture_output=True, text=True).stdout


def main():
    program, source = sys.argv[1], pathlib.Path(sys.argv[2])
    facts = reference(program)
    pages = sorted((source / "docs").glob("*.[1578].md"))
    assert len(pages) >= 10, pages
    texts = {page.name: filled(program, page) for page in pages}
    written = {path.name: path.read_text() for path in (source / "docs").glob("*.md")}
    faults = [fault for name, text in {**written, **texts}.items() for fault in faults_of(name, text, facts)]
    faults += [f"no page has {lack}" for lack in missing_from("\n".join(texts.values()), facts)]

    faults += [f"{one} exists: take it out of ANNOUNCED" for one in ANNOUNCED & facts["command"]]

    # Planted: each must be found, or the check checks nothing.
    for planted in ("UPL-4711", "    upliftctl frobnicate\n", "    upliftctl job frobnicate J1\n",
                    "    upliftctl submit x.csv --frobnicate\n", "    [profile.staff]\n    domian = 1\n"):
        if not faults_of("planted", planted, facts):
            faults.append(f"planted and not found: {planted!r}")
    if not missing_from("", facts):
        faults.append("an empty guide is said to have all")

    for fault in faults:
        print(fault)
    print(f"{len(pages)} pages, {len(facts['key'])} keys, {len(facts['code'])} codes, "
          f"{len(facts['command'])} commands: {'FAILED' if faults else 'good'}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
