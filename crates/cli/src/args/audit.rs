//! `thalweg audit …`.

use std::path::PathBuf;

use clap::Subcommand;

/// `audit …`
#[derive(Debug, Subcommand)]
pub enum AuditCommand {
    /// Check that every line of an audit log is as it was written and follows the one before
    #[command(after_help = "\
Example: thalweg audit verify /var/log/thalweg/audit.log*
Whoever can write the files can also take lines off the end or make all hashes anew. Keep the number and hash that this
prints somewhere else, and give them to the next check with --holds.")]
    Verify {
        /// The file, and those it was before, in any order
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
        /// The log must hold this line, as an earlier check printed it
        #[arg(long, value_name = "NUMBER:HASH", value_parser = parse_holds)]
        holds: Option<(u64, String)>,
    },
}

/// `NUMBER:HASH`.
fn parse_holds(text: &str) -> Result<(u64, String), String> {
    let read = text.split_once(':').and_then(|(number, hash)| Some((number.parse().ok()?, hash)));
    match read {
        Some((number, hash)) if hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()) => {
            Ok((number, hash.to_ascii_lowercase()))
        }
        _ => Err("write the number of a line, a colon and the 64 digits of its hash".to_owned()),
    }
}
