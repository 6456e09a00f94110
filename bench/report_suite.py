# SPDX-License-Identifier: Apache-2.0
"""The commands of the suite, and the figures that its tables show."""
import dataclasses
import statistics


@dataclasses.dataclass
class Command:
    """One call of perdure-bench. Loops go by time."""
    words: list
    is_loop: bool = True
    repeats_max: int = 100
    with_histogram: bool = False


def loop(text, **more):
    return Command(text.split(), **more)


def once(text, **more):
    return Command(text.split(), is_loop=False, **more)


def commands(is_full):
    """By name, in the order in which they are run."""
    beside = 1_000_000 if is_full else 500_000
    suite = {}
    for in_flight in (1, 10, 100, 1000):
        suite[f"hello3-{in_flight}"] = loop(f"hello --activities 3 --in-flight {in_flight}",
                                            with_histogram=True)
    suite["hello3-1000-process"] = loop(
        "hello --activities 3 --in-flight 1000 --durability process")
    suite["hello3-1000-speculative"] = loop(
        "hello --activities 3 --in-flight 1000 --durability speculative")
    for activities in (1, 5, 9, 10):
        suite[f"hello{activities}-100"] = loop(f"hello --activities {activities} --in-flight 100")
    suite["hello100-1"] = loop("hello --activities 100 --in-flight 1")
    suite["hello100-100"] = loop("hello --activities 100 --in-flight 100")
    for width in (10, 100, 1000):
        suite[f"fan{width}-1"] = loop(f"fan --width {width} --in-flight 1")
    suite["fan1000-10"] = loop("fan --width 1000 --in-flight 10")
    suite["tree"] = loop("tree --depth 2 --width 10 --in-flight 10")
    suite["events"] = loop("events --events 10 --in-flight 100")
    suite["start"] = loop("start --in-flight 100")
    suite["signal1"] = loop("counter --operation signal --entities 1 --in-flight 1000")
    suite["signal1000"] = loop("counter --operation signal --entities 1000 --in-flight 1000")
    suite["call1"] = loop("counter --operation call --entities 1 --in-flight 100")
    suite["call1000"] = loop("counter --operation call --entities 1000 --in-flight 1000")
    suite["bank1"] = loop("bank --accounts 1000 --in-flight 1")
    suite["bank1000"] = loop("bank --accounts 1000 --in-flight 1000")
    suite["transaction1000"] = loop("bank --accounts 1000 --in-flight 1000 --transaction")
    suite["wordcount"] = once("wordcount")
    for name, size, in_flight in (("1k", 1 << 10, 10), ("64k", 1 << 16, 10), ("1m", 1 << 20, 4),
                                  ("16m", 1 << 24, 1)):
        suite[f"payload{name}"] = loop(f"payload --bytes {size} --in-flight {in_flight}")
    suite["timers"] = once("timers --sleepers 10000")
    suite["recover"] = once("recover --instances 1000")
    suite["recover-beside"] = once(
        f"recover --instances 1000 --completed {beside} --sleeping {beside}")
    for events in (10, 100, 1000, 10_000, 100_000):
        suite[f"rehydrate{events}"] = once(f"rehydrate --events {events}")
    suite["rehydrate100000-scopes"] = once("rehydrate --events 100000 --scope 1000")
    suite["idle"] = once("idle --instances 1000000", repeats_max=1)
    for activities in (6, 20, 100):
        suite[f"replay{activities}"] = once(f"replay --activities {activities}", repeats_max=1)
    suite["inpaint"] = once("inpaint --side 768")
    return suite


def puts_per_step(run):
    return run["puts_per_completion"] / run["commits_per_completion"]


def rss_max_mib(run):
    return run["rss_max_kib"] / 1024


def fsyncs(run):
    return run["fsyncs_per_completion"]


@dataclasses.dataclass
class Row:
    """A figure of a command: what it is, its unit, and what it should be."""
    title: str
    command: str
    figure: object  # the name of one in the JSON object, or a function of that object
    unit: str = ""
    target: str = ""  # such as '>= 1200'
    relative_to: str = ""  # the command whose median figure is 1

    def value_of(self, run):
        return self.figure(run) if callable(self.figure) else run[self.figure]

    def spread(self, commands):
        """The median, the least and the greatest; nothing if they were not measured."""
        needed = [name for name in (self.command, self.relative_to) if name]
        if any(name not in commands for name in needed):
            return None
        measured = [[self.value_of(run) for run in commands[name]["runs"]] for name in needed]
        unit = statistics.median(measured[1]) if self.relative_to else 1
        values = [value / unit for value in measured[0]]
        return statistics.median(values), min(values), max(values)

    def is_met(self, value):
        relation, limit = self.target.split()
        return value >= float(limit) if relation == ">=" else value <= float(limit)


RATE = "completed_per_second"
SECTIONS = [
    ("Activities in sequence", [
        Row("3 activities, 1 in flight", "hello3-1", RATE, "/s", ">= 1200"),
        Row("its p50", "hello3-1", "latency_p50_ms", "ms", "<= 0.8"),
        Row("3 activities, 10 in flight", "hello3-10", RATE, "/s"),
        Row("3 activities, 100 in flight", "hello3-100", RATE, "/s", ">= 16000"),
        Row("its p99", "hello3-100", "latency_p99_ms", "ms", "<= 20"),
        Row("3 activities, 1,000 in flight", "hello3-1000", RATE, "/s", ">= 25000"),
        Row("the same, activities ahead of the disk", "hello3-1000-speculative", RATE, "/s",
            ">= 40000"),
        Row("the same, surviving the process only", "hello3-1000-process", RATE, "/s"),
        Row("1 activity, 100 in flight", "hello1-100", RATE, "/s"),
        Row("5 activities, 100 in flight", "hello5-100", RATE, "/s"),
        Row("9 activities, 100 in flight", "hello9-100", RATE, "/s"),
        Row("10 activities, 100 in flight", "hello10-100", RATE, "/s"),
        Row("100 activities alone, p50", "hello100-1", "latency_p50_ms", "ms", "<= 25"),
        Row("activities of 100 such chains", "hello100-100", "activities_per_second", "/s",
            ">= 60000"),
    ]),
    ("What it costs", [
        Row("puts per step, 3 activities, 100 in flight", "hello3-100", puts_per_step, "",
            "<= 2.5"),
        Row("fsyncs of a lone orchestration of 3 activities", "hello3-1", fsyncs, "", "<= 4"),
        Row("fsyncs per orchestration, 1,000 in flight", "hello3-1000", fsyncs, "", "<= 0.1"),
        Row("bytes written to rows per orchestration", "hello3-100", "bytes_per_completion", "B"),
        Row("CPU seconds per 1,000 orchestrations", "hello3-1000", "cpu_seconds_per_1000", "s"),
        Row("most memory, 1,000 in flight", "hello3-1000", rss_max_mib, "MiB", "<= 64"),
        Row("a live instance, coroutine frame included", "idle", "live_bytes_each", "B",
            "<= 2560"),
        Row("a dormant instance", "idle", "dormant_bytes_each", "B", "<= 1"),
    ]),
    ("Fan-out, children, events, starts", [
        Row("1 to 10 to 1, p50", "fan10-1", "latency_p50_ms", "ms"),
        Row("1 to 100 to 1, p50", "fan100-1", "latency_p50_ms", "ms"),
        Row("1 to 1,000 to 1, p50", "fan1000-1", "latency_p50_ms", "ms", "<= 25"),
        Row("activities of ten such fan-outs", "fan1000-10", "activities_per_second", "/s",
            ">= 80000"),
        Row("sub-orchestrations (trees of 111)", "tree", "orchestrations_per_second", "/s"),
        Row("events to waiting orchestrations", "events", "events_per_second", "/s"),
        Row("acknowledged starts, 100 in flight", "start", RATE, "/s"),
    ]),
    ("Entities", [
        Row("signals to one entity", "signal1", "operations_per_second", "/s", ">= 100000"),
        Row("signals to 1,000 entities", "signal1000", "operations_per_second", "/s"),
        Row("calls of one entity", "call1", "operations_per_second", "/s"),
        Row("calls of 1,000 entities", "call1000", "operations_per_second", "/s", ">= 30000"),
        Row("bank transfers with locks, alone, p50", "bank1", "latency_p50_ms", "ms", "<= 2"),
        Row("bank transfers with locks, 1,000 in flight", "bank1000", RATE, "/s", ">= 5000"),
        Row("the same, each one transaction", "transaction1000", RATE, "/s", ">= 20000"),
        Row("words counted by mappers and reducers", "wordcount", "words_per_second", "/s"),
    ]),
    ("Payloads", [
        Row("1 KiB through an activity", "payload1k", RATE, "/s"),
        Row("64 KiB", "payload64k", "mib_per_second", "MiB/s"),
        Row("1 MiB", "payload1m", "mib_per_second", "MiB/s"),
        Row("16 MiB", "payload16m", "mib_per_second", "MiB/s"),
    ]),
    ("Time, restarts and long histories", [
        Row("10,000 timers due at once: the last one fires late by", "timers", "fired_last_ms",
            "ms", "<= 150"),
        Row("the last end is on disk and told after", "timers", "latency_max_ms", "ms"),
        Row("1,000 half-done instances after kill -9: first progress", "recover",
            "first_progress_ms", "ms", "<= 100"),
        Row("the same: all done", "recover", "all_done_ms", "ms", "<= 1000"),
        Row("the same beside as many completed and sleeping ones as the command says",
            "recover-beside", "all_done_ms", "ms", "<= 1000"),
        Row("that to the same alone", "recover-beside", "all_done_ms", "", "<= 1.2",
            relative_to="recover"),
        Row("an event that wakes a history of 1,000 events", "rehydrate1000",
            "rehydrate_and_end_ms", "ms"),
        Row("the same of 100,000", "rehydrate100000", "rehydrate_and_end_ms", "ms", "<= 60"),
        Row("the same work done in 50 scopes", "rehydrate100000-scopes", "rehydrate_and_end_ms",
            "ms"),
        Row("replays of a live instance, 100 activities", "replay100", "replays", "", "<= 0"),
        Row("calls reached for 100 activities (replaying engines: 5,050)", "replay100",
            "calls_reached", ""),
    ]),
    ("Erasing from a picture of 768 x 768", [
        Row("durable", "inpaint", "durable_seconds", "s"),
        Row("in-process, the same bytes", "inpaint", "in_process_seconds", "s"),
        Row("durable to in-process", "inpaint", "durable_to_in_process", ""),
    ]),
]
