//! Clocks, randomness, and what a process asks about itself.

use std::time::Duration;

use thalweg_model::{Mono, Now};
use thalweg_platform::memory::{ManualClock, SeededRandom};
use thalweg_platform::os::{OsClock, OsRandom, process};
use thalweg_platform::{Clock, Random};

#[test]
fn the_machines_clock_goes_on_and_knows_the_year() {
    let clock = OsClock::new();
    let first = clock.now();
    std::thread::sleep(Duration::from_millis(2));
    let second = clock.now();
    assert!(first.mono.until(second.mono) >= Duration::from_millis(2));
    assert!(second.wall_ms > 1_700_000_000_000);
}

#[test]
fn a_manual_clock_moves_only_by_hand_and_small_steps_add_up() {
    let clock = ManualClock::new(500);
    assert_eq!(clock.now(), Now { mono: Mono(0), wall_ms: 500 });
    for _ in 0..10 {
        clock.advance(Duration::from_micros(300));
    }
    assert_eq!(clock.now(), Now { mono: Mono(3_000_000), wall_ms: 503 });
    clock.set_wall_ms(10);
    assert_eq!(clock.now(), Now { mono: Mono(3_000_000), wall_ms: 10 });
}

#[test]
fn a_seed_repeats_its_numbers_and_the_kernel_does_not() {
    let (one, two) = (SeededRandom::new(42), SeededRandom::new(42));
    assert_eq!([one.next_u64(), one.next_u64()], [two.next_u64(), two.next_u64()]);
    // The algorithm's published first value for seed 0: a changed generator would change every seed's run.
    assert_eq!(SeededRandom::new(0).next_u64(), 0xe220_a839_7b1d_cdaf);
    assert_ne!(one.uuid(), one.uuid());
    let mut bytes = [0; 700];
    OsRandom.fill(&mut bytes);
    assert!(bytes.iter().filter(|&&byte| byte == 0).count() < 30);
    assert_ne!(OsRandom.uuid(), OsRandom.uuid());
}

#[test]
fn a_process_knows_its_memory_its_time_and_its_descriptors() {
    assert!(process::resident_bytes().unwrap() > 100 << 10);
    assert!(process::open_descriptors().unwrap() >= 3);
    let before = process::cpu_time();
    let mut sum = 0_u64;
    while process::cpu_time() - before < Duration::from_millis(1) {
        sum = std::hint::black_box(sum + 1);
    }
    assert!(process::raise_fd_limit().unwrap() >= 256);
}

#[test]
fn a_janitor_thread_can_step_back_without_taking_the_others_along() {
    let niceness = || rustix::process::getpriority_process(None).unwrap();
    let before = niceness();
    std::thread::spawn(move || {
        process::set_thread_nice(19).unwrap();
        assert_eq!(niceness(), 19);
    })
    .join()
    .unwrap();
    assert_eq!(niceness(), before);
}
