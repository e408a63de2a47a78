//! A handful of seeds with every commit; many by `thalweg-sim`, and hours of them before a release.

use std::time::Duration;

use thalweg_sim::{Scenario, run};

fn scenario(seed: u64) -> Scenario {
    Scenario { seed, length: Duration::from_secs(15), fault_pace: Duration::from_secs(2) }
}

#[test]
fn whatever_goes_wrong_nothing_acknowledged_is_lost_and_nobody_waits_for_ever() {
    let mut faults = 0;
    for seed in 1..=8 {
        let outcome = run(scenario(seed));
        assert_eq!(outcome.violation, None, "seed {seed}");
        assert!(outcome.counts.acked > 100 && outcome.counts.read > 100, "seed {seed}: {:?}", outcome.counts);
        faults += outcome.counts.faults;
    }
    assert!(faults > 20, "{faults} faults are few");
}

#[test]
fn the_same_seed_gives_the_same_run_turn_by_turn() {
    let (once, again, other) = (run(scenario(9)), run(scenario(9)), run(scenario(10)));
    assert_eq!(once, again);
    assert_ne!(once.trace, other.trace);
}
