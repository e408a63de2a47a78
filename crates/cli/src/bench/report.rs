//! What a benchmark says in the end: what was asked, what came of it, what it cost.

use std::time::Duration;

use hdrhistogram::Histogram;
use serde_json::{Value, json};

use super::watch::Spent;
use crate::failure::{Failure, Outcome};
use crate::output::{Column, Listing, Table};

/// The result of one run.
pub struct Report {
    pub kind: &'static str,
    /// What was asked for, in order.
    pub setup: Vec<(&'static str, String)>,
    pub records: u64,
    pub bytes: u64,
    pub took: Duration,
    pub latency: Option<Latency>,
    /// The broker's cost, where it runs on this machine.
    pub spent: Option<Spent>,
}

/// A latency distribution in microseconds.
pub struct Latency {
    pub of: &'static str,
    pub micros: Histogram<u64>,
}

impl Latency {
    /// Up to ten minutes, three digits exact.
    pub fn new(of: &'static str) -> Outcome<Self> {
        let micros = Histogram::new_with_bounds(1, 600_000_000, 3)
            .map_err(|error| Failure::failed(format!("A histogram cannot be made: {error}")))?;
        Ok(Self { of, micros })
    }

    /// Counts one observation.
    pub fn record(&mut self, latency: Duration) {
        self.micros.saturating_record(u64::try_from(latency.as_micros()).unwrap_or(u64::MAX).max(1));
    }

    fn quantiles(&self) -> [(&'static str, u64); 4] {
        let at = |quantile| self.micros.value_at_quantile(quantile);
        [("p50", at(0.5)), ("p99", at(0.99)), ("p99.9", at(0.999)), ("max", self.micros.max())]
    }
}

impl Report {
    /// In every form it can be printed in.
    pub fn listing(&self) -> Listing {
        let seconds = self.took.as_secs_f64().max(1e-9);
        let (records_rate, bytes_rate) = (self.records as f64 / seconds, self.bytes as f64 / seconds);
        let mut table = Table::new(vec![Column::left(""), Column::left("")]);
        let mut row = |name: &str, value: String| table.row(vec![name.to_owned(), value]);
        for (name, value) in &self.setup {
            row(name, value.clone());
        }
        row("measured", format!("{:.1} s, {} records", seconds, grouped(self.records)));
        row("records/s", grouped(records_rate as u64));
        row("MiB/s", format!("{:.1}", bytes_rate / f64::from(1 << 20)));
        let mut value = json!({
            "benchmark": self.kind,
            "setup": self.setup.iter().map(|(k, v)| ((*k).to_owned(), json!(v))).collect::<serde_json::Map<_, _>>(),
            "seconds": seconds, "records": self.records, "bytes": self.bytes,
            "records_per_second": records_rate, "bytes_per_second": bytes_rate,
        });
        if let Some(latency) = &self.latency {
            let text = latency.quantiles().map(|(name, micros)| format!("{name} {}", millis(micros)));
            row(latency.of, format!("{}  (ms)", text.join("  ")));
            let quantiles =
                latency.quantiles().into_iter().map(|(name, micros)| (name.to_owned(), json!(micros)));
            value["latency_us"] = Value::Object(quantiles.collect());
        }
        match &self.spent {
            Some(spent) => {
                let cpu = spent.cpu.as_secs_f64();
                let per_gib = cpu / (self.bytes as f64 / f64::from(1 << 30)).max(1e-9);
                row("broker CPU", format!("{:.0} % of a core, {per_gib:.2} s/GiB", cpu / seconds * 100.0));
                row(
                    "broker memory",
                    format!("{:.0} MiB resident", spent.resident_bytes as f64 / f64::from(1 << 20)),
                );
                value["broker"] = json!({
                    "pid": spent.pid, "cpu_seconds": cpu, "cpu_seconds_per_gib": per_gib,
                    "resident_bytes": spent.resident_bytes,
                });
            }
            None => row("broker CPU", "unknown: the broker is not on this machine, or hidden".to_owned()),
        }
        Listing { tables: vec![table], names: vec![format!("{:.0}", records_rate)], value }
    }
}

/// Milliseconds with as many digits as they deserve.
fn millis(micros: u64) -> String {
    match micros {
        0..10_000 => format!("{:.2}", micros as f64 / 1000.0),
        _ => format!("{:.1}", micros as f64 / 1000.0),
    }
}

/// Thousands apart.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::Format;

    #[test]
    fn a_report_says_what_was_asked_what_came_and_what_it_cost() {
        let mut latency = Latency::new("acknowledged").unwrap();
        (1..=1000).for_each(|n| latency.record(Duration::from_micros(n)));
        let report = Report {
            kind: "produce",
            setup: vec![("acks", "all".into()), ("codec", "none".into())],
            records: 1_234_567,
            bytes: 2 << 30,
            took: Duration::from_secs(2),
            latency: Some(latency),
            spent: Some(Spent { pid: 7, cpu: Duration::from_secs(1), resident_bytes: 64 << 20 }),
        };
        assert_eq!(
            report.listing().render(Format::Table),
            "\
acks           all
codec          none
measured       2.0 s, 1,234,567 records
records/s      617,283
MiB/s          1024.0
acknowledged   p50 0.50  p99 0.99  p99.9 1.00  max 1.00  (ms)
broker CPU     50 % of a core, 0.50 s/GiB
broker memory  64 MiB resident
"
        );
        assert_eq!(report.listing().value["latency_us"]["p99"], 990);
    }
}
