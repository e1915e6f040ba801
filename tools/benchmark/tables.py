"""What was found, as Markdown."""
import os
import statistics

import machine
import workloads

BEGIN = "<!-- bench: what follows is written by tools/bench --docs -->"
END = "<!-- bench: end -->"
CAPTIONS = {
    "workloads": "Bars: processor time of the server in each workload",
    "latency": "Latency over the share of deliveries that were faster",
    "subscribers": "Processor time of a delivery over the number of subscribers",
    "memory": "Memory of the server over the number of its connections",
}


def number(value):
    """Three figures or so, or a dash."""
    if value is None:
        return "–"
    if value >= 1_000:
        return f"{value:,.0f}"
    return f"{value:.2f}" if value < 10 else f"{value:.1f}"


def counted(count, noun):
    """`1 run`, `2 runs`."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def goal(each):
    """One goal with what was reached: `ratio 1.20 ≤ 1.5 met`."""
    reached = number(each["value"])
    return f"{each['name']} {reached} {'≤' if each['met'] else '>'} {each['most']:g}"


def aligned(rows):
    """A Markdown table whose columns line up in a terminal, too."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = ["| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths)) + " |"
             for row in rows]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines) + "\n"


def of_workloads(result):
    """All workloads with ratios and goals."""
    rows = [["", "workload", "unit", "thunderpush", "floor", "nchan", "ratio", "goal", ""]]
    for name, each in result["workloads"].items():
        medians = each["medians"]
        rows.append([
            name, each["title"], each["unit"], number(medians["thunderpush"]),
            f"{number(medians['floor'])} {each['floor'].removeprefix('floor-')}",
            number(medians.get("nchan")), number(each["ratio"]),
            "; ".join(goal(wanted) for wanted in each["goals"]),
            "met" if all(wanted["met"] for wanted in each["goals"]) else "missed"])
    return aligned(rows)


def of_curves(result):
    """What a delivery costs over the number of subscribers; nothing without curves."""
    if not result["curves"]:
        return ""
    rows = [["subscribers", "full rate: thunderpush", "floor-sliced", "nchan",
             "steady: thunderpush", "floor-plain", "nchan", "KiB a connection"]]
    for size, loads in result["curves"].items():
        cells = [number(loads[load]["medians"].get(server))
                 for load in ("full rate", "steady")
                 for server in ("thunderpush", "floor", "nchan")]
        memory = workloads.median(loads["full rate"]["runs"]["thunderpush"],
                                  "memory_kib_per_connection")
        rows.append([f"{int(size):,}", *cells, number(memory)])
    return aligned(rows)


def disturbance(result):
    """What else the machine did meanwhile: figures of a busy one are worth less."""
    compared = [*result["workloads"].values(),
                *(load for loads in result["curves"].values() for load in loads.values())]
    shares = [run["other_utilisation"] + run["stolen"]
              for each in compared for runs in each["runs"].values() for run in runs
              if "other_utilisation" in run]
    if not shares:
        return ""
    return (f"Meanwhile everything else on this machine took {statistics.median(shares):.0%} of a "
            f"processor in the median run, {max(shares):.0%} at most.\n")


def pictures(document, drawn):
    """The plots as the document shows them."""
    return "".join(f"![{CAPTIONS[each.stem]}]({os.path.relpath(each, document.parent)})\n\n"
                   for each in drawn)


def into_document(document, result, drawn):
    """Replaces what stands between the marks by the tables and the plots."""
    text = document.read_text()
    before, rest = text.split(BEGIN, 1)
    _, after = rest.split(END, 1)
    settings = result["settings"]
    runs = counted(settings["repeats"], "run")
    homes = counted(settings["homes"], "home")
    written = f"""
Of {result['date']}, commit {result['commit']}: {machine.sentence(result['machine'])}.
Medians of {runs} of {settings['duration']:g} s, {homes}.
{disturbance(result)}
{of_workloads(result)}
"""
    if result["curves"]:
        written += f"µs a delivery over the number of subscribers:\n\n{of_curves(result)}\n"
    document.write_text(before + BEGIN + written + pictures(document, drawn) + END + after)
