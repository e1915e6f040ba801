#!/usr/bin/env python3
"""Plays systemd for the tests: hands listening sockets on, takes notifications.

Reads commands from standard input and writes events to standard output, one
JSON object a line:

    {"do": "start", "command": [...], "env": {...}, "names": "public:admin"}
    {"do": "signal", "signal": "SIGTERM"}

    {"event": "listening", "ports": [...]}       once, at the start
    {"event": "started", "pid": N}
    {"event": "told", "pid": N, "lines": [...]}  a notification (sd_notify(3))
    {"event": "ended", "pid": N, "status": N}

The argument is the number of sockets. They listen from the start to the end,
whatever runs, as those of a socket unit. Ends with its input, and ends what it
has started.
"""

import fcntl
import json
import os
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading

FIRST_SOCKET = 3  # sd_listen_fds(3)
CREDENTIALS = struct.Struct("3i")  # pid, uid, gid: unix(7)

# The pid has to be that of the server itself.
WRAPPER = 'LISTEN_PID=$$ WATCHDOG_PID=$$; export LISTEN_PID WATCHDOG_PID; exec "$@"'

writing = threading.Lock()


def report(**event):
    with writing:
        print(json.dumps(event), flush=True)


def listen(count):
    """Listening sockets of loopback, at the descriptors from 3 on."""
    ports = []
    aside = []
    for _ in range(count):
        with socket.create_server(("127.0.0.1", 0), backlog=4096) as each:
            ports.append(each.getsockname()[1])
            aside.append(fcntl.fcntl(each.fileno(), fcntl.F_DUPFD, 100))
    for place, each in enumerate(aside, FIRST_SOCKET):
        os.dup2(each, place)
        os.close(each)
    report(event="listening", ports=ports)


def take_notifications(path):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as inbox:
        inbox.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        inbox.bind(path)
        bound.set()
        while True:
            text, extra, _, _ = inbox.recvmsg(65536, socket.CMSG_SPACE(CREDENTIALS.size))
            pid = CREDENTIALS.unpack(extra[0][2])[0]
            report(event="told", pid=pid, lines=text.decode().splitlines())


def start(command, count, names, env):
    environment = {name: value for name, value in os.environ.items()
                   if not name.startswith("THUNDERPUSH_")}
    environment |= env | {"LISTEN_FDS": str(count)}
    if names:
        environment["LISTEN_FDNAMES"] = names
    sockets = range(FIRST_SOCKET, FIRST_SOCKET + count)
    child = subprocess.Popen(["sh", "-c", WRAPPER, "sh", *command], env=environment,
                             stdin=subprocess.DEVNULL, stdout=sys.stderr, pass_fds=sockets)
    report(event="started", pid=child.pid)

    def wait():
        report(event="ended", pid=child.pid, status=child.wait())

    threading.Thread(target=wait, daemon=True).start()
    return child


bound = threading.Event()


def main():
    count = int(sys.argv[1])
    with tempfile.TemporaryDirectory(prefix="thunderpush-test-") as directory:
        listen(count)
        path = os.path.join(directory, "notify")
        threading.Thread(target=take_notifications, args=(path,), daemon=True).start()
        bound.wait()
        child = None
        try:
            for line in sys.stdin:
                asked = json.loads(line)
                if asked["do"] == "start":
                    env = {"NOTIFY_SOCKET": path} | asked.get("env", {})
                    child = start(asked["command"], count, asked.get("names"), env)
                else:
                    child.send_signal(signal.Signals[asked["signal"]])
        finally:
            if child is not None:
                child.kill()


main()
