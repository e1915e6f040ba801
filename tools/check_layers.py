#!/usr/bin/env python3
"""Fails when a folder includes what its layer may not know.

Usage: tools/check_layers.py [repository root]
Prints one line per broken rule, as file:line: reason. Exit status 1 on any.
"""
import pathlib
import re
import sys

# folder -> project folders it may include, besides itself
PROJECT = {
    "config": set(),
    "encoding": set(),
    "actors": {"config"},
    "api": {"actors", "config", "encoding"},
    "identity": {"actors", "config", "encoding"},
    "transport": {"actors", "config", "encoding"},
    "pages": set(),
    "ctl": {"config", "encoding"},
    "daemon": {"actors", "api", "config", "encoding", "identity", "pages",
               "transport"},
}
# include prefix -> the only folders that may use it
VENDOR = {
    "boost/asio": {"transport", "ctl", "daemon"},
    "boost/beast": {"transport", "ctl"},
    "boost/program_options": {"config", "ctl"},
    "spdlog/": {"config"},
    "systemd/": {"daemon"},
    "rapidjson/": {"encoding", "ctl"},
    "openssl/": {"api", "encoding", "identity", "transport"},
    "caf/": {"actors", "api", "transport"},
    "caf/all.hpp": set(),
    "caf/io/": set(),
    "caf/test/": set(),
    "sys/socket.h": {"transport"},
    "netinet/": {"config", "transport"},
}
EXCEPTIONS = set()
INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]')


def complaints(folder, path, target):
    top = target.split("/", 1)[0]
    if top in PROJECT and top != folder and top not in PROJECT[folder]:
        yield f"{folder}/ may not include {top}/"
    if top in {"tests", "tools"}:
        yield f"{folder}/ may not include {top}/"
    for prefix, allowed in VENDOR.items():
        if target.startswith(prefix) and folder not in allowed \
                and (path, prefix) not in EXCEPTIONS:
            yield f"{folder}/ may not include <{prefix}>"


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".")
    broken = 0
    for folder in PROJECT:
        for path in sorted((root / folder).rglob("*.?pp")):
            for number, line in enumerate(path.read_text().splitlines(), 1):
                match = INCLUDE.match(line)
                name = str(path.relative_to(root))
                for why in complaints(folder, name, match[1]) if match else ():
                    print(f"{name}:{number}: {why}")
                    broken += 1
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
