//! The POSIX record lock against another process: this test's own binary, run again.

use std::path::Path;
use std::process::Command;

use thalweg_platform::Disk;
use thalweg_platform::os::OsDisk;

const LOCK_PATH: &str = "THALWEG_TEST_LOCK_PATH";

/// Does nothing unless started by the test below, as the second process.
#[test]
fn second_process_tries_the_lock() {
    if let Some(path) = std::env::var_os(LOCK_PATH) {
        let code = match OsDisk.lock(Path::new(&path)) {
            Ok(_) => 40,
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => 41,
            Err(_) => 42,
        };
        std::process::exit(code);
    }
}

#[test]
fn another_process_is_refused_even_after_a_second_try_in_this_one() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join(".lock");
    let other_process = || {
        let status = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "lock::second_process_tries_the_lock"])
            .env(LOCK_PATH, &path)
            .output()
            .unwrap()
            .status;
        status.code()
    };
    let lock = OsDisk.lock(&path).unwrap();
    assert_eq!(other_process(), Some(41));
    // A careless second try would open and close the file, and so drop this process's lock.
    assert!(OsDisk.lock(&path).is_err());
    assert_eq!(other_process(), Some(41));
    drop(lock);
    assert_eq!(other_process(), Some(40));
}
