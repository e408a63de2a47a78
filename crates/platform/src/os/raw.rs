//! System calls that no safe wrapper offers. The only `unsafe` of the project.
#![allow(unsafe_code)]

use std::io;
use std::os::fd::{AsRawFd, BorrowedFd};

/// Starts writeback of a range without waiting: `sync_file_range(SYNC_FILE_RANGE_WRITE)`.
pub fn start_writeback(file: BorrowedFd<'_>, offset: u64, length: u64) -> io::Result<()> {
    let (offset, length) = (signed(offset)?, signed(length)?);
    // SAFETY: takes numbers only; the descriptor is open for the borrow's lifetime.
    let result =
        unsafe { libc::sync_file_range(file.as_raw_fd(), offset, length, libc::SYNC_FILE_RANGE_WRITE) };
    if result == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}

/// How many pages of a range are in the page cache: `cachestat(2)`, Linux 6.5 and later.
pub fn cached_pages(file: BorrowedFd<'_>, offset: u64, length: u64) -> io::Result<u64> {
    /// `struct cachestat_range` of <linux/mman.h>.
    #[repr(C)]
    struct Range {
        offset: u64,
        length: u64,
    }
    /// `struct cachestat` of <linux/mman.h>: cached, dirty, under writeback, evicted, recently evicted.
    #[repr(C)]
    #[derive(Default)]
    struct Counts {
        cached: u64,
        rest: [u64; 4],
    }
    /// Calls added since Linux 5.1 have one number on every architecture but alpha and MIPS.
    const SYS_CACHESTAT: libc::c_long = 451;
    let range = Range { offset, length };
    let mut counts = Counts::default();
    // SAFETY: both structs are laid out as the kernel reads and writes them and outlive the call.
    let result = unsafe {
        libc::syscall(
            SYS_CACHESTAT,
            file.as_raw_fd(),
            std::ptr::from_ref(&range),
            std::ptr::from_mut(&mut counts),
            0u32,
        )
    };
    if result == 0 { Ok(counts.cached) } else { Err(io::Error::last_os_error()) }
}

fn signed(value: u64) -> io::Result<i64> {
    i64::try_from(value).map_err(|_| io::ErrorKind::InvalidInput.into())
}

/// Whether the kernel was told that its wall clock is right: `adjtimex(2)` that only reads.
pub fn is_clock_synchronized() -> Option<bool> {
    // SAFETY: a struct of numbers, for which all zero is a value; `modes` 0 asks for nothing to be changed.
    let mut state: libc::timex = unsafe { std::mem::zeroed() };
    // SAFETY: the kernel writes into the struct, which outlives the call.
    let result = unsafe { libc::adjtimex(&mut state) };
    (result >= 0).then_some(state.status & libc::STA_UNSYNC == 0)
}
