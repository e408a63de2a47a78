//! What a process asks about itself and for itself: descriptors, scheduling weight, CPU and memory used.

use std::io;
use std::time::Duration;

use rustix::process::{Resource, Rlimit, getrlimit, setpriority_process, setrlimit};
use rustix::time::{ClockId, clock_gettime};

/// Raises the soft limit of open files to the hard limit and says what holds now.
/// A broker keeps files and connections open by the ten thousand; shells hand out 1,024.
pub fn raise_fd_limit() -> io::Result<u64> {
    let limit = getrlimit(Resource::Nofile);
    if limit.current == limit.maximum {
        return Ok(limit.current.unwrap_or(u64::MAX));
    }
    setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, maximum: limit.maximum })?;
    Ok(limit.maximum.unwrap_or(u64::MAX))
}

/// Sets the niceness (19 = lowest) of the calling thread alone. Lowering it below what the process began
/// with needs a privilege; janitors that raise themselves again should expect a refusal and go on.
pub fn set_thread_nice(nice: i32) -> io::Result<()> {
    // On Linux `setpriority(PRIO_PROCESS, 0)` is the calling thread, whatever POSIX says of processes.
    Ok(setpriority_process(None, nice)?)
}

/// CPU time of all threads of this process, ended ones included.
#[must_use]
pub fn cpu_time() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), u32::try_from(time.tv_nsec).unwrap_or(0))
}

/// Resident memory of this process in bytes, or `None` where `/proc` is not mounted.
#[must_use]
pub fn resident_bytes() -> Option<u64> {
    let statm = std::fs::read_to_string("/proc/self/statm").ok()?;
    let pages: u64 = statm.split_ascii_whitespace().nth(1)?.parse().ok()?;
    Some(pages * rustix::param::page_size() as u64)
}

/// How many descriptors this process has open, or `None` where `/proc` is not mounted.
#[must_use]
pub fn open_descriptors() -> Option<u64> {
    // The listing itself holds one.
    Some((std::fs::read_dir("/proc/self/fd").ok()?.count() as u64).saturating_sub(1))
}

/// What the machine's page cache holds, in bytes: pages of files; of them those written and not yet given to a disk; and
/// those on their way to one. `None` where `/proc` is not mounted.
#[must_use]
pub fn page_cache() -> Option<[u64; 3]> {
    let text = std::fs::read_to_string("/proc/meminfo").ok()?;
    let of = |name: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
        let kib: u64 = line.split_ascii_whitespace().next()?.parse().ok()?;
        Some(kib.saturating_mul(1024))
    };
    Some([of("Cached")?, of("Dirty")?, of("Writeback")?])
}

/// Memory of the machine in bytes.
pub fn total_memory() -> u64 {
    let info = rustix::system::sysinfo();
    info.totalram.saturating_mul(u64::from(info.mem_unit))
}

/// The limit of open files now and what it can be raised to; `None` is no limit.
#[must_use]
pub fn fd_limits() -> (Option<u64>, Option<u64>) {
    let limit = getrlimit(Resource::Nofile);
    (limit.current, limit.maximum)
}
