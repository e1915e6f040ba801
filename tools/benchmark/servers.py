"""The servers that are measured: each started on a free port, then ended."""
import contextlib
import dataclasses
import os
import pathlib
import signal
import socket
import subprocess
import tempfile
import time
import typing

START_SECONDS = 20
STOP_SECONDS = 20
NCHAN = pathlib.Path("/usr/lib/nginx/modules/ngx_nchan_module.so")
NGINX = pathlib.Path("/usr/sbin/nginx")


@dataclasses.dataclass(frozen=True)
class Server:
    """How a server is started and spoken to."""

    name: str
    kind: str
    """What benchmark_client calls it."""
    command: typing.Callable[[int, pathlib.Path], list]
    """Its command line, for a port and a folder for its files."""
    pinned: bool = True


def thunderpush(binary, homes):
    """The server under test, as it is by default but for its number of homes."""
    def command(port, place):
        config = place / "thunderpush.conf"
        config.write_text(
            f"[server]\nhost = 127.0.0.1\nport = {port}\nhomes = {homes}\ndrain = 0s\n"
            "[app.main]\nkey = public\nsecret = secret\n"
            "[admin]\nlisten = off\n[log]\nlevel = warning\n")
        return [str(binary), "--config", str(config)]
    return Server("thunderpush", "sockjs", command, pinned=homes == 1)


def floor(binary, variant):
    """The floor in one of its variants."""
    return Server(f"floor-{variant}", "plain", lambda port, _: [str(binary), str(port), variant])


def nchan():
    """nginx with its module nchan, if both are there."""
    if not (NCHAN.exists() and NGINX.exists()):
        return None

    def command(port, place):
        config = place / "nginx.conf"
        config.write_text(f"""
load_module {NCHAN};
daemon off;
master_process off;
pid {place}/nginx.pid;
error_log {place}/error.log;
events {{ worker_connections 30000; }}
http {{
  access_log off;
  default_type application/json;
  keepalive_requests 1000000000;
  nchan_shared_memory_size 512m;
  client_body_temp_path {place}/body;
  proxy_temp_path {place}/proxy;
  fastcgi_temp_path {place}/fastcgi;
  uwsgi_temp_path {place}/uwsgi;
  scgi_temp_path {place}/scgi;
  server {{
    listen 127.0.0.1:{port} backlog=4096;
    location = / {{ return 200 '{{"count": 1}}'; }}
    location ~ ^/sub/(\\d+)$ {{ nchan_subscriber websocket; nchan_channel_id $1; }}
    location ~ ^/pub/(\\d+)$ {{ nchan_publisher http; nchan_channel_id $1; }}
  }}
}}
""")
        return [str(NGINX), "-c", str(config), "-p", str(place), "-e", f"{place}/error.log"]
    return Server("nchan", "plain", command)


def free_port():
    """A port that nobody listens on."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def on_processor(number, command):
    """The command, kept on one processor if there are two."""
    if (os.cpu_count() or 1) < 2:
        return command
    return ["taskset", "-c", str(number), *command]


@contextlib.contextmanager
def running(server):
    """Runs a server; gives its process and port."""
    port = free_port()
    with tempfile.TemporaryDirectory() as place, \
            (pathlib.Path(place) / "output").open("w+b") as output:
        command = server.command(port, pathlib.Path(place))
        process = subprocess.Popen(
            on_processor(0, command) if server.pinned else command,
            stdout=output, stderr=subprocess.STDOUT)
        try:
            if not accepts(process, port):
                output.seek(0)
                raise RuntimeError(f"{server.name} does not start: "
                                   + output.read().decode(errors="replace")[-2000:])
            yield process.pid, port
        finally:
            stop(process)


def accepts(process, port):
    """Waits until the server takes connections; whether it does."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", port), 1).close()
            return True
        time.sleep(0.02)
    return False


def stop(process):
    """Ends a server."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
