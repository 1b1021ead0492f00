#!/usr/bin/env python3
"""Writes what the program is made of, as CycloneDX 1.5: each crate that a feature of it uses, with version, licence,
source and checksum.

    cargo metadata --format-version 1 --locked --filter-platform TARGET --features … | scripts/sbom.py

Nothing in it depends on when or where it is written, so that two of the same sources are the same.
"""
import json
import re
import sys
import tomllib


def checksums(lock: str) -> dict[tuple[str, str], str]:
    with open(lock, "rb") as file:
        packages = tomllib.load(file)["package"]
    return {(each["name"], each["version"]): each["checksum"] for each in packages if "checksum" in each}


def reached(graph: dict) -> dict[str, list[str]]:
    """The crates that the root is built of, each with those that it uses. What only tests use is left out."""
    nodes = {node["id"]: node for node in graph["nodes"]}
    found, pending = {}, [graph["root"]]
    while pending:
        name = pending.pop()
        if name in found:
            continue
        built = [
            each["pkg"]
            for each in nodes[name]["deps"]
            if any(kind["kind"] != "dev" for kind in each["dep_kinds"])
        ]
        found[name] = sorted(set(built))
        pending += built
    return found


def licence(package: dict) -> list[dict]:
    stated = package.get("license")
    if not stated:
        return [{"license": {"name": f"see {package.get('license_file') or 'its sources'}"}}]
    # Older manifests write a slash where an expression has OR.
    return [{"expression": re.sub(r"\s*/\s*", " OR ", stated)}]


def purl(package: dict) -> str:
    return f"pkg:cargo/{package['name']}@{package['version']}"


def main() -> None:
    metadata = json.load(sys.stdin)
    sums = checksums("Cargo.lock")
    packages = {package["id"]: package for package in metadata["packages"]}
    uses = reached(metadata["resolve"])
    root = metadata["resolve"]["root"]

    def component(name: str) -> dict:
        package = packages[name]
        one = {
            "type": "application" if name == root else "library",
            "bom-ref": purl(package),
            "name": package["name"],
            "version": package["version"],
            "licenses": licence(package),
            "purl": purl(package),
        }
        checksum = sums.get((package["name"], package["version"]))
        if checksum:
            one["hashes"] = [{"alg": "SHA-256", "content": checksum}]
        if package.get("repository"):
            one["externalReferences"] = [{"type": "vcs", "url": package["repository"]}]
        return one

    others = sorted((name for name in uses if name != root), key=lambda name: purl(packages[name]))
    bom = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {"component": component(root)},
        "components": [component(name) for name in others],
        "dependencies": [
            {"ref": purl(packages[name]), "dependsOn": sorted(purl(packages[each]) for each in uses[name])}
            for name in [root, *others]
        ],
    }
    json.dump(bom, sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main()
