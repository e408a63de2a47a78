//! What a broker on the same machine spends: finds the process that listens on the broker's port in /proc and
//! reads its CPU time and memory. Where it runs elsewhere, or may not be looked at, there is nothing to tell.

use std::fs;
use std::net::ToSocketAddrs;
use std::path::Path;
use std::time::Duration;

/// A process seen twice.
pub struct Watched {
    pid: u32,
    ticks_before: u64,
}

/// What it spent in between.
#[derive(Clone, Debug, PartialEq)]
pub struct Spent {
    /// The process.
    pub pid: u32,
    /// CPU time of all its threads.
    pub cpu: Duration,
    /// Resident memory now.
    pub resident_bytes: u64,
}

/// Linux reports CPU time in hundredths of a second on every architecture we build for.
const TICKS_PER_SECOND: u64 = 100;

impl Watched {
    /// Looks for the process behind `HOST:PORT`.
    pub fn find(address: &str) -> Option<Self> {
        let local = address.to_socket_addrs().ok()?.find(|address| address.ip().is_loopback())?;
        let inode = listening_inode(local.port())?;
        let pid = owner(&inode)?;
        Some(Self { pid, ticks_before: cpu_ticks(pid)? })
    }

    /// What it has spent since it was found.
    pub fn spent(&self) -> Option<Spent> {
        let ticks = cpu_ticks(self.pid)?.saturating_sub(self.ticks_before);
        let cpu = Duration::from_millis(ticks * 1000 / TICKS_PER_SECOND);
        Some(Spent { pid: self.pid, cpu, resident_bytes: resident_bytes(self.pid)? })
    }
}

fn listening_inode(port: u16) -> Option<String> {
    ["/proc/net/tcp", "/proc/net/tcp6"].iter().find_map(|path| {
        let table = fs::read_to_string(path).ok()?;
        table.lines().skip(1).find_map(|line| inode_of_listener(line, port))
    })
}

/// Columns: number, local address, remote address, state (0A = listening), …, inode in the tenth.
fn inode_of_listener(line: &str, port: u16) -> Option<String> {
    let fields: Vec<&str> = line.split_whitespace().collect();
    let (_, local_port) = fields.get(1)?.rsplit_once(':')?;
    let listens = *fields.get(3)? == "0A" && u16::from_str_radix(local_port, 16) == Ok(port);
    listens.then(|| fields.get(9).map(|inode| (*inode).to_owned())).flatten()
}

fn owner(inode: &str) -> Option<u32> {
    let wanted = format!("socket:[{inode}]");
    fs::read_dir("/proc").ok()?.flatten().find_map(|entry| {
        let pid: u32 = entry.file_name().to_str()?.parse().ok()?;
        let files = fs::read_dir(entry.path().join("fd")).ok()?;
        files
            .flatten()
            .any(|file| fs::read_link(file.path()).is_ok_and(|to| to == Path::new(&wanted)))
            .then_some(pid)
    })
}

fn cpu_ticks(pid: u32) -> Option<u64> {
    ticks_in_stat(&fs::read_to_string(format!("/proc/{pid}/stat")).ok()?)
}

/// User and system time are the 14th and 15th fields; the second one, the name, may hold blanks.
fn ticks_in_stat(stat: &str) -> Option<u64> {
    let (_, rest) = stat.rsplit_once(')')?;
    let mut fields = rest.split_whitespace().skip(11);
    let user: u64 = fields.next()?.parse().ok()?;
    let system: u64 = fields.next()?.parse().ok()?;
    Some(user + system)
}

fn resident_bytes(pid: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
    line.split_whitespace().nth(1)?.parse::<u64>().ok().map(|kib| kib * 1024)
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    #[test]
    fn a_name_with_blanks_and_brackets_does_not_shift_the_fields() {
        let stat = "42 (a b) c) S 1 2 3 4 5 6 7 8 9 10 120 30 0 0 20 0 9";
        assert_eq!(ticks_in_stat(stat), Some(150));
    }

    #[test]
    fn the_process_behind_a_port_is_found() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let spent = Watched::find(&address).unwrap().spent().unwrap();
        assert_eq!(spent.pid, std::process::id());
        assert!(spent.resident_bytes > 100_000);
        drop(listener);
        assert!(Watched::find(&address).is_none());
    }
}
