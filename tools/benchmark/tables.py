"""What was found, as Markdown."""
import machine

BEGIN = "<!-- bench: what follows is written by tools/bench --docs -->"
END = "<!-- bench: end -->"


def number(value):
    """Three figures or so, or a dash."""
    if value is None:
        return "–"
    if value >= 1_000:
        return f"{value:,.0f}"
    return f"{value:.2f}" if value < 10 else f"{value:.1f}"


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
        memory = loads["full rate"]["runs"]["thunderpush"][0].get("memory_kib_per_connection")
        rows.append([f"{int(size):,}", *cells, number(memory)])
    return aligned(rows)


def into_document(document, result):
    """Replaces what stands between the markers."""
    text = document.read_text()
    before, rest = text.split(BEGIN, 1)
    _, after = rest.split(END, 1)
    settings = result["settings"]
    written = f"""
Of {result['date']}, commit {result['commit']}: {machine.sentence(result['machine'])}.
Medians of {settings['repeats']} runs of {settings['duration']:g} s, {settings['homes']} home.

{of_workloads(result)}
"""
    if result["curves"]:
        written += f"µs a delivery over the number of subscribers:\n\n{of_curves(result)}\n"
    document.write_text(before + BEGIN + written + END + after)
