//! Compaction and crashes: wherever one hits, whatever it leaves, nothing is lost and nothing of it stays.

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use thalweg_model::Offset;
use thalweg_partition_log::{Bound, PartitionLog};
use thalweg_platform::memory::MemoryDisk;
use thalweg_platform::{Disk, DiskLock, Entry, File, Open, Space, Stat};
use thalweg_records::Codec;

use crate::compaction::*;
use crate::support::*;

/// A disk that stops after so many calls that change names or open files: the process is gone.
#[derive(Debug)]
struct Cut {
    disk: MemoryDisk,
    left: AtomicI64,
}

impl Cut {
    fn tick(&self) -> io::Result<()> {
        if self.left.fetch_sub(1, Ordering::Relaxed) > 0 { Ok(()) } else { Err(io::Error::other("cut")) }
    }
}

impl Disk for Cut {
    fn open(&self, path: &Path, how: Open) -> io::Result<Arc<dyn File>> {
        self.tick()?;
        self.disk.open(path, how)
    }
    fn create_dir_all(&self, path: &Path) -> io::Result<()> {
        self.tick()?;
        self.disk.create_dir_all(path)
    }
    fn list(&self, path: &Path) -> io::Result<Vec<Entry>> {
        self.disk.list(path)
    }
    fn stat(&self, path: &Path) -> io::Result<Stat> {
        self.disk.stat(path)
    }
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.tick()?;
        self.disk.rename(from, to)
    }
    fn remove_file(&self, path: &Path) -> io::Result<()> {
        self.tick()?;
        self.disk.remove_file(path)
    }
    fn remove_dir(&self, path: &Path) -> io::Result<()> {
        self.tick()?;
        self.disk.remove_dir(path)
    }
    fn sync_dir(&self, path: &Path) -> io::Result<()> {
        self.tick()?;
        self.disk.sync_dir(path)
    }
    fn space(&self, path: &Path) -> io::Result<Space> {
        self.disk.space(path)
    }
    fn lock(&self, path: &Path) -> io::Result<Box<dyn DiskLock>> {
        self.disk.lock(path)
    }
}

#[test]
fn a_crash_at_any_step_of_the_swap_loses_nothing() {
    let config = compacted_config(900);
    let mut finished = 0;
    for step in 0.. {
        for power_cut in [false, true] {
            let disk = MemoryDisk::new();
            let log = create(&disk, &config);
            for round in 0..50u8 {
                append(&log, keyed(Codec::None, &[(round % 5, Some(vec![round; 60])), (100 + round, None)]));
            }
            commit_all(&log);
            let before = fold(&consume(&log, 0, 1 << 20));
            log.close_clean().expect("closed");
            let cut = Arc::new(Cut { disk: disk.clone(), left: AtomicI64::new(i64::MAX) });
            let shared: Arc<dyn Disk> = Arc::clone(&cut) as Arc<dyn Disk>;
            let opened = PartitionLog::open(shared, &dir(), Arc::clone(&config), &opening(true, 0));
            let (log, _) = opened.expect("opened");
            commit_all(&log);
            let end = log.ends().log_end.0;
            cut.left.store(step, Ordering::Relaxed);
            let compacted = try_compact(&log, None, 10_000, map(), 4096);
            let is_done = compacted.is_ok();
            drop(log);
            if power_cut {
                disk.crash();
            }
            let (log, report) = open(&disk, &config, false, end);
            assert_eq!((log.ends().log_end.0, report.truncated), (end, None), "step {step}");
            commit_all(&log);
            for fetch in [1, 300, 1 << 20] {
                assert_eq!(fold(&consume(&log, 0, fetch)), before, "step {step}, power cut {power_cut}");
            }
            for suffix in [".cleaned", ".swap"] {
                assert_eq!(files(&disk, suffix), Vec::<String>::new(), "step {step}");
            }
            compact(&log, None, 20_000);
            assert_eq!(fold(&consume(&log, 0, 1 << 20)), before, "step {step}, again");
            log.close_clean().expect("closed");
            let (log, report) = open(&disk, &config, true, end);
            assert_eq!(report.rebuilt_segments, 0, "step {step}");
            commit_all(&log);
            assert_eq!(fold(&consume(&log, 0, 1 << 20)), before, "step {step}, reopened");
            finished += i32::from(is_done);
        }
        if finished > 0 {
            assert!(step > 20, "the cut met every step: {step}");
            break;
        }
    }
}

#[test]
fn a_damaged_swap_file_is_left_alone_with_everything_around_it() {
    let disk = MemoryDisk::new();
    let config = compacted_config(900);
    let log = create(&disk, &config);
    for round in 0..50u8 {
        append(&log, keyed(Codec::None, &[(round % 5, Some(vec![round; 60]))]));
    }
    log.close_clean().expect("closed");
    let file = disk.open(&dir().join("00000000000000000000.log.swap"), Open::Create).expect("made");
    write(&*file, &[1; 100], 0);
    let before = all_files(&disk);
    let shared = Arc::new(disk.clone());
    let refused = PartitionLog::open(shared, &dir(), config, &opening(true, 0)).expect_err("refused");
    assert!(refused.to_string().contains(".log.swap"), "{refused}");
    assert_eq!(all_files(&disk), before);
}

/// A sealed segment whose last offsets are more than 2³¹ behind its base, as only old brokers made them.
fn overflowing(disk: &MemoryDisk) -> Vec<(i64, i64)> {
    disk.create_dir_all(&dir()).expect("made");
    let offsets = [0, 10, 1 << 30, (1 << 31) - 1, (1 << 31) + 10, 3 << 30, (1 << 32) + 5];
    let place = |offset: i64| {
        let mut bytes = batch(3, 20, 1_000);
        thalweg_records::set_base_offset(&mut bytes, Offset(offset));
        thalweg_records::set_partition_leader_epoch(&mut bytes, thalweg_model::LeaderEpoch(1));
        bytes
    };
    let sealed: Vec<u8> = offsets.iter().flat_map(|&offset| place(offset)).collect();
    for (base, bytes) in [(0i64, sealed), (5 << 30, place(5 << 30))] {
        let file = disk.open(&dir().join(format!("{base:020}.log")), Open::Create).expect("made");
        write(&*file, &bytes, 0);
        file.sync_data().expect("synced");
    }
    disk.replace(&dir().join("leader-epoch-checkpoint"), b"0\n1\n1 0\n").expect("written");
    disk.replace(&dir().join("partition.metadata"), format!("version: 0\ntopic_id: {TOPIC_ID}").as_bytes())
        .expect("written");
    disk.sync_dir(Path::new("/data")).expect("synced");
    disk.sync_dir(Path::new("/")).expect("synced");
    offsets.into_iter().chain([5 << 30]).map(|offset| (offset, offset + 2)).collect()
}

#[test]
fn a_segment_that_reaches_too_far_is_split_whenever_a_crash_hits() {
    for step in 0.. {
        let disk = MemoryDisk::new();
        let all = overflowing(&disk);
        let config = compacted_config(1_000);
        let cut = Arc::new(Cut { disk: disk.clone(), left: AtomicI64::new(step) });
        let opened = PartitionLog::open(cut, &dir(), Arc::clone(&config), &opening(step % 2 == 0, 0));
        let is_done = opened.is_ok();
        drop(opened);
        if step % 3 == 0 {
            disk.crash();
        }
        for clean in [false, true] {
            let (log, report) = open(&disk, &config, clean, 0);
            assert_eq!(report.truncated, None, "step {step}");
            commit_all(&log);
            assert_eq!(files(&disk, ".log").len(), 4, "step {step}");
            for fetch in [1, 200, 1 << 20] {
                assert_eq!(read_all(&log, 0, fetch, Bound::HighWatermark), all, "step {step}");
            }
            for &(base, last) in &all {
                assert_eq!(read_all(&log, last, 1, Bound::HighWatermark)[0], (base, last));
            }
            log.close_clean().expect("closed");
        }
        if is_done {
            assert!(step > 10, "{step}");
            break;
        }
    }
}
