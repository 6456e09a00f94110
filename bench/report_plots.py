# SPDX-License-Identifier: Apache-2.0
"""The plots of docs/benchmarks.md: SVG, drawn by gnuplot."""
import statistics
import subprocess

STYLE = """
set terminal svg size 720,400 dynamic background rgb 'white' font 'sans-serif,12'
set grid lc rgb '#dddddd'
set border 3
set tics nomirror
set key top left
"""


def medians(results, names, figure):
    """Pairs of an x value and the median of a figure, for the commands that were measured."""
    points = []
    for x, name in names:
        measured = results["commands"].get(name)
        if measured:
            points.append((x, statistics.median(run[figure] for run in measured["runs"])))
    return points


def block(name, points):
    return f"${name} << EOD\n" + "".join(f"{x} {y}\n" for x, y in points) + "EOD\n"


def cumulated(histogram):
    """Latency and the share of operations that took at most so long."""
    total = sum(count for _, count in histogram)
    seen = 0
    points = []
    for end, count in histogram:
        seen += count
        points.append((end, seen / total))
    return points


def draw_throughput(results):
    points = medians(results, [(n, f"hello3-{n}") for n in (1, 10, 100, 1000)],
                     "completed_per_second")
    return points and block("rate", points) + """
set logscale xy
set xlabel 'orchestrations in flight'
set ylabel 'completed per second'
plot $rate with linespoints lw 2 pt 7 lc rgb '#1f5fa8' title '3 activities in sequence'
"""


def draw_latency(results):
    script = ""
    curves = []
    for in_flight, colour in ((1, "#1f5fa8"), (10, "#3a923a"), (100, "#d08a10"),
                              (1000, "#b03030")):
        measured = results["commands"].get(f"hello3-{in_flight}")
        if measured:
            script += block(f"cdf{in_flight}",
                            cumulated(measured["runs"][-1]["latency_histogram"]))
            curves.append(f"$cdf{in_flight} with steps lw 2 lc rgb '{colour}' "
                          f"title '{in_flight} in flight'")
    return curves and script + """
set logscale x
set yrange [0:1]
set key bottom right
set xlabel 'latency in ms, start to end on disk'
set ylabel 'share of orchestrations'
plot """ + ", ".join(curves) + "\n"


def draw_rehydration(results):
    points = medians(results, [(n, f"rehydrate{n}") for n in (10, 100, 1000, 10_000, 100_000)],
                     "rehydrate_and_end_ms")
    return points and block("took", points) + """
set logscale xy
set xlabel 'events in the history'
set ylabel 'ms until replayed and ended'
plot $took with linespoints lw 2 pt 7 lc rgb '#1f5fa8' notitle
"""


def draw_payloads(results):
    points = medians(results, [(1 << 10, "payload1k"), (1 << 16, "payload64k"),
                               (1 << 20, "payload1m"), (1 << 24, "payload16m")], "mib_per_second")
    return points and block("rate", points) + """
set logscale x 2
set logscale y
set xlabel 'bytes'
set ylabel 'MiB/s through an activity'
plot $rate with linespoints lw 2 pt 7 lc rgb '#1f5fa8' notitle
"""


PLOTS = [
    ("Throughput of three activities in sequence", "throughput", draw_throughput),
    ("Distribution of their latency", "latency", draw_latency),
    ("Waking a dormant instance", "rehydrate", draw_rehydration),
    ("Payloads through an activity", "payload", draw_payloads),
]


def draw(results, folder):
    """Draws what there are figures for; gives the title and file of each plot."""
    folder.mkdir(parents=True, exist_ok=True)
    drawn = []
    for title, name, script_of in PLOTS:
        script = script_of(results)
        if not script:
            continue
        file = f"{name}.svg"
        subprocess.run(["gnuplot"], input=STYLE + f"set output '{folder / file}'\n" + script,
                       text=True, check=True)
        drawn.append((title, file))
    return drawn
