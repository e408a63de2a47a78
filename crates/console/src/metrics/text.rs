//! Prometheus' text format, version 0.0.4: families of samples. Decides how names, labels and numbers are written,
//! nothing about what they mean. A family is begun once and all its samples follow; the format wants them together.

use std::fmt::{Display, Write};

use thalweg_metrics::Reading;

/// What a family's numbers are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Counter,
    Gauge,
    Histogram,
    Summary,
}

/// A page that is being written.
#[derive(Debug, Default)]
pub(super) struct Page {
    text: String,
    family: &'static str,
}

impl Page {
    /// Begins a family.
    pub(super) fn family(&mut self, name: &'static str, kind: Kind, help: &str) -> &mut Self {
        let kind = match kind {
            Kind::Counter => "counter",
            Kind::Gauge => "gauge",
            Kind::Histogram => "histogram",
            Kind::Summary => "summary",
        };
        self.family = name;
        self.put(format_args!("# HELP {name} {help}\n# TYPE {name} {kind}\n"));
        self
    }

    /// A family of one number.
    pub(super) fn number(&mut self, name: &'static str, kind: Kind, help: &str, value: impl Display) {
        self.family(name, kind, help).sample(&[], value);
    }

    /// A sample of the present family.
    pub(super) fn sample(&mut self, labels: &[(&str, &str)], value: impl Display) {
        self.suffixed("", labels, None, value);
    }

    /// A histogram of the present family, from nanoseconds to seconds.
    pub(super) fn histogram(&mut self, labels: &[(&str, &str)], reading: &Reading) {
        for power in BOUND_POWERS {
            // A reading's buckets end just below the powers of two, so the counts are exact.
            let bound = 1_u64 << power;
            let upto = reading.cumulative.partition_point(|&(value, _)| value < bound);
            let count = upto.checked_sub(1).map_or(0, |last| reading.cumulative[last].1);
            self.suffixed("_bucket", labels, Some(("le", bound as f64 / NANOSECONDS)), count);
        }
        self.suffixed("_bucket", labels, Some(("le", f64::INFINITY)), reading.count);
        self.suffixed("_sum", labels, None, reading.sum as f64 / NANOSECONDS);
        self.suffixed("_count", labels, None, reading.count);
    }

    /// A summary of the present family, from nanoseconds to milliseconds.
    pub(super) fn summary(&mut self, labels: &[(&str, &str)], reading: &Reading) {
        for quantile in QUANTILES {
            let value = reading.quantile(quantile) as f64 / NANOSECONDS_OF_MS;
            self.suffixed("", labels, Some(("quantile", quantile)), value);
        }
        self.suffixed("_sum", labels, None, reading.sum as f64 / NANOSECONDS_OF_MS);
        self.suffixed("_count", labels, None, reading.count);
    }

    /// What was written.
    pub(super) fn finish(self) -> String {
        self.text
    }

    fn suffixed(
        &mut self,
        suffix: &str,
        labels: &[(&str, &str)],
        bound: Option<(&str, f64)>,
        value: impl Display,
    ) {
        let family = self.family;
        self.put(format_args!("{family}{suffix}"));
        let mut before = '{';
        for (name, text) in labels {
            self.put(format_args!("{before}{name}=\""));
            self.escape(text);
            self.text.push('"');
            before = ',';
        }
        if let Some((name, bound)) = bound {
            // Prometheus reads what Rust writes, but for infinity.
            match bound.is_finite() {
                true => self.put(format_args!("{before}{name}=\"{bound}\"")),
                false => self.put(format_args!("{before}{name}=\"+Inf\"")),
            }
            before = ',';
        }
        if before == ',' {
            self.text.push('}');
        }
        self.put(format_args!(" {value}\n"));
    }

    fn escape(&mut self, text: &str) {
        for character in text.chars() {
            match character {
                '\\' => self.text.push_str("\\\\"),
                '"' => self.text.push_str("\\\""),
                '\n' => self.text.push_str("\\n"),
                other => self.text.push(other),
            }
        }
    }

    fn put(&mut self, text: std::fmt::Arguments<'_>) {
        // A string takes whatever it is given.
        self.text.write_fmt(text).unwrap_or(());
    }
}

/// Upper bounds of histograms as powers of two in nanoseconds: 16 µs to 17 s, each four times the one before.
const BOUND_POWERS: [u32; 11] = [14, 16, 18, 20, 22, 24, 26, 28, 30, 32, 34];
const QUANTILES: [f64; 4] = [0.5, 0.95, 0.99, 0.999];
const NANOSECONDS: f64 = 1e9;
const NANOSECONDS_OF_MS: f64 = 1e6;

#[cfg(test)]
mod tests {
    use thalweg_metrics::Histogram;

    use super::*;

    #[test]
    fn label_values_are_escaped_and_numbers_written_plainly() {
        let mut page = Page::default();
        page.family("a_bytes", Kind::Gauge, "Some bytes.").sample(&[("dir", "c:\\\"x\"\n"), ("n", "1")], 7);
        page.number("b_seconds_total", Kind::Counter, "Some time.", 0.25);
        assert_eq!(
            page.finish(),
            "# HELP a_bytes Some bytes.\n# TYPE a_bytes gauge\na_bytes{dir=\"c:\\\\\\\"x\\\"\\n\",n=\"1\"} 7\n\
             # HELP b_seconds_total Some time.\n# TYPE b_seconds_total counter\nb_seconds_total 0.25\n"
        );
    }

    #[test]
    fn a_histogram_counts_up_to_each_bound_and_ends_with_all() {
        let histogram = Histogram::default();
        for value in [0, 16_383, 16_384, 1_000_000, u64::MAX] {
            histogram.record(value);
        }
        let mut page = Page::default();
        page.family("t_seconds", Kind::Histogram, "Times.").histogram(&[("api", "Fetch")], &histogram.read());
        let text = page.finish();
        let bucket = |le: &str| {
            let start = format!("t_seconds_bucket{{api=\"Fetch\",le=\"{le}\"}} ");
            text.lines().find_map(|line| line.strip_prefix(&start)).map(str::to_owned)
        };
        assert_eq!(bucket("0.000016384").as_deref(), Some("2"));
        assert_eq!(bucket("0.000065536").as_deref(), Some("3"));
        assert_eq!(bucket("0.001048576").as_deref(), Some("4"));
        assert_eq!(bucket("17.179869184").as_deref(), Some("4"));
        assert_eq!(bucket("+Inf").as_deref(), Some("5"));
        assert!(text.contains("t_seconds_count{api=\"Fetch\"} 5\n"));
    }
}
