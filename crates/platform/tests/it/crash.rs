//! What only the memory disk does: crash and fail on demand.

use std::io::{ErrorKind, IoSlice};
use std::path::Path;

use thalweg_platform::memory::{ManualClock, MemoryDisk, SeededRandom};
use thalweg_platform::{Disk, Open, Random};

const LOG: &str = "/data/0.log";

fn disk_with_synced_file() -> MemoryDisk {
    let disk = MemoryDisk::new();
    disk.create_dir_all(Path::new("/data")).unwrap();
    let file = disk.open(Path::new(LOG), Open::Create).unwrap();
    file.write_all_at(&mut [IoSlice::new(b"durable")], 0).unwrap();
    file.sync_data().unwrap();
    disk.sync_dir(Path::new("/data")).unwrap();
    disk.sync_dir(Path::new("/")).unwrap();
    disk
}

#[test]
fn a_crash_keeps_synced_bytes_under_synced_names_and_nothing_else() {
    let disk = disk_with_synced_file();
    let file = disk.open(Path::new(LOG), Open::ReadWrite).unwrap();
    file.write_all_at(&mut [IoSlice::new(b"DUR and more")], 0).unwrap();
    let unnamed = disk.open(Path::new("/data/1.log"), Open::Create).unwrap();
    unnamed.write_all_at(&mut [IoSlice::new(b"synced, yet its name is not")], 0).unwrap();
    unnamed.sync_data().unwrap();
    disk.crash();
    assert_eq!(disk.read(Path::new(LOG), 100).unwrap(), b"durable");
    assert_eq!(disk.list(Path::new("/data")).unwrap().len(), 1);
    assert!(file.len().is_err(), "a handle of the life before");
}

#[test]
fn without_a_directory_sync_a_removed_file_comes_back_and_a_rename_is_undone() {
    let disk = disk_with_synced_file();
    disk.rename(Path::new(LOG), Path::new("/data/0.log.deleted")).unwrap();
    disk.remove_file(Path::new("/data/0.log.deleted")).unwrap();
    disk.crash();
    assert_eq!(disk.read(Path::new(LOG), 100).unwrap(), b"durable");
    disk.remove_file(Path::new(LOG)).unwrap();
    disk.sync_dir(Path::new("/data")).unwrap();
    disk.crash();
    assert_eq!(disk.stat(Path::new(LOG)).unwrap_err().kind(), ErrorKind::NotFound);
}

#[test]
fn a_replaced_file_survives_a_crash_whole() {
    let disk = disk_with_synced_file();
    disk.replace(Path::new(LOG), b"replaced").unwrap();
    disk.crash();
    assert_eq!(disk.read(Path::new(LOG), 100).unwrap(), b"replaced");
    assert_eq!(disk.list(Path::new("/data")).unwrap().len(), 1);
}

#[test]
fn a_cut_that_was_not_synced_is_undone_and_a_synced_one_stays() {
    let disk = disk_with_synced_file();
    disk.open(Path::new(LOG), Open::ReadWrite).unwrap().set_len(3).unwrap();
    disk.crash();
    assert_eq!(disk.read(Path::new(LOG), 100).unwrap(), b"durable");
    let file = disk.open(Path::new(LOG), Open::ReadWrite).unwrap();
    file.set_len(3).unwrap();
    file.set_len(5).unwrap();
    file.sync_data().unwrap();
    disk.crash();
    assert_eq!(disk.read(Path::new(LOG), 100).unwrap(), b"dur\0\0");
}

#[test]
fn a_full_disk_says_how_far_a_write_came_and_heals() {
    let disk = disk_with_synced_file();
    let file = disk.open(Path::new(LOG), Open::ReadWrite).unwrap();
    disk.fail_space_after(5);
    let failed = file.write_all_at(&mut [IoSlice::new(b"0123456789")], 7).unwrap_err();
    assert_eq!((failed.written, failed.error.kind()), (5, ErrorKind::StorageFull));
    assert_eq!(file.len().unwrap(), 12);
    disk.heal();
    assert_eq!(file.write_all_at(&mut [IoSlice::new(b"0123456789")], 7).unwrap(), 10);
}

#[test]
fn short_writes_are_gone_on_with() {
    let disk = disk_with_synced_file();
    let file = disk.open(Path::new(LOG), Open::ReadWrite).unwrap();
    disk.write_at_most(3);
    let before = disk.counts().writes;
    assert_eq!(file.write_all_at(&mut [IoSlice::new(b"0123"), IoSlice::new(b"456789")], 0).unwrap(), 10);
    assert_eq!(disk.counts().writes - before, 4);
    assert_eq!(disk.read(Path::new(LOG), 100).unwrap(), b"0123456789");
}

#[test]
fn a_bad_disk_fails_the_nth_call_and_all_after_it() {
    let disk = disk_with_synced_file();
    let file = disk.open(Path::new(LOG), Open::ReadWrite).unwrap();
    disk.fail_writes_after(1);
    disk.fail_syncs_after(0);
    file.write_at(&[IoSlice::new(b"a")], 0).unwrap();
    for _ in 0..2 {
        assert_eq!(file.write_at(&[IoSlice::new(b"b")], 0).unwrap_err().raw_os_error(), Some(5));
        assert_eq!(file.sync_data().unwrap_err().raw_os_error(), Some(5));
    }
    disk.crash();
    assert_eq!(disk.read(Path::new(LOG), 100).unwrap(), b"durable", "the failed sync saved nothing");
}

#[test]
fn modification_times_follow_the_given_clock() {
    let clock = std::sync::Arc::new(ManualClock::new(1000));
    let disk = MemoryDisk::with_clock(clock.clone());
    let file = disk.open(Path::new("a"), Open::Create).unwrap();
    assert_eq!(disk.stat(Path::new("a")).unwrap().modified_ms, 1000);
    clock.advance(std::time::Duration::from_millis(5));
    file.write_at(&[IoSlice::new(b"x")], 0).unwrap();
    assert_eq!(disk.stat(Path::new("/a")).unwrap().modified_ms, 1005);
}

#[test]
fn a_torn_crash_keeps_what_was_synced_and_any_part_of_the_rest() {
    let random = SeededRandom::new(3);
    let (mut whole, mut gone, mut holes) = (0, 0, 0);
    for _ in 0..200 {
        let disk = MemoryDisk::new();
        let file = disk.open(Path::new("/a"), Open::CreateNew).unwrap();
        file.write_at(&[IoSlice::new(&[1; 5000])], 0).unwrap();
        file.sync_data().unwrap();
        disk.sync_dir(Path::new("/")).unwrap();
        file.write_at(&[IoSlice::new(&[2; 20_000])], 5000).unwrap();
        disk.crash_torn(&mut || random.next_u64());
        assert!(file.len().is_err(), "a handle ends with its process");
        let left = disk.read(Path::new("/a"), 1 << 20).unwrap();
        assert_eq!(left[..5000], [1; 5000]);
        assert!(left.len() <= 25_000 && left[5000..].iter().all(|&byte| byte == 0 || byte == 2));
        let rest = &left[5000..];
        whole += usize::from(rest.len() == 20_000 && rest.iter().all(|&byte| byte == 2));
        gone += usize::from(rest.iter().all(|&byte| byte == 0));
        holes += usize::from(rest.windows(2).any(|pair| pair == [0, 2]));
    }
    assert!(holes > 100, "{holes} of 200 had good bytes behind a hole");
    assert!(whole > 0 && gone < 100, "{whole} whole, {gone} gone");
}

#[test]
fn a_rename_that_was_not_synced_is_there_or_not_but_never_half() {
    let random = SeededRandom::new(5);
    let mut fates = [0; 2];
    for _ in 0..100 {
        let disk = MemoryDisk::new();
        disk.replace(Path::new("/checkpoint"), b"old").unwrap();
        let file = disk.open(Path::new("/checkpoint.tmp"), Open::CreateNew).unwrap();
        file.write_at(&[IoSlice::new(b"new")], 0).unwrap();
        file.sync_data().unwrap();
        disk.rename(Path::new("/checkpoint.tmp"), Path::new("/checkpoint")).unwrap();
        disk.crash_torn(&mut || random.next_u64());
        match disk.read(Path::new("/checkpoint"), 100).unwrap().as_slice() {
            b"old" => fates[0] += 1,
            b"new" => fates[1] += 1,
            other => panic!("{other:?}"),
        }
    }
    assert!(fates.iter().all(|&count| count > 20), "{fates:?}");
}
