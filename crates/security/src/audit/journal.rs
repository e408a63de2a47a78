//! From entries to lines, within bounds. The same entry again within [`WINDOW_MS`] is counted, not written; denials beyond
//! a rate, which strangers decide, are counted together. What is counted is told in a line of its own: nothing is left
//! out in silence.

use std::collections::BTreeMap;

use super::chain::Chain;
use super::entry::Entry;

/// How long an entry is counted before it may be written again.
const WINDOW_MS: i64 = 10_000;
/// Entries remembered in order to count them; beyond that they are written each time.
const REMEMBERED_MAX: usize = 1_024;
/// Denials written in a row, and the rate at which that fills up again.
const DENIALS_MAX: i64 = 2_000;
const DENIALS_PER_SECOND: i64 = 100;

/// Makes lines.
#[derive(Debug)]
pub struct Journal {
    chain: Chain,
    /// Entries of the present window, with how often they came again.
    repeated: BTreeMap<String, u64>,
    window_ends_ms: i64,
    denials_left: i64,
    denials_counted_ms: i64,
    dropped: u64,
}

impl Journal {
    /// Goes on behind a chain. Times are milliseconds of a clock that never goes back.
    #[must_use]
    pub fn new(chain: Chain, now_ms: i64) -> Self {
        Self {
            chain,
            repeated: BTreeMap::new(),
            window_ends_ms: now_ms + WINDOW_MS,
            denials_left: DENIALS_MAX,
            denials_counted_ms: now_ms,
            dropped: 0,
        }
    }

    /// Where its chain has come to.
    #[must_use]
    pub fn chain(&self) -> Chain {
        self.chain
    }

    /// Goes back to a chain: what was made since could not be kept, so many lines.
    pub fn take_back(&mut self, chain: Chain) {
        self.dropped += self.chain.next.saturating_sub(chain.next);
        self.chain = chain;
    }

    /// Entries were lost on their way here.
    pub fn drop_entries(&mut self, count: u64) {
        self.dropped += count;
    }

    /// Takes an entry that happened at a wall-clock time; writes its line unless it is only counted.
    pub fn take(&mut self, entry: Entry, wall_ms: i64, now_ms: i64, out: &mut Vec<u8>) {
        if let Some(count) = self.repeated.get_mut(&entry.text) {
            *count += 1;
            return;
        }
        if entry.is_denial && !self.may_deny(now_ms) {
            self.dropped += 1;
            return;
        }
        self.write(&entry.text, wall_ms, None, out);
        if self.repeated.len() < REMEMBERED_MAX {
            self.repeated.insert(entry.text, 0);
        }
    }

    /// Tells what was counted, once its window has ended or, at the end of all, now.
    pub fn turn(&mut self, wall_ms: i64, now_ms: i64, is_last: bool, out: &mut Vec<u8>) {
        if now_ms >= self.window_ends_ms || is_last {
            self.window_ends_ms = now_ms + WINDOW_MS;
            for (text, count) in std::mem::take(&mut self.repeated) {
                if count == 0 {
                    continue;
                }
                self.write(&text, wall_ms, Some(count), out);
                // It goes on being counted: whoever tries for hours has a line a window.
                self.repeated.insert(text, 0);
            }
            if self.dropped > 0 {
                let entry = Entry::dropped(std::mem::take(&mut self.dropped));
                self.write(&entry.text, wall_ms, None, out);
            }
        }
    }

    /// When it wants its next turn though nothing happens.
    #[must_use]
    pub fn next_turn_ms(&self) -> Option<i64> {
        let has_counted = self.dropped > 0 || !self.repeated.is_empty();
        has_counted.then_some(self.window_ends_ms)
    }

    fn may_deny(&mut self, now_ms: i64) -> bool {
        let earned = (now_ms - self.denials_counted_ms).saturating_mul(DENIALS_PER_SECOND) / 1_000;
        if earned > 0 {
            self.denials_left = self.denials_left.saturating_add(earned).min(DENIALS_MAX);
            self.denials_counted_ms = now_ms;
        }
        self.denials_left -= i64::from(self.denials_left > 0);
        self.denials_left > 0
    }

    fn write(&mut self, text: &str, wall_ms: i64, repeats: Option<u64>, out: &mut Vec<u8>) {
        let time = rfc3339(wall_ms);
        let members = match repeats {
            None => format!("\"time\":\"{time}\",{text}"),
            Some(count) => format!("\"time\":\"{time}\",{text},\"repeats\":{count}"),
        };
        self.chain.write(&members, out);
    }
}

/// A time as RFC 3339 has it, in UTC, with milliseconds. By the rule of the proleptic Gregorian calendar: 400 years have
/// 146,097 days, and a year that begins in March has its leap day at its end.
fn rfc3339(wall_ms: i64) -> String {
    const DAY_MS: i64 = 86_400_000;
    let (days, ms) = (wall_ms.div_euclid(DAY_MS), wall_ms.rem_euclid(DAY_MS));
    // From 0000-03-01.
    let days = days + 719_468;
    let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = era * 400 + year_of_era + i64::from(month <= 2);
    let (hour, minute, second) = (ms / 3_600_000, ms / 60_000 % 60, ms / 1_000 % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{:03}Z", ms % 1_000)
}

#[cfg(test)]
mod tests {
    use super::super::chain::Verifier;
    use super::super::entry::{Authentication, Decision};
    use super::*;

    fn login(decision: Decision, user: &str) -> Entry {
        Entry::authentication(&Authentication {
            decision,
            principal: Some(user),
            host: std::net::IpAddr::from([127, 0, 0, 1]),
            listener: "SASL_SSL",
            mechanism: "PLAIN",
            why: None,
        })
    }

    fn lines(out: &[u8]) -> Vec<&str> {
        let lines: Vec<&str> = std::str::from_utf8(out).unwrap().lines().collect();
        let mut verifier = Verifier::default();
        lines.iter().for_each(|line| verifier.take(line).unwrap());
        lines
    }

    #[test]
    fn what_happens_again_is_counted_and_told_when_the_window_ends() {
        let (mut journal, mut out) = (Journal::new(Chain::default(), 0), Vec::new());
        for _ in 0..5 {
            journal.take(login(Decision::Allowed, "User:ann"), 0, 0, &mut out);
        }
        journal.take(login(Decision::Allowed, "User:bob"), 0, 0, &mut out);
        journal.turn(9_999, 9_999, false, &mut out);
        assert_eq!(lines(&out).len(), 2);
        assert_eq!(journal.next_turn_ms(), Some(10_000));
        journal.turn(10_000, 10_000, false, &mut out);
        let all = lines(&out);
        assert_eq!(all.len(), 3);
        assert!(all[2].contains("User:ann") && all[2].contains("\"repeats\":4"), "{}", all[2]);
        assert!(all[2].starts_with("{\"seq\":3,\"time\":\"1970-01-01T00:00:10.000Z\","), "{}", all[2]);
        journal.turn(20_000, 20_000, false, &mut out);
        assert_eq!(lines(&out).len(), 3);
        assert_eq!(journal.next_turn_ms(), None, "nothing is left to count");
    }

    #[test]
    fn denials_beyond_the_rate_are_counted_and_leave_given_is_always_written() {
        let (mut journal, mut out) = (Journal::new(Chain::default(), 0), Vec::new());
        for at in 0..5_000 {
            journal.take(login(Decision::Denied, &format!("User:{at}")), 0, 0, &mut out);
        }
        let written = lines(&out).len();
        assert!(written < 2_000, "{written}");
        journal.take(login(Decision::Allowed, "User:ann"), 0, 0, &mut out);
        assert_eq!(lines(&out).len(), written + 1);
        journal.turn(0, 10_000, false, &mut out);
        let all = lines(&out);
        let dropped = format!("\"event\":\"dropped\",\"count\":{}", 5_000 - written);
        assert!(all[written + 1].contains(&dropped), "{}", all[written + 1]);
        journal.take(login(Decision::Denied, "User:late"), 0, 10_000, &mut out);
        assert_eq!(lines(&out).len(), written + 3, "after a while there is room again");
    }

    #[test]
    fn lines_that_could_not_be_kept_are_made_anew_and_told() {
        let (mut journal, mut out) = (Journal::new(Chain::default(), 0), Vec::new());
        journal.take(login(Decision::Allowed, "User:ann"), 0, 0, &mut out);
        let (kept, mut lost) = (journal.chain(), Vec::new());
        journal.take(login(Decision::Allowed, "User:bob"), 0, 0, &mut lost);
        journal.take_back(kept);
        journal.drop_entries(2);
        journal.turn(0, 0, true, &mut out);
        let all = lines(&out);
        assert!(all[1].contains("\"event\":\"dropped\",\"count\":3"), "{}", all[1]);
    }

    #[test]
    fn times_are_those_of_the_calendar() {
        for (wall_ms, text) in [
            (0, "1970-01-01T00:00:00.000Z"),
            (951_782_400_000, "2000-02-29T00:00:00.000Z"),
            (1_700_000_000_123, "2023-11-14T22:13:20.123Z"),
            (4_107_542_399_999, "2100-02-28T23:59:59.999Z"),
            (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
            (-1, "1969-12-31T23:59:59.999Z"),
        ] {
            assert_eq!(rfc3339(wall_ms), text);
        }
    }
}
