//! `thalweg audit verify`: goes through the files of an audit log, oldest first, and names the first line that does not
//! fit. Reads a line at a time; needs no broker.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use serde_json::json;
use thalweg_security::audit::{LINE_BYTES_MAX, Misfit, Verifier};

use crate::failure::{Failure, Outcome};
use crate::output::{Column, Format, Listing, Table};

/// Checks the files.
pub fn verify(files: &[PathBuf], holds: Option<&(u64, String)>, format: Format) -> Outcome {
    let mut files: Vec<&PathBuf> = files.iter().collect();
    files.sort_by_key(|path| age(path));
    files.dedup();
    let (mut verifier, mut is_held) = (Verifier::default(), false);
    for path in &files {
        let unreadable = |error| {
            Failure::failed(format!(
                "Reading {} failed: {error}. Check the name and its rights.",
                path.display()
            ))
        };
        let mut lines = BufReader::new(File::open(path).map_err(unreadable)?);
        for number in 1_u64.. {
            let Some(line) = next_line(&mut lines).map_err(unreadable)? else { break };
            let taken = match std::str::from_utf8(&line) {
                Ok(line) => verifier.take(line),
                Err(_) => Err(Misfit::Shape("it is not UTF-8")),
            };
            taken.map_err(|why| {
                Failure::failed(format!("{}, line {number}, does not fit: {why}.", path.display()))
            })?;
            is_held |= holds.is_some_and(|(number, hash)| {
                verifier.range().is_some_and(|(_, last)| last == *number)
                    && verifier.hash().as_ref() == Some(hash)
            });
        }
    }
    let (Some((first, last)), Some(hash)) = (verifier.range(), verifier.hash()) else {
        return Err(Failure::failed("There is no line in these files."));
    };
    if let Some((number, _)) = holds.filter(|_| !is_held) {
        return Err(Failure::failed(format!(
            "Line {number} with that hash is not in these files, though their lines {first} to {last} fit each other: the \
             log was cut, or made anew."
        )));
    }
    let mut table =
        Table::new(vec![Column::right("FIRST"), Column::right("LAST"), Column::left("HASH OF THE LAST")]);
    table.row(vec![first.to_string(), last.to_string(), hash.clone()]);
    let listing = Listing {
        tables: vec![table],
        names: vec![format!("{last}:{hash}")],
        value: json!({"files": files.len(), "first": first, "last": last, "hash": hash}),
    };
    listing.print(format)
}

/// Finished files by their numbers, then the one that is being written.
fn age(path: &Path) -> (PathBuf, u64) {
    let number = path.extension().and_then(|digits| digits.to_str()?.parse().ok());
    match number {
        Some(number) => (path.with_extension(""), number),
        None => (path.to_owned(), u64::MAX),
    }
}

/// The next line without its newline; a longer one than there can be is cut, and then does not fit.
fn next_line(lines: &mut impl BufRead) -> std::io::Result<Option<Vec<u8>>> {
    let mut line = Vec::new();
    lines.by_ref().take(LINE_BYTES_MAX as u64).read_until(b'\n', &mut line)?;
    if line.is_empty() {
        return Ok(None);
    }
    if line.last() == Some(&b'\n') {
        line.pop();
    }
    Ok(Some(line))
}
