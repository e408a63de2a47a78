//! Memory that decoding takes, counted: at no time more than 32 bytes per byte of input plus 64 KiB, whatever
//! the bytes claim.
#![allow(unsafe_code)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use thalweg_wire::{DecodeError, Reader, registry};

use crate::generate::{Numbers, dense_arrays, random, versions};
use crate::round_trip::mutate;

struct Counting;

thread_local! {
    static LIVE: Cell<isize> = const { Cell::new(0) };
    static PEAK: Cell<isize> = const { Cell::new(0) };
    static CALLS: Cell<usize> = const { Cell::new(0) };
}

fn count(bytes: isize) {
    // Gone while a thread ends: nobody measures then.
    let _ = LIVE.try_with(|live| {
        live.set(live.get() + bytes);
        let _ = PEAK.try_with(|peak| peak.set(peak.get().max(live.get())));
        if bytes > 0 {
            let _ = CALLS.try_with(|calls| calls.set(calls.get() + 1));
        }
    });
}

// SAFETY: every call goes to `System` unchanged; the counters are thread-local cells that need no allocation
// and no destructor, so counting cannot come back here.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size() as isize);
        // SAFETY: the caller's promises are passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        count(-(layout.size() as isize));
        // SAFETY: the caller's promises are passed on.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        // Both places exist while the bytes move.
        count(new_size as isize);
        // SAFETY: the caller's promises are passed on.
        let moved = unsafe { System.realloc(pointer, layout, new_size) };
        count(-(layout.size() as isize));
        moved
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Runs `work`, giving the most memory that was live at one time above the start, and the calls made for it.
fn measured<T>(work: impl FnOnce() -> T) -> (T, usize, usize) {
    let start = LIVE.get();
    PEAK.set(start);
    CALLS.set(0);
    let result = work();
    (result, (PEAK.get() - start) as usize, CALLS.get())
}

fn decode_within_bounds(
    entry: &registry::Entry,
    bytes: &[u8],
    version: i16,
    what: &str,
) -> Result<(), DecodeError> {
    let (result, peak, _) = measured(|| (entry.decode)(&mut Reader::new(bytes), version));
    let bound = 32 * bytes.len() + 64 * 1024;
    assert!(peak <= bound, "{what} version {version}: {peak} bytes live for {} (bound {bound})", bytes.len());
    result
}

#[test]
fn the_densest_legal_element_of_every_array_stays_within_the_bound_and_is_accepted() {
    for entry in registry::ALL {
        for version in versions(entry.schema) {
            for dense in dense_arrays(entry.schema, version) {
                // Around the first capacity the old and the new place of the elements weigh the most.
                for count in [1, 2, 999, 1000, 1001, 1002, 2000, 5000] {
                    let bytes = dense.message(count, count);
                    let result = decode_within_bounds(entry, &bytes, version, &dense.path);
                    assert_eq!(result, Ok(()), "{} version {version} × {count}", dense.path);
                }
            }
        }
    }
}

#[test]
fn no_structure_is_so_dense_that_a_true_message_could_be_refused() {
    for entry in registry::ALL {
        for version in versions(entry.schema) {
            for dense in dense_arrays(entry.schema, version) {
                let (memory, bytes) = (dense.memory_bytes, dense.element.len());
                assert!(memory <= 31 * bytes, "{} version {version}: {memory} for {bytes}", dense.path);
            }
        }
    }
}

#[test]
fn lying_counts_reserve_nothing_to_speak_of() {
    for entry in registry::ALL {
        for version in versions(entry.schema) {
            for dense in dense_arrays(entry.schema, version) {
                for (count, announced) in [
                    (0, 1),
                    (0, 1_000_000),
                    (0, i32::MAX as usize),
                    (3, 1000),
                    (1500, 1_000_000),
                    (1500, 1501),
                ] {
                    let mut bytes = dense.message(count, announced);
                    bytes.truncate(bytes.len() - dense.after.len());
                    let result = decode_within_bounds(entry, &bytes, version, &dense.path);
                    assert!(result.is_err(), "{} version {version}: {count} of {announced}", dense.path);
                }
            }
        }
    }
}

#[test]
fn nested_lies_that_each_claim_all_remaining_bytes_stay_within_the_bound() {
    for entry in registry::ALL {
        for version in versions(entry.schema) {
            for dense in dense_arrays(entry.schema, version) {
                // Behind the count stand bytes that read as more counts of the same kind.
                for filler in [0u8, 1, 0x7f, 0x81, 0xff] {
                    let mut bytes = dense.message(1001, 9000);
                    bytes.extend(std::iter::repeat_n(filler, 20_000));
                    let _ = decode_within_bounds(entry, &bytes, version, &dense.path);
                }
            }
        }
    }
}

#[test]
fn random_and_mutated_messages_stay_within_the_bound() {
    let mut numbers = Numbers(4);
    for entry in registry::ALL {
        for version in versions(entry.schema) {
            for _ in 0..20 {
                let mut bytes = random(entry.schema, version, &mut numbers);
                decode_within_bounds(entry, &bytes, version, entry.schema.structure.name)
                    .expect("as generated");
                mutate(&mut bytes, &mut numbers);
                let _ = decode_within_bounds(entry, &bytes, version, entry.schema.structure.name);
                let noise: Vec<u8> = (0..numbers.below(400)).map(|_| numbers.next() as u8).collect();
                let _ = decode_within_bounds(entry, &noise, version, entry.schema.structure.name);
            }
        }
    }
}

#[test]
fn five_bytes_that_claim_two_billion_metadata_topics_reserve_nothing() {
    let entry = registry::by_name("MetadataRequest").expect("a message");
    // A compact count of 2^31 - 16 topics, and nothing behind it.
    let bytes = [0xf1, 0xff, 0xff, 0xff, 0x07];
    let (result, peak, calls) = measured(|| (entry.decode)(&mut Reader::new(&bytes), 9));
    assert_eq!((result, peak, calls), (Err(DecodeError::TooManyElements), 0, 0));
}

#[test]
fn twenty_bytes_that_claim_two_billion_produce_topics_reserve_nothing() {
    let entry = registry::by_name("ProduceRequest").expect("a message");
    let mut bytes = Vec::new();
    bytes.extend((-1i16).to_be_bytes()); // no transactional id
    bytes.extend(1i16.to_be_bytes()); // acks
    bytes.extend(30_000i32.to_be_bytes()); // timeout
    bytes.extend((i32::MAX - 15).to_be_bytes()); // topics: 2^31 - 16
    bytes.extend([0; 8]);
    assert_eq!(bytes.len(), 20);
    let (result, peak, calls) = measured(|| (entry.decode)(&mut Reader::new(&bytes), 8));
    assert_eq!((result, peak, calls), (Err(DecodeError::TooManyElements), 0, 0));
    // A million is a count that might be true; eight bytes cannot hold it.
    bytes[8..12].copy_from_slice(&1_000_000i32.to_be_bytes());
    let (result, peak, calls) = measured(|| (entry.decode)(&mut Reader::new(&bytes), 8));
    assert_eq!((result, peak, calls), (Err(DecodeError::Truncated), 0, 0));
}

#[test]
fn a_produce_request_allocates_for_its_arrays_and_nothing_else() {
    let request = crate::protocol::produce_request(&[7; 4096]);
    let bytes = thalweg_wire::encode_message(&request, 13).expect("encodes");
    let (result, _, calls) = measured(|| {
        let mut r = Reader::new(&bytes);
        <thalweg_wire::messages::ProduceRequest as thalweg_wire::Decode>::decode(&mut r, 13).map(drop)
    });
    assert_eq!((result, calls), (Ok(()), 2));
}
