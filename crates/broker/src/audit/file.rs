//! The file of the audit log and those it was before: `PATH` is written, `PATH.000001` and so on are finished, and only
//! so many of them are kept.
//!
//! Decides where lines go on after a start. Lines that were cut by a crash are cut off; a file that does not end in a
//! line that fits is never written to again, as it is evidence.

use std::io::{self, IoSlice};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use thalweg_platform::{Disk, EntryKind, File, Open};
use thalweg_security::audit::{Chain, LINE_BYTES_MAX};

/// The file being written.
#[derive(Debug)]
pub(super) struct AuditFile {
    disk: Arc<dyn Disk>,
    path: PathBuf,
    file: Arc<dyn File>,
    length: u64,
    /// From this length on the next lines go into a new file.
    segment_bytes: u64,
    /// Files kept, this one included.
    files_max: usize,
}

impl AuditFile {
    /// Opens or makes the file. Returns the chain it goes on with, and what is to be said about that.
    pub(super) fn open(
        path: &Path,
        segment_bytes: u64,
        files_max: usize,
        disk: &Arc<dyn Disk>,
    ) -> io::Result<(Self, Chain, Option<String>)> {
        if let Some(parent) = path.parent().filter(|parent| !parent.as_os_str().is_empty()) {
            make_directory(parent, &**disk)?;
        }
        let file = disk.open(path, Open::Create)?;
        let length = file.len()?;
        let mut opened = Self {
            disk: Arc::clone(disk),
            path: path.to_owned(),
            file,
            length,
            segment_bytes,
            files_max: files_max.max(1),
        };
        opened.sync_directory()?;
        if length > 0 {
            return match opened.end()? {
                (Some(chain), 0) => Ok((opened, chain, None)),
                (Some(chain), torn) => {
                    opened.length -= torn;
                    opened.file.set_len(opened.length)?;
                    let note = format!("{torn} bytes of a line that a crash had cut were taken off the end");
                    Ok((opened, chain, Some(note)))
                }
                (None, _) => {
                    let name = opened.rotate()?;
                    let note = format!("{name} does not end in a line that fits; a new chain begins here");
                    Ok((opened, Chain::default(), Some(note)))
                }
            };
        }
        // A crash between two files: the chain goes on from the one before.
        let Some(last) = opened.finished()?.last().map(|number| opened.numbered(*number)) else {
            return Ok((opened, Chain::default(), None));
        };
        let file = disk.open(&last, Open::Read)?;
        let length = file.len()?;
        let before = Self { file, length, path: last, disk: Arc::clone(disk), segment_bytes, files_max };
        match before.end()? {
            (Some(chain), 0) => Ok((opened, chain, None)),
            _ => {
                let name = before.path.display();
                let note = format!("{name} does not end in a line that fits; a new chain begins here");
                Ok((opened, Chain::default(), Some(note)))
            }
        }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Writes whole lines, all of them or none.
    pub(super) fn append(&mut self, lines: &[u8]) -> io::Result<()> {
        if self.length >= self.segment_bytes {
            self.file.sync_data()?;
            self.rotate()?;
        }
        match self.file.write_all_at(&mut [IoSlice::new(lines)], self.length) {
            Ok(written) => {
                self.length += written;
                Ok(())
            }
            Err(failed) => {
                if failed.written > 0 {
                    self.file.set_len(self.length)?;
                }
                Err(failed.error)
            }
        }
    }

    pub(super) fn sync(&self) -> io::Result<()> {
        self.file.sync_data()
    }

    /// The chain at the end of the file, and the bytes of a cut line behind it; no chain: its last whole line does not
    /// fit, or there is none.
    fn end(&self) -> io::Result<(Option<Chain>, u64)> {
        let window = self.length.min(2 * LINE_BYTES_MAX as u64);
        let mut bytes = vec![0; usize::try_from(window).unwrap_or(0)];
        self.file.read_exact_at(&mut bytes, self.length - window)?;
        let Some(last) = bytes.iter().rposition(|&byte| byte == b'\n') else { return Ok((None, 0)) };
        let torn = (bytes.len() - last - 1) as u64;
        let line = &bytes[..last];
        let start = line.iter().rposition(|&byte| byte == b'\n').map_or(0, |at| at + 1);
        let chain = std::str::from_utf8(&line[start..]).ok().and_then(Chain::behind);
        Ok((chain, torn))
    }

    /// Gives the file its number and begins a new one; the oldest go. Returns the name it has now.
    fn rotate(&mut self) -> io::Result<String> {
        let mut finished = self.finished()?;
        let number = finished.last().map_or(1, |last| last.saturating_add(1));
        let numbered = self.numbered(number);
        self.disk.rename(&self.path, &numbered)?;
        self.file = self.disk.open(&self.path, Open::CreateNew)?;
        self.length = 0;
        finished.push(number);
        let spare = (finished.len() + 1).saturating_sub(self.files_max);
        for number in finished.drain(..spare) {
            self.disk.remove_file(&self.numbered(number))?;
        }
        self.sync_directory()?;
        Ok(numbered.display().to_string())
    }

    /// The numbers of finished files, ascending.
    fn finished(&self) -> io::Result<Vec<u32>> {
        let Some(name) = self.path.file_name().and_then(|name| name.to_str()) else { return Ok(Vec::new()) };
        let entries = self.disk.list(self.directory())?;
        let files = entries.iter().filter(|entry| entry.kind == EntryKind::File);
        let number = |entry: &str| -> Option<u32> {
            let digits = entry.strip_prefix(name)?.strip_prefix('.')?;
            (digits.len() >= 6 && digits.bytes().all(|digit| digit.is_ascii_digit()))
                .then(|| digits.parse().ok())?
        };
        let mut numbers: Vec<u32> = files.filter_map(|entry| number(&entry.name)).collect();
        numbers.sort_unstable();
        Ok(numbers)
    }

    fn numbered(&self, number: u32) -> PathBuf {
        let mut name = self.path.file_name().unwrap_or_default().to_owned();
        name.push(format!(".{number:06}"));
        self.path.with_file_name(name)
    }

    fn directory(&self) -> &Path {
        match self.path.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        }
    }

    fn sync_directory(&self) -> io::Result<()> {
        self.disk.sync_dir(self.directory())
    }
}

/// Makes a directory whose name, and those of the ones above it, outlive a power cut.
fn make_directory(path: &Path, disk: &dyn Disk) -> io::Result<()> {
    match disk.stat(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        _ => return disk.create_dir_all(path),
    }
    disk.create_dir_all(path)?;
    for above in path.ancestors().skip(1) {
        let above = if above.as_os_str().is_empty() { Path::new(".") } else { above };
        // Far above we may have no right to look; nothing was made there then.
        if let Err(error) = disk.sync_dir(above) {
            tracing::debug!(event = "directory_not_synced", path = %above.display(), %error);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use thalweg_platform::memory::MemoryDisk;
    use thalweg_security::audit::{Entry, Journal, Verifier};

    use super::*;

    const PATH: &str = "/audit/audit.log";

    fn open(disk: &Arc<dyn Disk>) -> (AuditFile, Journal, Option<String>) {
        let (file, chain, note) = AuditFile::open(Path::new(PATH), 1_000, 3, disk).unwrap();
        (file, Journal::new(chain, 0), note)
    }

    fn write(file: &mut AuditFile, journal: &mut Journal, what: &str) {
        let mut lines = Vec::new();
        journal.take(Entry::about_log(what, &[]), 0, 0, &mut lines);
        file.append(&lines).unwrap();
    }

    fn text(disk: &Arc<dyn Disk>, path: &str) -> String {
        String::from_utf8(disk.read(Path::new(path), 1 << 20).unwrap()).unwrap()
    }

    #[test]
    fn the_chain_goes_on_through_files_and_starts_and_only_so_many_files_stay() {
        let disk: Arc<dyn Disk> = Arc::new(MemoryDisk::new());
        for at in 0..30 {
            // Every line by a new life.
            let (mut file, mut journal, note) = open(&disk);
            assert_eq!(note, None);
            write(&mut file, &mut journal, &format!("e{at}"));
        }
        let mut names: Vec<String> =
            disk.list(Path::new("/audit")).unwrap().into_iter().map(|entry| entry.name).collect();
        names.sort();
        assert_eq!(names.len(), 3, "{names:?}");
        let mut verifier = Verifier::default();
        for name in [&names[1], &names[2], &names[0]] {
            for line in text(&disk, &format!("/audit/{name}")).lines() {
                verifier.take(line).unwrap();
            }
        }
        assert_eq!(verifier.range().unwrap().1, 30);
        assert!(verifier.range().unwrap().0 > 1, "the oldest are gone");
    }

    #[test]
    fn a_cut_line_is_taken_off_and_the_chain_goes_on() {
        let disk: Arc<dyn Disk> = Arc::new(MemoryDisk::new());
        let (mut file, mut journal, _) = open(&disk);
        write(&mut file, &mut journal, "one");
        write(&mut file, &mut journal, "two");
        let whole = text(&disk, PATH);
        file.file.set_len(whole.len() as u64 - 5).unwrap();
        let (mut file, mut journal, note) = open(&disk);
        assert!(note.unwrap().contains("a crash had cut"));
        write(&mut file, &mut journal, "three");
        let after = text(&disk, PATH);
        let mut verifier = Verifier::default();
        after.lines().for_each(|line| verifier.take(line).unwrap());
        assert!(after.contains("one") && !after.contains("two") && after.contains("three"));
    }

    #[test]
    fn a_file_that_does_not_fit_at_its_end_is_left_as_it_is_and_a_new_chain_begins() {
        let disk: Arc<dyn Disk> = Arc::new(MemoryDisk::new());
        let (mut file, mut journal, _) = open(&disk);
        write(&mut file, &mut journal, "one");
        let changed = text(&disk, PATH).replace("one", "own");
        disk.replace(Path::new(PATH), changed.as_bytes()).unwrap();
        let (mut file, mut journal, note) = open(&disk);
        assert!(note.unwrap().contains("audit.log.000001 does not end in a line that fits"));
        write(&mut file, &mut journal, "two");
        assert_eq!(text(&disk, "/audit/audit.log.000001"), changed);
        assert!(text(&disk, PATH).starts_with("{\"seq\":1,"));
    }
}
