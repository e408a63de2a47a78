//! A network namespace for the suite: its loopback carries nobody else's traffic, its ports are free, and its
//! congestion control can be set without touching the machine's. Sockets that a broker opens inherit the default,
//! so this is the only way to have the same one for all three servers.

use std::process::Command;

use crate::Outcome;
use crate::load::CONGESTION_CONTROL;

/// Set for the copy of the suite that runs inside.
const INSIDE: &str = "THALWEG_BENCH_NAMESPACE";
const DEFAULT_CONTROL: &str = "/proc/sys/net/ipv4/tcp_congestion_control";

/// Runs this same command in a namespace of its own and hands back how it ended; `None` when it is to go on here:
/// it is inside already, or this machine gives no namespaces.
pub fn enter() -> Outcome<Option<()>> {
    if std::env::var_os(INSIDE).is_some() {
        let up = Command::new("ip").args(["link", "set", "lo", "up"]).status();
        if !up.is_ok_and(|status| status.success()) {
            return Err("the namespace's loopback does not come up; --no-namespace does without".to_owned());
        }
        // Where it is refused the report names what holds instead.
        _ = std::fs::write(DEFAULT_CONTROL, CONGESTION_CONTROL);
        return Ok(None);
    }
    let own = std::env::current_exe().map_err(|error| error.to_string())?;
    for how in [&["--net"][..], &["--map-root-user", "--net"]] {
        let probe = Command::new("unshare").args(how).arg("true").output();
        if probe.is_ok_and(|output| output.status.success()) {
            let status = Command::new("unshare")
                .args(how)
                .arg("--")
                .arg(own)
                .args(std::env::args().skip(1))
                .env(INSIDE, "1")
                .status()
                .map_err(|error| format!("unshare: {error}"))?;
            return if status.success() { Ok(Some(())) } else { Err("see above".to_owned()) };
        }
    }
    eprintln!("no network namespace to be had here: sockets share the machine's loopback and its settings");
    Ok(None)
}

/// What the report and the kept runs say about the sockets.
pub fn describe() -> String {
    let control = std::fs::read_to_string(DEFAULT_CONTROL).unwrap_or_default();
    let place = if std::env::var_os(INSIDE).is_some() { "a namespace of its own" } else { "the machine's" };
    format!("loopback of {place}, congestion control {}", control.trim())
}
