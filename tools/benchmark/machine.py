"""The machine that the figures are of, as /proc describes it."""
import os
import pathlib
import re


def first(file, pattern, otherwise="unknown"):
    """The first group of the pattern's first match in a file."""
    try:
        found = re.search(pattern, pathlib.Path(file).read_text(), re.MULTILINE)
    except OSError:
        found = None
    return found[1].strip() if found else otherwise


def describe():
    """What may matter to somebody who compares."""
    memory = int(first("/proc/meminfo", r"^MemTotal:\s*(\d+)", "0"))
    return {
        "processor": first("/proc/cpuinfo", r"^model name\s*:(.*)"),
        "processors": os.cpu_count(),
        "memory_gib": round(memory / 1024 / 1024, 1),
        "kernel": first("/proc/sys/kernel/osrelease", r"(.*)"),
        "system": first("/etc/os-release", r'^PRETTY_NAME="?([^"\n]*)'),
        "congestion_control": first("/proc/sys/net/ipv4/tcp_congestion_control", r"(.*)"),
    }


def sentence(machine):
    """The same for people."""
    return (f"{machine['processors']} × {machine['processor']}, {machine['memory_gib']} GiB, "
            f"{machine['system']}, Linux {machine['kernel']}, "
            f"congestion control {machine['congestion_control']}")
