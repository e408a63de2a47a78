//! What `thalweg serve` prints once it serves: one screen that says where it listens, where the data is and
//! what to type next. Only text; never starts anything.

use std::path::Path;

/// What the screen tells.
#[derive(Clone, Copy, Debug)]
pub struct StartScreen<'a> {
    /// Where clients connect, `HOST:PORT`.
    pub listen: &'a str,
    /// Where health and metrics are, `HOST:PORT`, if anywhere.
    pub admin: Option<&'a str>,
    /// The data directory.
    pub data: &'a Path,
    /// The cluster's id.
    pub cluster_id: &'a str,
    /// Ours.
    pub version: &'a str,
    /// From the start of the process until the first request could be answered.
    pub took_ms: u128,
}

impl StartScreen<'_> {
    /// The text, at most 80 columns wide where the names allow it.
    pub fn render(&self) -> String {
        let Self { listen, admin, data, cluster_id, version, took_ms } = self;
        // The default address needs no option.
        let brokers =
            if *listen == "127.0.0.1:9092" { String::new() } else { format!("-b {} ", reachable(listen)) };
        let admin = match admin {
            Some(admin) => format!("  admin on     http://{admin}     /metrics and /health/ready\n"),
            None => String::new(),
        };
        format!(
            "\
Thalweg {version}, ready in {took_ms} ms

  listens on   {listen}     any Apache Kafka client can connect
{admin}  data in      {data}
  cluster id   {cluster_id}

Type next, in another terminal:
  thalweg {brokers}topic create hello
  echo 'hello world' | thalweg {brokers}produce hello
  thalweg {brokers}consume hello -O start

Ctrl-C stops it cleanly. `thalweg --help` shows the rest.
",
            data = data.display(),
        )
    }
}

/// An address to type: nobody connects to "every address".
fn reachable(listen: &str) -> String {
    match listen.rsplit_once(':') {
        Some(("0.0.0.0" | "[::]" | "", port)) => format!("127.0.0.1:{port}"),
        _ => listen.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_screen_says_where_what_and_what_next() {
        let screen = StartScreen {
            listen: "0.0.0.0:9093",
            admin: Some("127.0.0.1:9644"),
            data: Path::new("./thalweg-data"),
            cluster_id: "4L6g3nShT-eMCtK--X86sw",
            version: "0.1.0",
            took_ms: 12,
        };
        assert_eq!(
            screen.render(),
            "\
Thalweg 0.1.0, ready in 12 ms

  listens on   0.0.0.0:9093     any Apache Kafka client can connect
  admin on     http://127.0.0.1:9644     /metrics and /health/ready
  data in      ./thalweg-data
  cluster id   4L6g3nShT-eMCtK--X86sw

Type next, in another terminal:
  thalweg -b 127.0.0.1:9093 topic create hello
  echo 'hello world' | thalweg -b 127.0.0.1:9093 produce hello
  thalweg -b 127.0.0.1:9093 consume hello -O start

Ctrl-C stops it cleanly. `thalweg --help` shows the rest.
"
        );
        let screen = StartScreen { listen: "127.0.0.1:9092", admin: None, ..screen };
        assert!(!screen.render().contains("admin"), "nothing is said of what is off");
        assert!(screen.render().contains("  thalweg topic create hello\n"), "the default needs no -b");
        assert!(screen.render().lines().count() <= 24, "one screen");
    }
}
