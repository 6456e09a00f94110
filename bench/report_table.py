# SPDX-License-Identifier: Apache-2.0
"""The generated part of docs/benchmarks.md."""
import report_suite

BUSY = 0.5  # load of other programs from which on figures need a warning


def rounded(value):
    """Three figures that mean something."""
    if value == 0:
        return "0"
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def with_unit(value, unit):
    text = rounded(value)
    return text + unit if unit.startswith("/") else f"{text} {unit}".strip()


def target_text(row):
    if not row.target:
        return ""
    relation, limit = row.target.split()
    sign = "≥" if relation == ">=" else "≤"
    return f"{sign} {with_unit(float(limit), row.unit)}"


def line(row, commands):
    spread = row.spread(commands)
    if spread is None:
        return f"| {row.title} | {target_text(row)} | not measured | | |"
    measured = commands[row.command]
    median, least, greatest = spread
    shown = with_unit(median, row.unit)
    if row.target and not row.is_met(median):
        shown += " ✗"
    elif row.target:
        shown = f"**{shown}**"
    several = len(measured["runs"]) > 1
    range_shown = f"{rounded(least)} – {rounded(greatest)}" if several else "one run"
    return (f"| {row.title} | {target_text(row)} | {shown} | {range_shown} | "
            f"`{measured['command']}` |")


def section(title, rows, commands):
    return "\n".join([f"### {title}", "", "| | target | median | least – greatest | command |",
                      "|---|---|---|---|---|", *(line(row, commands) for row in rows), ""])


def conditions(results):
    machine, build = results["machine"], results["build"]
    allocator = build.get("allocator", "glibc's allocator")  # older results don't say
    text = [
        f"Measured on {results['date']} at commit `{results['commit']}`, "
        f"{results['seconds']:g} s a run after {results['warm_up']:g} s of warm-up.",
        "",
        f"- Machine: {machine['processor']}, {machine['cores']} cores, "
        f"{machine['memory_gib']:.0f} GiB, {machine['kernel']}, {machine['file_system']}; "
        f"appending and syncing 4 KiB takes {machine['sync_4k_ms']:.2f} ms there.",
        f"- Build: {build['type']}, g++ {build['compiler']}, CAF {build['caf']}, "
        f"RocksDB {build['rocksdb']}, {allocator}.",
        f"- Load of the machine before the first run: {machine['load_1m_before']:.2f}.",
    ]
    if machine["load_1m_before"] > BUSY:
        text += ["", "**The machine was busy with other things, so these figures say little.**"]
    if not build["optimized"]:
        text += ["", "**The build was not optimized, so these figures say nothing.**"]
    if results["commit"].endswith("-dirty"):
        text += ["", "The tree held changes that were not committed."]
    return "\n".join(text) + "\n"


def micro(results):
    if not results["micro"]:
        return ""
    lines = ["### Parts", "", "Medians of `perdure-micro`: the time of one operation, step or hop.", "",
             "| | time | throughput |", "|---|---|---|"]
    for name, seen in results["micro"].items():
        rate = seen["bytes_per_second"] / (1 << 20)
        shown = with_unit(rate, "MiB/s") if rate else ""
        lines.append(f"| `{name}` | {rounded(seen['ns'])} ns | {shown} |")
    return "\n".join(lines) + "\n"


def text(results, plots, is_full):
    known = report_suite.commands(is_full)
    commands = {name: each for name, each in results["commands"].items() if name in known}
    parts = [conditions(results)]
    parts += [section(title, rows, commands) for title, rows in report_suite.SECTIONS]
    parts.append(micro(results))
    parts += [f"![{title}](benchmarks/{file})\n" for title, file in plots]
    return "\n".join(part for part in parts if part)
