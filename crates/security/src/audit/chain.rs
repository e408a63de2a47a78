//! What binds a line of the audit log to the one before: its number is one more, and it holds that line's hash before its
//! own. The hash is SHA-256 over the line's own bytes up to the member that holds it, so nobody has to agree on how JSON
//! is written.

use std::fmt;

use sha2::{Digest, Sha256};

/// No line is longer, its newline included.
pub const LINE_BYTES_MAX: usize = 16 << 10;
/// What the first line of a chain names as the line before it.
const NOTHING: [u8; 32] = [0; 32];
/// The members at a line's two ends.
const NUMBER: &str = "{\"seq\":";
const PREVIOUS: &str = ",\"prev\":\"";
const HASH: &str = "\",\"hash\":\"";
const END: &str = "\"}";
const HEX: usize = 64;

/// Where a chain has come to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Chain {
    /// The number of the next line.
    pub next: u64,
    previous: [u8; 32],
}

impl fmt::Debug for Chain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Chain").field("next", &self.next).field("previous", &self.hash()).finish()
    }
}

impl Default for Chain {
    fn default() -> Self {
        Self { next: 1, previous: NOTHING }
    }
}

impl Chain {
    /// A chain that goes on behind this line, if the line is whole and its hash its own.
    #[must_use]
    pub fn behind(line: &str) -> Option<Self> {
        let line = read_line(line).ok()?;
        Some(Self { next: line.number.checked_add(1)?, previous: line.hash })
    }

    /// The hash of its last line, in hexadecimal digits.
    #[must_use]
    pub fn hash(&self) -> String {
        hex(&self.previous)
    }

    /// Writes a line of these members, its newline included, and moves behind it.
    pub(super) fn write(&mut self, members: &str, out: &mut Vec<u8>) {
        let mut line = format!("{NUMBER}{},{members}{PREVIOUS}{}", self.next, hex(&self.previous));
        self.previous = Sha256::digest(line.as_bytes()).into();
        self.next += 1;
        line.push_str(HASH);
        line.push_str(&hex(&self.previous));
        line.push_str(END);
        line.push('\n');
        out.extend_from_slice(line.as_bytes());
    }
}

/// Why a line does not fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Misfit {
    /// It is no line of an audit log.
    Shape(&'static str),
    /// Its hash is not that of its bytes: they were changed.
    Hash,
    /// It does not name the line before it: that one was changed, or lines were taken out or put in.
    Previous,
    /// Its number is not the next one.
    Number {
        /// What it would have to be.
        expected: u64,
        /// What it is.
        found: u64,
    },
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Shape(why) => write!(f, "it is no line of an audit log: {why}"),
            Self::Hash => f.write_str("it was changed: its hash is not that of its text"),
            Self::Previous => f.write_str(
                "it does not follow the line before it: that line was changed, or lines were taken out or put in",
            ),
            Self::Number { expected, found } => {
                write!(f, "its number is {found} where {expected} is next: lines are missing or out of order")
            }
        }
    }
}

/// The members that bind a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bound {
    /// Its number.
    pub number: u64,
    /// The hash of the line before it.
    pub previous: [u8; 32],
    /// Its own hash, which is that of its bytes.
    pub hash: [u8; 32],
}

/// Takes a line apart and checks its own hash; what was before it is not known here.
pub fn read_line(line: &str) -> Result<Bound, Misfit> {
    let body = line.strip_suffix(END).ok_or(Misfit::Shape("its end is missing"))?;
    let (body, hash) = split_hash(body).ok_or(Misfit::Shape("it holds no hash"))?;
    let rest = body.strip_suffix(HASH).ok_or(Misfit::Shape("it holds no hash"))?;
    let (before, previous) = split_hash(rest).ok_or(Misfit::Shape("it names no line before it"))?;
    if !before.ends_with(PREVIOUS) {
        return Err(Misfit::Shape("it names no line before it"));
    }
    let number = before.strip_prefix(NUMBER).and_then(|rest| rest.split_once(',')?.0.parse().ok());
    let number = number.ok_or(Misfit::Shape("it has no number"))?;
    let found: [u8; 32] = Sha256::digest(rest.as_bytes()).into();
    if found != hash {
        return Err(Misfit::Hash);
    }
    Ok(Bound { number, previous, hash })
}

/// Splits the hash off the end of a text.
fn split_hash(text: &str) -> Option<(&str, [u8; 32])> {
    let (before, digits) = text.split_at_checked(text.len().checked_sub(HEX)?)?;
    let mut hash = [0; 32];
    for (byte, pair) in hash.iter_mut().zip(digits.as_bytes().chunks(2)) {
        // One way to write a hash: anything else would be a line that differs and still fits.
        let digit = |at: usize| match pair.get(at)? {
            digit @ b'0'..=b'9' => Some(digit - b'0'),
            digit @ b'a'..=b'f' => Some(digit - b'a' + 10),
            _ => None,
        };
        *byte = digit(0)? << 4 | digit(1)?;
    }
    Some((before, hash))
}

fn hex(bytes: &[u8; 32]) -> String {
    bytes.iter().fold(String::with_capacity(HEX), |mut text, byte| {
        for nibble in [byte >> 4, byte & 15] {
            text.push(char::from_digit(u32::from(nibble), 16).unwrap_or('0'));
        }
        text
    })
}

/// Goes through lines and stops at the first that does not fit.
#[derive(Clone, Debug, Default)]
pub struct Verifier {
    chain: Option<Chain>,
    first: Option<u64>,
}

impl Verifier {
    /// Takes the next line, without its newline. The first one of all may be in the middle of a chain: older files are
    /// thrown away.
    pub fn take(&mut self, line: &str) -> Result<(), Misfit> {
        let bound = read_line(line)?;
        let begins_chain = bound.number == 1;
        if begins_chain && bound.previous != NOTHING {
            return Err(Misfit::Previous);
        }
        if let Some(chain) = &self.chain {
            if bound.number != chain.next {
                return Err(Misfit::Number { expected: chain.next, found: bound.number });
            }
            if bound.previous != chain.previous {
                return Err(Misfit::Previous);
            }
        }
        self.first = self.first.or(Some(bound.number));
        self.chain = Some(Chain { next: bound.number.saturating_add(1), previous: bound.hash });
        Ok(())
    }

    /// The numbers of the first and the last line that were taken.
    #[must_use]
    pub fn range(&self) -> Option<(u64, u64)> {
        Some((self.first?, self.chain?.next - 1))
    }

    /// The hash of the last line, in hexadecimal digits.
    #[must_use]
    pub fn hash(&self) -> Option<String> {
        self.chain.as_ref().map(Chain::hash)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(count: u64) -> Vec<String> {
        let (mut chain, mut out) = (Chain::default(), Vec::new());
        (0..count).for_each(|at| chain.write(&format!("\"event\":\"e{at}\""), &mut out));
        String::from_utf8(out).unwrap().lines().map(str::to_owned).collect()
    }

    /// The place of the first line that does not fit, and why.
    fn first_misfit(lines: &[String]) -> Option<(usize, Misfit)> {
        let mut verifier = Verifier::default();
        lines.iter().enumerate().find_map(|(at, line)| Some((at, verifier.take(line).err()?)))
    }

    #[test]
    fn lines_that_nobody_touched_fit_and_a_later_beginning_does_too() {
        let all = lines(5);
        assert_eq!(first_misfit(&all), None);
        assert_eq!(first_misfit(&all[2..]), None);
        let mut verifier = Verifier::default();
        all[2..].iter().for_each(|line| verifier.take(line).unwrap());
        assert_eq!(verifier.range(), Some((3, 5)));
        assert_eq!(verifier.hash(), Chain::behind(&all[4]).map(|chain| chain.hash()));
    }

    #[test]
    fn every_changed_byte_is_found_in_its_own_line_or_the_next() {
        let all = lines(3);
        for at in 0..all[1].len() {
            let mut changed = all.clone();
            let mut bytes = changed[1].clone().into_bytes();
            bytes[at] ^= 1;
            changed[1] = String::from_utf8(bytes).unwrap();
            let (place, _) = first_misfit(&changed).unwrap_or_else(|| panic!("byte {at} may be changed"));
            assert_eq!(place, 1, "byte {at}");
        }
    }

    #[test]
    fn lines_taken_out_put_in_or_swapped_are_found_even_with_hashes_made_anew() {
        let all = lines(6);
        let without = [&all[..2], &all[3..]].concat();
        assert_eq!(first_misfit(&without), Some((2, Misfit::Number { expected: 3, found: 4 })));
        let mut swapped = all.clone();
        swapped.swap(3, 4);
        assert_eq!(first_misfit(&swapped), Some((3, Misfit::Number { expected: 4, found: 5 })));
        let twice = [&all[..3], &all[2..]].concat();
        assert_eq!(first_misfit(&twice), Some((3, Misfit::Number { expected: 4, found: 3 })));
        // Somebody who can compute hashes rewrites one line: the next one tells.
        let mut rewritten = all.clone();
        let mut out = Vec::new();
        Chain::behind(&all[1]).unwrap().write("\"event\":\"harmless\"", &mut out);
        rewritten[2] = String::from_utf8(out).unwrap().trim_end().to_owned();
        assert_eq!(first_misfit(&rewritten), Some((3, Misfit::Previous)));
        let mut later = all[1].clone();
        later.push('x');
        assert_eq!(read_line(&later), Err(Misfit::Shape("its end is missing")));
    }

    #[test]
    fn rubbish_is_a_misfit_and_nothing_worse() {
        for text in
            ["", "{}", "\"}", "{\"seq\":1}", "ä\"}", &"f".repeat(200), &format!("{}\"}}", "ä".repeat(90))]
        {
            assert!(read_line(text).is_err(), "{text}");
            assert_eq!(Chain::behind(text), None);
        }
    }
}
