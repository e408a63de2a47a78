//! What every disk promises.

use std::io::{ErrorKind, IoSlice};
use std::path::{Path, PathBuf};

use thalweg_platform::memory::MemoryDisk;
use thalweg_platform::os::OsDisk;
use thalweg_platform::{Disk, Entry, EntryKind, Open};

/// Runs a test over both disks, each with an empty directory of its own.
fn on_both(test: impl Fn(&dyn Disk, &Path)) {
    let directory = tempfile::tempdir().unwrap();
    test(&OsDisk, directory.path());
    let memory = MemoryDisk::new();
    let root = PathBuf::from("/data");
    memory.create_dir_all(&root).unwrap();
    test(&memory, &root);
}

fn write(disk: &dyn Disk, path: &Path, bytes: &[u8]) {
    let file = disk.open(path, Open::Create).unwrap();
    assert_eq!(file.write_all_at(&mut [IoSlice::new(bytes)], 0).unwrap(), bytes.len() as u64);
}

#[test]
fn a_gathered_write_is_read_back_and_its_gap_is_zero() {
    on_both(|disk, root| {
        let file = disk.open(&root.join("a.log"), Open::CreateNew).unwrap();
        let mut slices = [IoSlice::new(b"one"), IoSlice::new(b""), IoSlice::new(b"two")];
        assert_eq!(file.write_all_at(&mut slices, 4).unwrap(), 6);
        assert_eq!(file.len().unwrap(), 10);
        let mut bytes = [9; 12];
        assert_eq!(file.read_at(&mut bytes, 0).unwrap(), 10);
        assert_eq!(&bytes[..10], b"\0\0\0\0onetwo");
        assert_eq!(file.read_at(&mut bytes, 10).unwrap(), 0);
        let short = file.read_exact_at(&mut bytes, 0).unwrap_err();
        assert_eq!(short.kind(), ErrorKind::UnexpectedEof);
    });
}

#[test]
fn more_slices_than_one_call_takes_are_all_written() {
    on_both(|disk, root| {
        let file = disk.open(&root.join("many"), Open::Create).unwrap();
        let mut slices = vec![IoSlice::new(b"ab"); 3000];
        assert_eq!(file.write_all_at(&mut slices, 0).unwrap(), 6000);
        assert_eq!(disk.read(&root.join("many"), 6000).unwrap(), b"ab".repeat(3000));
    });
}

#[test]
fn opening_follows_what_is_there() {
    on_both(|disk, root| {
        let path = root.join("x");
        let kind = |how| disk.open(&path, how).map(drop).map_err(|error| error.kind());
        assert_eq!(kind(Open::Read), Err(ErrorKind::NotFound));
        assert_eq!(kind(Open::ReadWrite), Err(ErrorKind::NotFound));
        assert_eq!(kind(Open::CreateNew), Ok(()));
        assert_eq!(kind(Open::CreateNew), Err(ErrorKind::AlreadyExists));
        write(disk, &path, b"kept");
        assert_eq!(kind(Open::Create), Ok(()));
        assert_eq!(disk.stat(&path).unwrap().len, 4);
        assert_eq!(kind(Open::Truncate), Ok(()));
        assert_eq!(disk.stat(&path).unwrap().len, 0);
        let reader = disk.open(&path, Open::Read).unwrap();
        assert!(reader.write_at(&[IoSlice::new(b"no")], 0).is_err(), "opened for reading only");
        assert_eq!(
            disk.open(&root.join("no/such"), Open::Create).map(drop).unwrap_err().kind(),
            ErrorKind::NotFound
        );
        assert_eq!(
            disk.open(&path.join("below"), Open::Create).map(drop).unwrap_err().kind(),
            ErrorKind::NotADirectory
        );
    });
}

#[test]
fn directories_list_their_names_and_refuse_to_go_while_full() {
    on_both(|disk, root| {
        disk.create_dir_all(&root.join("t-0/deep")).unwrap();
        disk.create_dir_all(&root.join("t-0")).unwrap();
        write(disk, &root.join("t-0/0.log"), b"x");
        let mut entries = disk.list(&root.join("t-0")).unwrap();
        entries.sort_by(|a, b| a.name.cmp(&b.name));
        let entry = |name: &str, kind| Entry { name: name.to_owned(), kind };
        assert_eq!(entries, [entry("0.log", EntryKind::File), entry("deep", EntryKind::Directory)]);
        assert_eq!(disk.stat(&root.join("t-0")).unwrap().kind, EntryKind::Directory);
        assert_eq!(disk.remove_dir(&root.join("t-0")).unwrap_err().kind(), ErrorKind::DirectoryNotEmpty);
        disk.remove_file(&root.join("t-0/0.log")).unwrap();
        disk.remove_dir(&root.join("t-0/deep")).unwrap();
        disk.remove_dir(&root.join("t-0")).unwrap();
        assert_eq!(disk.list(root).unwrap(), []);
        assert_eq!(disk.stat(&root.join("t-0")).unwrap_err().kind(), ErrorKind::NotFound);
        assert_eq!(disk.list(&root.join("t-0")).unwrap_err().kind(), ErrorKind::NotFound);
    });
}

#[test]
fn a_rename_replaces_a_file_and_moves_a_directory_with_what_is_in_it() {
    on_both(|disk, root| {
        write(disk, &root.join("new"), b"new");
        write(disk, &root.join("old"), b"old");
        let inode = disk.stat(&root.join("new")).unwrap().inode;
        disk.rename(&root.join("new"), &root.join("old")).unwrap();
        assert_eq!(disk.read(&root.join("old"), 100).unwrap(), b"new");
        assert_eq!(disk.stat(&root.join("old")).unwrap().inode, inode);
        disk.create_dir_all(&root.join("t-0")).unwrap();
        write(disk, &root.join("t-0/0.log"), b"bytes");
        disk.rename(&root.join("t-0"), &root.join("t-0.abc-delete")).unwrap();
        assert_eq!(disk.read(&root.join("t-0.abc-delete/0.log"), 100).unwrap(), b"bytes");
        let gone = disk.rename(&root.join("t-0"), &root.join("t-1")).unwrap_err();
        assert_eq!(gone.kind(), ErrorKind::NotFound);
    });
}

#[test]
fn a_removed_file_can_be_read_until_its_last_handle_is_closed() {
    on_both(|disk, root| {
        let path = root.join("0.log");
        write(disk, &path, b"still here");
        let file = disk.open(&path, Open::Read).unwrap();
        disk.remove_file(&path).unwrap();
        let mut bytes = [0; 10];
        file.read_exact_at(&mut bytes, 0).unwrap();
        assert_eq!(&bytes, b"still here");
        assert_eq!(disk.remove_file(&path).unwrap_err().kind(), ErrorKind::NotFound);
    });
}

#[test]
fn replacing_leaves_the_new_bytes_and_no_temporary_file() {
    on_both(|disk, root| {
        let path = root.join("recovery-point-offset-checkpoint");
        disk.replace(&path, b"0\n0\n").unwrap();
        disk.replace(&path, b"0\n1\nt 0 7\n").unwrap();
        assert_eq!(disk.read(&path, 100).unwrap(), b"0\n1\nt 0 7\n");
        assert_eq!(disk.list(root).unwrap().len(), 1);
        assert_eq!(disk.read(&path, 3).unwrap_err().kind(), ErrorKind::InvalidData);
    });
}

#[test]
fn length_preallocation_and_writeback_do_not_change_what_is_read() {
    on_both(|disk, root| {
        let file = disk.open(&root.join("0.log"), Open::Create).unwrap();
        match file.allocate(0, 1 << 20) {
            Ok(()) => {}
            Err(error) => assert_eq!(error.kind(), ErrorKind::Unsupported),
        }
        assert_eq!(file.len().unwrap(), 0, "blocks ahead do not make the file longer");
        file.write_all_at(&mut [IoSlice::new(&[7; 10_000])], 0).unwrap();
        file.start_writeback(0, 10_000).unwrap();
        file.start_writeback(0, 0).unwrap();
        file.sync_data().unwrap();
        file.set_len(10_000).unwrap();
        assert_eq!(file.len().unwrap(), 10_000);
        file.set_len(5).unwrap();
        file.set_len(8).unwrap();
        assert_eq!(disk.read(&root.join("0.log"), 100).unwrap(), [7, 7, 7, 7, 7, 0, 0, 0]);
    });
}

#[test]
fn bytes_just_written_are_resident() {
    on_both(|disk, root| {
        let file = disk.open(&root.join("0.log"), Open::Create).unwrap();
        file.write_all_at(&mut [IoSlice::new(&[7; 100_000])], 0).unwrap();
        assert!(file.is_resident(0, 100_000));
        assert!(file.is_resident(4095, 2));
        assert!(file.is_resident(99_999, 1));
        assert!(file.is_resident(0, 0));
    });
}

#[test]
fn a_lock_excludes_a_second_one_until_it_is_dropped() {
    on_both(|disk, root| {
        let path = root.join(".lock");
        let lock = disk.lock(&path).unwrap();
        assert_eq!(disk.lock(&path).map(drop).unwrap_err().kind(), ErrorKind::WouldBlock);
        disk.lock(&root.join(".other")).unwrap();
        drop(lock);
        drop(disk.lock(&path).unwrap());
        assert_eq!(disk.stat(&path).unwrap().kind, EntryKind::File);
    });
}

#[test]
fn space_is_known_and_no_more_is_free_than_there_is() {
    on_both(|disk, root| {
        let space = disk.space(root).unwrap();
        assert!(0 < space.free && space.free <= space.total, "{space:?}");
        assert!(disk.space(&root.join("missing")).is_err());
    });
}
