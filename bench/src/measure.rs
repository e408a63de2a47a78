//! What a process used, read from outside: CPU of all its threads, resident memory.

/// CPU seconds of all live threads of a process. `schedstat` counts nanoseconds; `/proc/PID/stat` counts
/// ticks of 10 ms, too coarse for windows of a second. Threads that ended meanwhile are missed: none of the
/// three servers ends threads that worked.
pub fn cpu_seconds(pid: u32) -> f64 {
    let Ok(tasks) = std::fs::read_dir(format!("/proc/{pid}/task")) else { return 0.0 };
    let nanoseconds = |task: std::fs::DirEntry| -> Option<u64> {
        let text = std::fs::read_to_string(task.path().join("schedstat")).ok()?;
        text.split_ascii_whitespace().next()?.parse().ok()
    };
    tasks.flatten().filter_map(nanoseconds).sum::<u64>() as f64 / 1e9
}

/// Resident memory in MiB now.
pub fn resident_mib(pid: u32) -> f64 {
    status_kib(pid, "VmRSS:") / 1024.0
}

fn status_kib(pid: u32, field: &str) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(field));
    line.and_then(|rest| rest.split_ascii_whitespace().next()?.parse().ok()).unwrap_or(0.0)
}

/// CPU seconds of this process.
pub fn own_cpu_seconds() -> f64 {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
}

/// The process whose command line holds both texts.
pub fn pid_listening_as(program: &str, argument: &str) -> Option<u32> {
    let processes = std::fs::read_dir("/proc").ok()?;
    processes.flatten().find_map(|process| {
        let pid: u32 = process.file_name().to_str()?.parse().ok()?;
        let line = std::fs::read_to_string(process.path().join("cmdline")).ok()?;
        (line.starts_with("java") && line.contains(program) && line.contains(argument)).then_some(pid)
    })
}
