//! `bench/RESULTS.md`: machine, method, and per case every figure beside its ratio to the reference loop, from all
//! the runs that are kept.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::cases::{self, Case, Demand};
use super::special::{self, Bound, Special};
use super::store::{Figures as Named, Store};
use super::{Settings, System};
use crate::Outcome;
use crate::load::Measured;

/// Writes the report anew.
pub fn write(settings: &Settings, store: &Store) -> Outcome {
    let mut text = String::from("# Benchmark results\n\nWritten by `cargo xtask bench`; do not edit.\n\n");
    _ = writeln!(text, "{}", conditions(store));
    _ = writeln!(text, "{}", method(settings));
    for case in cases::all() {
        write_case(&mut text, store, &case);
    }
    for (family, cases) in special::FAMILIES {
        let mut own = String::new();
        for case in *cases {
            write_special(&mut own, store, case);
        }
        if !own.is_empty() {
            _ = writeln!(text, "# {family}\n\n{own}");
        }
    }
    let path = &settings.report;
    std::fs::write(path, &text).map_err(|error| format!("cannot write {}: {error}", path.display()))
}

/// A case's figures of one system.
struct Figures {
    system: System,
    runs: usize,
    cpu_per_gib: f64,
    spread: f64,
    us_per_request: f64,
    requests_per_s: f64,
    records_per_s: f64,
    mib_per_s: f64,
    server_load: f64,
    load_load: f64,
    rss_mib: f64,
    p50_us: f64,
    p99_us: f64,
    p999_us: f64,
    max_us: f64,
    settled: usize,
}

fn write_case(text: &mut String, store: &Store, case: &Case) {
    let of = |name: &str, system| {
        let runs: Vec<&Measured> =
            store.runs(name, system).into_iter().filter_map(|line| line.measured.as_ref()).collect();
        figures(system, &runs)
    };
    let figures: Vec<Figures> = System::ALL.into_iter().filter_map(|system| of(case.name, system)).collect();
    if figures.is_empty() {
        return;
    }
    let reference = figures.iter().find(|figures| figures.system == System::Reference);
    _ = writeln!(
        text,
        "## {}\n\n{}. Thalweg build {}.\n",
        case.name,
        case.title,
        store.shown_build(case.name)
    );
    _ = writeln!(
        text,
        "| system | CPU s/GiB | × loop | spread | µs/request | × loop | requests/s | records/s | MiB/s | \
             server core | load core | p50 µs | p99 µs | × loop | p99.9 µs | max µs | RSS MiB | runs (settled) |"
    );
    _ = writeln!(text, "|---|{}", "--:|".repeat(17));
    for row in &figures {
        let times = |pick: fn(&Figures) -> f64| match reference {
            Some(reference) if pick(reference) > 0.0 => format!("{:.2}", pick(row) / pick(reference)),
            _ => "–".to_owned(),
        };
        _ = writeln!(
            text,
            "| {} | {:.3} | {} | {:.2} | {:.2} | {} | {:.0} | {:.0} | {:.0} | {:.0} % | {:.0} % | {:.0} | {:.0} | {} | {:.0} | {:.0} | {:.0} | {} ({}) |",
            row.system.name(),
            row.cpu_per_gib,
            times(|figures| figures.cpu_per_gib),
            row.spread,
            row.us_per_request,
            times(|figures| figures.us_per_request),
            row.requests_per_s,
            row.records_per_s,
            row.mib_per_s,
            row.server_load * 100.0,
            row.load_load * 100.0,
            row.p50_us,
            row.p99_us,
            times(|figures| figures.p99_us),
            row.p999_us,
            row.max_us,
            row.rss_mib,
            row.runs,
            row.settled,
        );
    }
    text.push('\n');
    for demand in case.demands {
        let beyond = |name: &str| of(name, System::Thalweg);
        if let Some(line) = judge(*demand, &figures, beyond) {
            _ = writeln!(text, "- {line}");
        }
    }
    text.push('\n');
}

/// Names of the figures, as they come, beside each other; medians over the runs.
fn write_special(text: &mut String, store: &Store, case: &Special) {
    let of = |system| -> (usize, Named) {
        let lines = store.runs(case.name, system);
        let runs: Vec<&Named> = lines.iter().filter_map(|line| line.figures.as_ref()).collect();
        let mut medians = Named::new();
        for name in runs.iter().flat_map(|run| run.keys()) {
            let values = runs.iter().filter_map(|run| run.get(name).copied()).collect();
            medians.insert(name.clone(), median(values));
        }
        (runs.len(), medians)
    };
    let systems = [System::Thalweg, System::Kafka].map(|system| (system, of(system)));
    let mut names: Vec<&String> = systems.iter().flat_map(|(_, (_, medians))| medians.keys()).collect();
    names.sort();
    names.dedup();
    if names.is_empty() {
        return;
    }
    _ = writeln!(
        text,
        "## {}\n\n{} Thalweg build {}.\n",
        case.name,
        case.title,
        store.shown_build(case.name)
    );
    _ = writeln!(
        text,
        "| system | {} | runs |",
        names.iter().map(|name| name.as_str()).collect::<Vec<_>>().join(" | ")
    );
    _ = writeln!(text, "|---|{}", "--:|".repeat(names.len() + 1));
    for (system, (count, medians)) in systems.iter().filter(|(_, (count, _))| *count > 0) {
        let cells =
            names.iter().map(|name| medians.get(*name).map_or("–".to_owned(), |value| shown(*value)));
        _ = writeln!(text, "| {} | {} | {count} |", system.name(), cells.collect::<Vec<_>>().join(" | "));
    }
    text.push('\n');
    let [(_, (_, ours)), (_, (_, kafkas))] = &systems;
    for bound in case.bounds {
        let line = match *bound {
            Bound::AtMost(name, most) => ours.get(name).map(|value| bounded(name, *value, most, true)),
            Bound::AtLeast(name, least) => ours.get(name).map(|value| bounded(name, *value, least, false)),
            Bound::AtLeastWhere(name, least, condition, most) => {
                match (ours.get(name), ours.get(condition)) {
                    (Some(value), Some(there)) if *there <= most => Some(bounded(name, *value, least, false)),
                    (Some(value), Some(there)) => Some(format!(
                        "no bound here: {name} {value:.2} (demanded ≥ {least:.2} where {condition} ≤ {most:.0}; it is \
                     {there:.0})"
                    )),
                    _ => None,
                }
            }
            Bound::KafkaOverOurs(name, least) => match (kafkas.get(name), ours.get(name)) {
                (Some(kafka), Some(our)) => {
                    Some(bounded(&format!("Kafka's {name} ÷ ours"), kafka / our, least, false))
                }
                _ => None,
            },
            Bound::OursOverKafka(name, least) => match (kafkas.get(name), ours.get(name)) {
                (Some(kafka), Some(our)) => {
                    Some(bounded(&format!("{name} ÷ Kafka's"), our / kafka, least, false))
                }
                _ => None,
            },
        };
        if let Some(line) = line {
            _ = writeln!(text, "- {line}");
        }
    }
    text.push('\n');
}

fn bounded(what: &str, value: f64, bound: f64, at_most: bool) -> String {
    let met = if at_most { value <= bound } else { value >= bound };
    let sign = if at_most { "≤" } else { "≥" };
    let (value, bound) = (shown(value), shown(bound));
    format!("{}: {what} {value} (demanded {sign} {bound})", if met { "met" } else { "**missed**" })
}

/// As many digits as a reader wants to compare.
fn shown(value: f64) -> String {
    match value.abs() {
        0.0 => "0".to_owned(),
        size if size < 1.0 => format!("{value:.3}"),
        size if size < 1000.0 => format!("{value:.2}"),
        _ => format!("{value:.0}"),
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() {
        0 => 0.0,
        length if length % 2 == 1 => values[middle],
        _ => (values[middle - 1] + values[middle]) / 2.0,
    }
}

/// One run on one line, for whoever watches.
pub fn line(system: System, run: &Measured) -> String {
    format!(
        "{:18} {:.3} CPU-s/GiB, {:.2} µs/request, {:.0} requests/s, {:.0} records/s, p50 {:.0} p99 {:.0} µs, {:.0} MiB",
        system.name(),
        per_gib(run),
        run.server_cpu_s * 1e6 / run.requests.max(1) as f64,
        run.requests as f64 / run.seconds,
        run.records as f64 / run.seconds,
        run.p50_ns as f64 / 1e3,
        run.p99_ns as f64 / 1e3,
        run.server_rss_mib,
    )
}

fn per_gib(run: &Measured) -> f64 {
    run.server_cpu_s / (run.bytes.max(1) as f64 / f64::from(1 << 30))
}

fn figures(system: System, runs: &[&Measured]) -> Option<Figures> {
    if runs.is_empty() {
        return None;
    }
    let median = |pick: &dyn Fn(&Measured) -> f64| median(runs.iter().map(|run| pick(run)).collect());
    let costs = || runs.iter().map(|run| per_gib(run));
    let pooled = Pooled::of(runs);
    Some(Figures {
        system,
        runs: runs.len(),
        cpu_per_gib: median(&per_gib),
        spread: costs().fold(0.0, f64::max) / costs().fold(f64::MAX, f64::min),
        us_per_request: median(&|run| run.server_cpu_s * 1e6 / run.requests.max(1) as f64),
        requests_per_s: median(&|run| run.requests as f64 / run.seconds),
        records_per_s: median(&|run| run.records as f64 / run.seconds),
        mib_per_s: median(&|run| run.bytes as f64 / f64::from(1 << 20) / run.seconds),
        server_load: median(&|run| run.server_cpu_s / run.seconds),
        load_load: median(&|run| run.load_cpu_s / run.seconds),
        rss_mib: median(&|run| run.server_rss_mib),
        p50_us: pooled.quantile(0.5),
        p99_us: pooled.quantile(0.99),
        p999_us: pooled.quantile(0.999),
        max_us: pooled.quantile(1.0),
        settled: runs.iter().filter(|run| run.settled).count(),
    })
}

/// Latencies of all runs together: a percentile of percentiles would be none.
struct Pooled {
    counts: BTreeMap<u64, u64>,
    total: u64,
}

impl Pooled {
    fn of(runs: &[&Measured]) -> Self {
        let mut counts = BTreeMap::new();
        for (value, count) in runs.iter().flat_map(|run| &run.buckets) {
            *counts.entry(*value).or_default() += count;
        }
        let total = counts.values().sum();
        Self { counts, total }
    }

    fn quantile(&self, quantile: f64) -> f64 {
        let wanted = (self.total as f64 * quantile).ceil() as u64;
        let mut seen = 0;
        for (value, count) in &self.counts {
            seen += count;
            if seen >= wanted {
                return *value as f64 / 1e3;
            }
        }
        0.0
    }
}

fn judge(demand: Demand, figures: &[Figures], beyond: impl Fn(&str) -> Option<Figures>) -> Option<String> {
    let of = |system| figures.iter().find(|figures| figures.system == system);
    let ours = of(System::Thalweg)?;
    let bound = bounded;
    Some(match demand {
        Demand::CpuOfReference(times) => {
            bound("CPU ÷ loop's", ours.cpu_per_gib / of(System::Reference)?.cpu_per_gib, times, true)
        }
        Demand::P99OfReference(times) => {
            bound("p99 ÷ loop's", ours.p99_us / of(System::Reference)?.p99_us, times, true)
        }
        Demand::CpuBelowKafka(times) => {
            bound("Kafka's CPU ÷ ours", of(System::Kafka)?.cpu_per_gib / ours.cpu_per_gib, times, false)
        }
        Demand::RateAboveKafka(times) => {
            bound("throughput ÷ Kafka's", ours.records_per_s / of(System::Kafka)?.records_per_s, times, false)
        }
        Demand::P99OfKafka(share) => {
            bound("p99 ÷ Kafka's", ours.p99_us / of(System::Kafka)?.p99_us, share, true)
        }
        Demand::MemoryBelowKafka(times) => {
            bound("Kafka's memory ÷ ours", of(System::Kafka)?.rss_mib / ours.rss_mib, times, false)
        }
        Demand::RecordsPerSecond(wanted) => {
            let loops = of(System::Reference)?.records_per_s / 1.5;
            bound("million records/s", ours.records_per_s / 1e6, wanted.min(loops) / 1e6, false)
        }
        Demand::ShareBeyond(name) => {
            let without = beyond(name)?;
            let share = 1.0 - without.us_per_request / ours.us_per_request;
            format!(
                "decompression and the records inside take {:.0} % of our CPU (beside {name})",
                share * 100.0
            )
        }
    })
}

/// The machine in one line; runs of different ones never stand in one table.
pub fn machine() -> String {
    let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default().trim().to_owned();
    let cpu = read("/proc/cpuinfo");
    let model = cpu
        .lines()
        .find_map(|line| line.strip_prefix("model name"))
        .unwrap_or("")
        .trim_start_matches([' ', '\t', ':']);
    let memory = read("/proc/meminfo");
    let total = memory.lines().next().unwrap_or_default().trim_start_matches("MemTotal:").trim();
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    format!("{cores} × {model}, {total} memory, Linux {}", read("/proc/sys/kernel/osrelease"))
}

fn conditions(store: &Store) -> String {
    let version = |program: &str, flag: &str| {
        let output = std::process::Command::new(program).arg(flag).output().ok();
        let text = output.map(|output| [output.stdout, output.stderr].concat()).unwrap_or_default();
        String::from_utf8_lossy(&text).lines().next().unwrap_or("missing").to_owned()
    };
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    format!(
        "## Machine\n\n- {}\n- {}\n- {}; {}\n- load average when this was written: {}\n{}",
        store.setting.machine,
        store.setting.network,
        version("rustc", "--version"),
        version("java", "-version"),
        load.trim(),
        if store.setting.quick { "- `--quick`: short runs, for a first look only\n" } else { "" },
    )
}

fn method(settings: &Settings) -> String {
    format!(
        "## Method\n\n\
         `cargo xtask bench`, in one go or in slices (`--minutes`); every run is kept in `target/bench/results.jsonl` \
         and this page is made of all that are there. Server on core {}, load generator on core {}; the systems taken \
         in turn within every repetition, medians; latencies pooled over all runs of a row. CPU is that of all \
         threads of the server (schedstat), bytes are batch bytes. All three: 32 MiB segments, at most 128 MiB kept \
         per partition with deletion running, 8 partitions, acks=all for the brokers, no fsync, the same congestion \
         control on every socket. Warm-up until three half-second windows agree within 5 % (\"settled\"), at least {} s \
         for a JVM's first run; window {} s. Kafka runs with its start script's JVM flags. The reference loop checks \
         CRC-32C and writes one `pwritev` per partition and turn (produce), or uses `sendfile` (fetch); the logs that \
         are fetched were written in batches of the size that the case names. Where the rate is given, latency \
         counts from the time a request was due; requests of less than 4 KiB that are due together on a connection \
         leave the load generator in one send. A core that shows 100 % is what limits that row. Groups, transactions, TLS \
         and logins are driven by a herd of small clients that is slower than the load generator: of those rows only \
         the server's side counts, and rates where the server's core is the one that is busy. A JVM's herd warms it up \
         for {} s. Before every run the file system is synced.\n",
        settings.server_core,
        settings.load_core,
        if settings.quick { 20 } else { 60 },
        if settings.quick { 2 } else { 4 },
        if settings.quick { 3 } else { 15 },
    )
}
