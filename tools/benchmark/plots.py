"""Draws what was found, with gnuplot, as SVG."""
import shutil
import subprocess

import workloads

COLOURS = {"thunderpush": "#1f6fb4", "floor": "#8c8c8c", "nchan": "#d98c2b"}
HEAD = """
set terminal svg size 860,460 font "sans-serif,13" background "white"
set encoding utf8
set border 3 lc "#555555"
set grid ytics lc "#dddddd" lt 1
set tics nomirror out
set key top left Left reverse samplen 2
"""


def draw(result, folder):
    """Writes the plots that the result has the figures for; gives their paths."""
    scripts = {
        "workloads": of_workloads(result),
        "latency": of_latencies(result),
        "subscribers": of_subscribers(result),
        "memory": of_memory(result),
    }
    drawn = []
    if not shutil.which("gnuplot"):
        return drawn
    for name, script in scripts.items():
        if script:
            path = folder / f"{name}.svg"
            finished = subprocess.run(["gnuplot"], text=True,
                                      input=f"{HEAD}set output '{path}'\n{script}")
            if finished.returncode == 0:
                drawn.append(path)
            else:
                path.unlink(missing_ok=True) # no run of a server succeeded
    return drawn


def names_of(result):
    """The servers that were measured."""
    first = next(iter(result["workloads"].values()))
    return list(first["runs"])


def block(name, rows):
    """Data in a script: `$name << end`."""
    lines = [" ".join("NaN" if cell is None else str(cell) for cell in row) for row in rows]
    return f"${name} << end\n" + "\n".join(lines) + "\nend\n"


def curves(names, style, where=""):
    """The plot command for a block a server."""
    return "plot " + ", ".join(
        f'${name} using 1:2 with {style} lc "{COLOURS[name]}" {where} title "{name}"'
        for name in names) + "\n"


def of_workloads(result):
    """Bars: processor time in each workload that measures it."""
    names = names_of(result)
    rows = [[name, *(each["medians"].get(server) for server in names)]
            for name, each in result["workloads"].items()
            if each["figure"].startswith("server_us")]
    if not rows:
        return None
    bars = ", ".join(
        f'$all using {column}:xtic(1) lc "{COLOURS[server]}" title "{server}"'
        for column, server in enumerate(names, 2))
    return block("all", rows) + f"""
set title "Processor time of the server: µs a delivery (S, L, H), publish (W2a), GET (W4), connection (W5)"
set style data histograms
set style histogram clustered gap 1
set style fill solid border lc "white"
set logscale y
set ylabel "µs, less is better"
plot {bars}
"""


def of_latencies(result):
    """Curves: latency over the share of deliveries that were faster."""
    shown = [name for name in ("H1", "L1", "H10") if name in result["workloads"]]
    if not shown:
        return None
    workload = result["workloads"][shown[0]]
    names = list(workload["runs"])
    text, most = "", 1
    for server in names:
        rows = latency_rows(workload["runs"][server])
        text += block(server, rows)
        most = max(most, *(row[0] for row in rows)) if rows else most
    return text + f"""
set title "Latency from the time a message was due: {workload['title']}"
set logscale x
set logscale y
set xrange [1:{most}]
set xlabel "share of deliveries that were faster"
set xtics ("0" 1, "50 %%" 2, "90 %%" 10, "99 %%" 100, "99.9 %%" 1000, "99.99 %%" 10000)
set ylabel "ms"
""" + curves(names, "lines lw 2.5")


def latency_rows(runs):
    """[1 / (1 - share), milliseconds] for each point but the greatest."""
    prefix = "latency_us_at_"
    shares = sorted({float(name.removeprefix(prefix)) for run in runs for name in run
                     if name.startswith(prefix)})
    rows = []
    for share in shares:
        value = workloads.median(runs, f"{prefix}{share:g}")
        if share < 1 and value is not None:
            rows.append([1 / (1 - share), value / 1000])
    return rows


def of_subscribers(result):
    """Curves: processor time of a delivery over the number of subscribers."""
    if not result["curves"]:
        return None
    names = list(next(iter(result["curves"].values()))["full rate"]["runs"])
    text, lines = "", []
    for load, style in (("full rate", "dt 1"), ("steady", "dt 2")):
        for server in names:
            key = f"{server}_{load.replace(' ', '_')}"
            text += block(key, [[size, loads[load]["medians"].get(server)]
                                for size, loads in result["curves"].items()])
            lines.append(f'${key} using 1:2 with linespoints lw 2.5 pt 7 ps 0.6 {style} '
                         f'lc "{COLOURS[server]}" title "{server}, {load}"')
    return text + """
set title "Processor time of a delivery over the number of subscribers"
set logscale x
set logscale y
set xtics (100, 300, "1,000" 1000, "3,000" 3000, "10,000" 10000, "19,000" 19000)
set xrange [80:*]
set xlabel "subscribers of one channel"
set ylabel "µs, less is better"
set key outside right
plot """ + ", ".join(lines) + "\n"


def mebibytes(runs):
    """Memory at rest; None if it was not measured."""
    kib = workloads.median(runs, "memory_kib")
    return None if kib is None else kib / 1024


def of_memory(result):
    """Curves: memory of the server over its connections."""
    if not result["curves"]:
        return None
    names = list(next(iter(result["curves"].values()))["full rate"]["runs"])
    text = ""
    for server in names:
        text += block(server, [
            [size, mebibytes(loads["full rate"]["runs"][server])]
            for size, loads in result["curves"].items()])
    return text + """
set title "User-space memory of the server over its connections"
set xlabel "connections, each a user of its own and subscribed"
set ylabel "MiB, less is better"
set yrange [0:*]
set key outside right
""" + curves(names, "linespoints lw 2.5 pt 7 ps 0.6")
