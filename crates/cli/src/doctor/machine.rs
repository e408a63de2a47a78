//! The machine: disks and their file systems, descriptors, how the kernel writes back, the clock. What is read is judged
//! by functions of numbers alone.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use thalweg_config::BrokerConfig;
use thalweg_platform::os::{OsDisk, machine, process};
use thalweg_platform::{Disk, Space};

use super::{Finding, Grade, finding};

const GIB: u64 = 1 << 30;

/// Looks at what does not depend on settings.
pub(super) fn look(findings: &mut Vec<Finding>) {
    let (now, most) = process::fd_limits();
    findings.push(judge_descriptors(now, most));
    let number = machine::kernel_number;
    findings.push(judge_writeback(
        number("vm/dirty_bytes"),
        number("vm/dirty_ratio"),
        process::total_memory(),
    ));
    if let Some(longest) = number("net/core/somaxconn").filter(|&longest| longest < 1_024) {
        let says = format!(
            "{longest} connections may wait to be accepted; after a restart many clients come at once: sysctl \
             net.core.somaxconn=4096"
        );
        findings.push(finding(Grade::Note, "backlog", says));
    }
    findings.push(judge_clock(machine::is_clock_synchronized(), machine::clock_source().as_deref()));
}

/// Looks at each log directory.
pub(super) fn directories(config: &BrokerConfig, findings: &mut Vec<Finding>) {
    for directory in &config.log_dirs {
        let (subject, path) = (format!("disk of {directory}"), Path::new(directory));
        let Some(existing) = nearest(path) else {
            findings.push(finding(Grade::Problem, subject, "no directory above it exists"));
            continue;
        };
        match machine::mount_of(&existing) {
            Ok(Some(mount)) => findings.push(judge_mount(&subject, path, &mount)),
            Ok(None) => findings.push(finding(Grade::Note, &subject, "its file system cannot be found out")),
            Err(error) => findings.push(finding(Grade::Note, &subject, format!("its file system: {error}"))),
        }
        match OsDisk.space(&existing) {
            Ok(space) => findings.push(judge_space(&subject, space)),
            Err(error) => {
                findings.push(finding(Grade::Warning, &subject, format!("its free space: {error}")))
            }
        }
        match time_sync(&existing) {
            Ok(took) => findings.push(judge_sync(&subject, took)),
            Err(error) => {
                let says = format!("{}: nothing can be written there: {error}", existing.display());
                findings.push(finding(Grade::Problem, &subject, says));
            }
        }
    }
}

/// The path itself, or the nearest above it that exists.
fn nearest(path: &Path) -> Option<PathBuf> {
    let path = std::path::absolute(path).ok()?;
    path.ancestors().find(|above| above.is_dir()).map(Path::to_owned)
}

/// The slowest of a few small synced writes.
fn time_sync(directory: &Path) -> std::io::Result<Duration> {
    const ROUNDS: usize = 8;
    let path = directory.join(format!(".thalweg-doctor-{}", std::process::id()));
    let mut file = std::fs::OpenOptions::new().write(true).create_new(true).open(&path)?;
    let mut slowest = Duration::ZERO;
    let tried = (0..ROUNDS).try_for_each(|_| {
        let began = Instant::now();
        file.write_all(&[b'x'; 4096])?;
        file.sync_data()?;
        slowest = slowest.max(began.elapsed());
        Ok(())
    });
    std::fs::remove_file(&path)?;
    tried.map(|()| slowest)
}

fn judge_mount(subject: &str, path: &Path, mount: &machine::Mount) -> Finding {
    let at = format!("{} on {}", mount.kind, mount.point.display());
    if mount.is_read_only {
        return finding(Grade::Problem, subject, format!("{at}: mounted read-only"));
    }
    let is_temporary = ["/tmp", "/var/tmp", "/dev/shm", "/run"].iter().any(|place| path.starts_with(place));
    match mount.kind.as_str() {
        "tmpfs" | "ramfs" => finding(
            Grade::Problem,
            subject,
            format!("{at}: it lives in memory; the next restart loses everything"),
        ),
        _ if is_temporary => finding(
            Grade::Problem,
            subject,
            format!("{at}, in a place that is emptied at restarts; choose another for log.dirs"),
        ),
        "overlay" | "aufs" => finding(
            Grade::Warning,
            subject,
            format!("{at}: a container's own layer is slow and goes with the container; mount a volume"),
        ),
        "ext4" | "xfs" => finding(Grade::Good, subject, at),
        "btrfs" | "zfs" | "bcachefs" => finding(
            Grade::Note,
            subject,
            format!(
                "{at}: it copies on write, which makes synced small writes slow; ext4 and xfs are what is tested"
            ),
        ),
        "nfs" | "nfs4" | "cifs" | "smb3" | "9p" | "ceph" | "virtiofs" => finding(
            Grade::Warning,
            subject,
            format!("{at}: over a network; locks, syncs and full disks behave otherwise than on a local one"),
        ),
        kind if kind.starts_with("fuse") => finding(
            Grade::Warning,
            subject,
            format!("{at}: it may not keep what a sync promises; use a local file system"),
        ),
        _ => finding(Grade::Note, subject, format!("{at}: ext4 and xfs are what is tested")),
    }
}

fn judge_space(subject: &str, Space { free, total }: Space) -> Finding {
    let share = free.saturating_mul(100).checked_div(total).unwrap_or(0);
    let says =
        format!("{:.1} GiB free of {:.1} ({share} %)", free as f64 / GIB as f64, total as f64 / GIB as f64);
    match () {
        () if free < GIB => finding(
            Grade::Problem,
            subject,
            format!("{says}: producers will soon be refused; make room or lower retention"),
        ),
        () if share < 10 && free < 100 * GIB => {
            finding(Grade::Warning, subject, format!("{says}: make room or lower retention"))
        }
        () => finding(Grade::Good, subject, says),
    }
}

fn judge_sync(subject: &str, slowest: Duration) -> Finding {
    let says = format!("a synced write of 4 KiB takes up to {:.1} ms", slowest.as_secs_f64() * 1_000.0);
    if slowest > Duration::from_millis(100) {
        let says = format!("{says}: creating topics, committing offsets and transactions wait for that");
        return finding(Grade::Warning, subject, says);
    }
    finding(Grade::Good, subject, says)
}

/// What a broker wants: three files for each segment, one for each connection. It raises the limit itself as far as it may.
fn judge_descriptors(now: Option<u64>, most: Option<u64>) -> Finding {
    let word = |limit: Option<u64>| limit.map_or_else(|| "no limit".to_owned(), |limit| limit.to_string());
    let says = format!("{}, can be raised to {}", word(now), word(most));
    match most {
        Some(most) if most < 10_000 => finding(
            Grade::Warning,
            "open files",
            format!(
                "{says}: each connection takes one and each segment up to three; LimitNOFILE=1000000 or ulimit -Hn"
            ),
        ),
        Some(most) if most < 100_000 => finding(
            Grade::Note,
            "open files",
            format!("{says}: enough for some thousand partitions and connections"),
        ),
        _ => finding(Grade::Good, "open files", says),
    }
}

/// The kernel stops those who write when so many bytes wait for the disk, which is a stall of seconds where that is much.
fn judge_writeback(bytes: Option<u64>, ratio: Option<u64>, memory: u64) -> Finding {
    let limit = match (bytes, ratio) {
        (Some(bytes), _) if bytes > 0 => bytes,
        (_, Some(ratio)) => memory / 100 * ratio,
        _ => return finding(Grade::Note, "writeback", "the kernel's settings cannot be read"),
    };
    let says = format!("up to {:.1} GiB may wait for the disk", limit as f64 / GIB as f64);
    if limit > 8 * GIB {
        let remedy = "a slow disk then stops writers for seconds: sysctl vm.dirty_bytes=2147483648 \
                      vm.dirty_background_bytes=268435456";
        return finding(Grade::Note, "writeback", format!("{says}: {remedy}"));
    }
    if limit < 64 << 20 {
        let says = format!("{says}: so little stops writers often; sysctl vm.dirty_bytes=2147483648");
        return finding(Grade::Warning, "writeback", says);
    }
    finding(Grade::Good, "writeback", says)
}

fn judge_clock(is_synchronized: Option<bool>, source: Option<&str>) -> Finding {
    // Long before this program was made.
    let early = SystemTime::UNIX_EPOCH + Duration::from_secs(1_735_689_600);
    if SystemTime::now() < early {
        let says =
            "it is years behind: records would get that time, and retention keep or delete the wrong ones";
        return finding(Grade::Problem, "clock", says);
    }
    if let Some(slow @ ("hpet" | "acpi_pm" | "jiffies")) = source {
        let says =
            format!("it is read from {slow}, which is slow; tsc or a clock of the hypervisor is better");
        return finding(Grade::Warning, "clock", says);
    }
    match is_synchronized {
        Some(true) => finding(Grade::Good, "clock", "kept right"),
        Some(false) => finding(
            Grade::Note,
            "clock",
            "nobody has told the kernel that it is right; run chrony or systemd-timesyncd (in a container: on its host)",
        ),
        None => finding(Grade::Note, "clock", "whether it is kept right cannot be found out"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_systems_are_judged_by_what_they_do_to_a_log() {
        let grade = |kind: &str, path: &str, is_read_only| {
            let mount = machine::Mount { point: "/".into(), kind: kind.to_owned(), is_read_only };
            judge_mount("disk", Path::new(path), &mount).grade
        };
        assert_eq!(grade("ext4", "/var/lib/thalweg", false), Grade::Good);
        assert_eq!(grade("ext4", "/var/lib/thalweg", true), Grade::Problem);
        assert_eq!(grade("ext4", "/tmp/kafka-logs", false), Grade::Problem);
        assert_eq!(grade("tmpfs", "/data", false), Grade::Problem);
        assert_eq!(grade("overlay", "/data", false), Grade::Warning);
        assert_eq!(grade("fuse.sshfs", "/data", false), Grade::Warning);
        assert_eq!(grade("somethingfs", "/data", false), Grade::Note);
    }

    #[test]
    fn limits_are_judged_by_numbers() {
        let space = |free, total| judge_space("disk", Space { free, total }).grade;
        assert_eq!(
            [space(GIB / 2, 100 * GIB), space(5 * GIB, 100 * GIB), space(50 * GIB, 100 * GIB), space(0, 0)],
            [Grade::Problem, Grade::Warning, Grade::Good, Grade::Problem]
        );
        let files = |most| judge_descriptors(Some(1_024), most).grade;
        assert_eq!(
            [files(Some(4_096)), files(Some(65_536)), files(None)],
            [Grade::Warning, Grade::Note, Grade::Good]
        );
        let writeback = |bytes, ratio, memory| judge_writeback(bytes, ratio, memory).grade;
        assert_eq!(writeback(Some(0), Some(20), 256 * GIB), Grade::Note);
        assert_eq!(writeback(Some(2 * GIB), Some(20), 256 * GIB), Grade::Good);
        assert_eq!(writeback(Some(1 << 20), None, GIB), Grade::Warning);
        assert_eq!(writeback(None, None, GIB), Grade::Note);
        assert_eq!(judge_clock(Some(true), Some("tsc")).grade, Grade::Good);
        assert_eq!(judge_clock(Some(true), Some("acpi_pm")).grade, Grade::Warning);
        assert_eq!(judge_clock(Some(false), None).grade, Grade::Note);
    }
}
