"""What is measured, and how good it has to be."""
import dataclasses
import statistics
import typing


@dataclasses.dataclass(frozen=True)
class Workload:
    """A load, and the figure that it gives."""

    name: str
    title: str
    options: str
    """Of benchmark_client."""
    figure: str
    """Which of its figures counts."""
    unit: str
    floor: str
    """The variant of the floor that is the yardstick."""
    most_ratio: typing.Optional[float] = None
    """The goal: the figure, in times the floor's."""
    most: typing.Optional[float] = None
    """The goal: the figure."""
    latency: bool = False
    """Whether p50 and p99 have goals, too."""
    timed: bool = True
    """Whether there is a measured time, which the options of tools/bench set."""
    often: int = 1
    """Runs for each run of the others: where the goal is closer than the noise."""

    def clients(self):
        """The clients that it connects."""
        words = self.options.split()
        return sum(int(words[words.index(name) + 1])
                   for name in ("--subscribers", "--beside") if name in words)


MOST_LATENCY_RATIO = 1.10
PERCENTILES = {"p50": "latency_us_at_0.5", "p99": "latency_us_at_0.99"}

DELIVERY = "server_us_per_delivery"
WORKLOADS = [
    Workload("S1", "1,000 subscribers, 4 publishers at full rate",
             "--subscribers 1000 --publishers 4 --round 20 --under-way 32",
             DELIVERY, "µs a delivery", "sliced", most_ratio=1.5),
    Workload("S10", "10,000 subscribers, 4 publishers at full rate",
             "--subscribers 10000 --publishers 4 --round 100 --under-way 32",
             DELIVERY, "µs a delivery", "sliced", most_ratio=1.5),
    Workload("S1x", "1,000 subscribers, 1 publisher at full rate",
             "--subscribers 1000 --publishers 1 --round 20 --under-way 32",
             DELIVERY, "µs a delivery", "sliced", most_ratio=1.5),
    Workload("S6", "1,000 subscribers, 4 publishers at full rate, 4 KiB",
             "--subscribers 1000 --publishers 4 --round 20 --under-way 12 --payload 4096",
             DELIVERY, "µs a delivery", "sliced", most_ratio=1.15),
    Workload("L1", "1,000 subscribers, 10 messages/s",
             "--subscribers 1000 --publishers 8 --rate 10",
             DELIVERY, "µs a delivery", "plain", most_ratio=1.05, latency=True, often=3),
    Workload("H1", "1,000 subscribers, 50 messages/s",
             "--subscribers 1000 --publishers 8 --rate 50",
             DELIVERY, "µs a delivery", "plain", most_ratio=1.05, latency=True, often=3),
    Workload("H10", "10,000 subscribers, 5 messages/s",
             "--subscribers 10000 --publishers 8 --rate 5",
             DELIVERY, "µs a delivery", "plain", most_ratio=1.05, latency=True, often=3),
    Workload("W2a", "1:1 on 10,000 channels at full rate",
             "--subscribers 10000 --channels 10000 --publishers 32",
             "server_us_per_publish", "µs a publish", "plain", most_ratio=1.15, often=3),
    Workload("W3", "memory of an idle connection, of 19,000",
             "--subscribers 19000 --duration 0 --settle 3",
             "memory_kib_per_connection", "KiB", "plain", most=1.2, timed=False),
    Workload("W4", "GET over 64 connections",
             "--questions 64",
             "server_us_per_answer", "µs a request", "plain", most_ratio=1.15, often=3),
    Workload("W5", "10,000 connect and subscribe",
             "--subscribers 10000 --duration 0 --settle 1",
             "server_us_per_connection", "µs a connection", "plain", most_ratio=1.2,
             timed=False, often=3),
    Workload("F", "p99 of 1:1 messages beside 10,000 subscribers at full rate",
             "--subscribers 10000 --publishers 4 --round 100 --under-way 32 "
             "--beside 100 --beside-rate 200",
             PERCENTILES["p99"], "µs", "sliced", most=20_000),
]

# How the cost goes with the number of subscribers: name -> (title, floor, options)
SIZES = [100, 300, 1_000, 3_000, 10_000, 19_000]
QUICK_SIZES = [100, 1_000, 10_000]
DELIVERIES_PER_SECOND = 20_000


def curve_workloads(size):
    """The two loads of the curves, for so many subscribers."""
    common = f"--subscribers {size}"
    return {
        "full rate": Workload(
            f"C{size}", f"{size:,} subscribers, 4 publishers at full rate",
            f"{common} --publishers 4 --round {max(20, size // 100)} --under-way 32",
            DELIVERY, "µs a delivery", "sliced"),
        "steady": Workload(
            f"D{size}", f"{size:,} subscribers, {DELIVERIES_PER_SECOND:,} deliveries/s",
            f"{common} --publishers 8 --rate {DELIVERIES_PER_SECOND / size:g}",
            DELIVERY, "µs a delivery", "plain"),
    }


def median(runs, figure):
    """The median of a figure over runs; None if none of them has it."""
    values = [run[figure] for run in runs if run.get(figure) is not None]
    return statistics.median(values) if values else None


def median_ratio(runs, floor_runs, figure):
    """The median of the ratios of runs that were made in pairs."""
    ratios = [run[figure] / floor[figure] for run, floor in zip(runs, floor_runs)
              if run.get(figure) is not None and floor.get(figure)]
    return statistics.median(ratios) if ratios else None


def goals(workload, runs, floor_runs):
    """What was to be reached and what was: [{name, value, most, met}]."""
    wanted = []
    if workload.most_ratio is not None:
        wanted.append(("ratio", median_ratio(runs, floor_runs, workload.figure),
                       workload.most_ratio))
    if workload.most is not None:
        wanted.append((workload.unit, median(runs, workload.figure), workload.most))
    if workload.latency:
        wanted += [(f"{name} ratio", median_ratio(runs, floor_runs, figure), MOST_LATENCY_RATIO)
                   for name, figure in PERCENTILES.items()]
    return [{"name": name, "value": value, "most": most,
             "met": value is not None and value <= most} for name, value, most in wanted]
