//! What Linux tells of the machine that a log lives on: mounts, the kernel's knobs, whether the clock is kept right. For
//! whoever examines a machine; no role asks on its way.

use std::io;
use std::path::{Path, PathBuf};

use super::raw;

/// A mounted file system.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mount {
    /// Where.
    pub point: PathBuf,
    /// Its type, such as `ext4`.
    pub kind: String,
    /// Nothing can be written to it.
    pub is_read_only: bool,
}

/// The mount that holds a path that exists.
pub fn mount_of(path: &Path) -> io::Result<Option<Mount>> {
    let path = path.canonicalize()?;
    Ok(find_mount(&std::fs::read_to_string("/proc/self/mountinfo")?, &path))
}

/// A number of the kernel's under `/proc/sys`, such as `vm/dirty_bytes`.
#[must_use]
pub fn kernel_number(name: &str) -> Option<u64> {
    std::fs::read_to_string(Path::new("/proc/sys").join(name)).ok()?.trim().parse().ok()
}

/// What the kernel reads its clock from, such as `tsc`.
#[must_use]
pub fn clock_source() -> Option<String> {
    let file = "/sys/devices/system/clocksource/clocksource0/current_clocksource";
    Some(std::fs::read_to_string(file).ok()?.trim().to_owned())
}

/// Whether somebody keeps the wall clock right, as far as the kernel was told.
#[must_use]
pub fn is_clock_synchronized() -> Option<bool> {
    raw::is_clock_synchronized()
}

/// Finds the longest mount point that holds the path; of several at one point the last hides the others. The lines
/// are those of proc(5): `id parent major:minor root point options … - kind source options`.
fn find_mount(mountinfo: &str, path: &Path) -> Option<Mount> {
    let mut found: Option<Mount> = None;
    for line in mountinfo.lines() {
        let Some((before, after)) = line.split_once(" - ") else { continue };
        let mut fields = before.split(' ').skip(4);
        let (Some(point), Some(options), Some(kind)) =
            (fields.next(), fields.next(), after.split(' ').next())
        else {
            continue;
        };
        let point = PathBuf::from(unescape(point));
        let is_longer = |found: &Mount| point.as_os_str().len() >= found.point.as_os_str().len();
        if path.starts_with(&point) && found.as_ref().is_none_or(is_longer) {
            let is_read_only = options.split(',').any(|option| option == "ro");
            found = Some(Mount { point, kind: kind.to_owned(), is_read_only });
        }
    }
    found
}

/// Blanks and their like stand as a backslash and three octal digits.
fn unescape(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\\') {
        plain.push_str(before);
        match after.get(..3).and_then(|digits| u8::from_str_radix(digits, 8).ok()) {
            Some(byte) => {
                plain.push(char::from(byte));
                rest = &after[3..];
            }
            None => {
                plain.push('\\');
                rest = after;
            }
        }
    }
    plain.push_str(rest);
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOUNTS: &str = "\
22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
30 22 8:2 / /var rw,noatime shared:2 - xfs /dev/sda2 rw
31 30 8:3 / /var/log\\040data ro,noatime - btrfs /dev/sda3 rw
40 22 0:33 / /tmp rw - tmpfs tmpfs rw
41 22 0:34 / /tmp rw - ext4 /dev/sdb rw
nonsense";

    #[test]
    fn a_path_lies_on_the_longest_and_latest_mount_above_it() {
        let find = |path: &str| find_mount(MOUNTS, Path::new(path)).unwrap();
        assert_eq!((find("/home/x").kind.as_str(), find("/var/lib").kind.as_str()), ("ext4", "xfs"));
        assert_eq!(find("/variable").kind, "ext4");
        let log = find("/var/log data/a");
        assert_eq!((log.kind.as_str(), log.is_read_only), ("btrfs", true));
        assert_eq!(find("/tmp/a").kind, "ext4");
        assert_eq!(find_mount("", Path::new("/")), None);
    }

    #[test]
    fn this_machine_tells_about_itself() {
        assert!(mount_of(Path::new("/")).unwrap().is_some());
        assert!(kernel_number("vm/dirty_ratio").is_some());
        assert_eq!(kernel_number("no/such/thing"), None);
    }
}
