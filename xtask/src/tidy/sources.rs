//! What one source file must hold: a `//!` head; in the lower rings no call that reaches the world; `unsafe` only
//! where layers.toml allows it. A plain text scan that complements clippy.toml: it also sees macros and imports.

/// Which rules hold for a file.
pub struct Place {
    /// Production code of ring 0 or 1: decides, never does.
    pub pure: bool,
    /// `unsafe` may be written here.
    pub unsafe_code: bool,
}

/// All findings as (line, what).
pub fn check(text: &str, place: &Place) -> Vec<(usize, String)> {
    let mut findings = Vec::new();
    let head = text.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with("#!/"));
    if !head.is_some_and(|line| line.starts_with("//!") && line.len() > 8) {
        findings.push((1, "opens without a `//!` that says what the file decides or does".to_owned()));
    }
    let mut hash_import = false;
    for (number, line) in text.lines().enumerate() {
        if line.trim_start().starts_with("#[cfg(test)]") && next_is_module(text, number) {
            break;
        }
        let code = line.split("//").next().unwrap_or_default();
        let spoken: String = code.split('"').step_by(2).collect();
        if !place.unsafe_code && has_word(&spoken, "unsafe") && !code.contains("unsafe_code") {
            findings.push((number + 1, "`unsafe` belongs in the platform crate".to_owned()));
        }
        if !place.pure {
            continue;
        }
        for (call, instead) in BANNED {
            if code.contains(call) {
                findings.push((number + 1, format!("`{call}`: {instead}")));
            }
        }
        // `use std::collections::{BTreeMap, HashMap}` may span lines.
        hash_import |= code.contains("std::collections::{");
        if (hash_import || code.contains("std::collections::"))
            && (has_word(code, "HashMap") || has_word(code, "HashSet"))
        {
            findings.push((number + 1, "std's hash maps change their order from run to run".to_owned()));
        }
        hash_import &= !code.contains('}');
    }
    findings
}

/// Whether the attribute on this line opens a test module (as is usual, the last thing in a file).
fn next_is_module(text: &str, attribute: usize) -> bool {
    text.lines()
        .skip(attribute + 1)
        .map(str::trim)
        .find(|line| !line.is_empty() && !line.starts_with('#'))
        .is_some_and(|line| (line.starts_with("mod ") || line.starts_with("pub mod ")) && line.ends_with('{'))
}

fn has_word(code: &str, word: &str) -> bool {
    let is_name = |c: char| c.is_alphanumeric() || c == '_';
    code.match_indices(word).any(|(at, _)| {
        !code[..at].chars().next_back().is_some_and(is_name)
            && !code[at + word.len()..].chars().next().is_some_and(is_name)
    })
}

const BANNED: &[(&str, &str)] = &[
    ("Instant::now", "take `now` as an argument"),
    ("SystemTime", "take `now` as an argument"),
    ("std::thread", "rings 0 and 1 have no threads"),
    ("thread_local!", "rings 0 and 1 have no threads"),
    ("std::fs", "rings 0 and 1 never see files"),
    ("std::os::", "rings 0 and 1 never see the operating system"),
    ("TcpStream", "rings 0 and 1 never see sockets"),
    ("TcpListener", "rings 0 and 1 never see sockets"),
    ("UdpSocket", "rings 0 and 1 never see sockets"),
    ("ToSocketAddrs", "rings 0 and 1 never ask a resolver"),
    ("std::process", "rings 0 and 1 start and end no process"),
    ("std::env::var", "settings come in as arguments"),
    ("std::env::args", "settings come in as arguments"),
    ("RandomState", "seeded at random: take a fixed hasher"),
    ("DefaultHasher", "its algorithm may change: take a fixed hasher"),
    ("thread_rng", "random numbers come in as arguments"),
    ("println!", "rings 0 and 1 print nothing"),
    ("eprintln!", "rings 0 and 1 print nothing"),
];

#[cfg(test)]
mod tests {
    use super::*;

    const PURE: Place = Place { pure: true, unsafe_code: false };

    #[test]
    fn a_file_without_head_is_found() {
        assert_eq!(check("use std::fmt;\n", &PURE).len(), 1);
        assert_eq!(check("//! Says what it decides.\nuse std::fmt;\n", &PURE), []);
    }

    #[test]
    fn a_clock_a_file_and_a_seeded_map_are_found_on_their_lines() {
        let text = "//! A head for it.\nlet a = Instant::now();\nuse std::fs::File;\nuse std::collections::{\n  HashMap,\n};\n";
        let lines: Vec<usize> = check(text, &PURE).into_iter().map(|(line, _)| line).collect();
        assert_eq!(lines, [2, 3, 5]);
    }

    #[test]
    fn comments_test_modules_and_hashbrown_are_spared() {
        let text = "//! A head for it.\n// never Instant::now\nuse hashbrown::HashMap;\n#[cfg(test)]\nmod tests {\n use std::fs;\n}\n";
        assert_eq!(check(text, &PURE), []);
    }

    #[test]
    fn code_after_an_attribute_that_is_no_module_is_still_read() {
        let text = "//! A head for it.\n#[cfg(test)]\nuse a::b;\nlet a = Instant::now();\n";
        assert_eq!(check(text, &PURE).len(), 1);
    }

    #[test]
    fn unsafe_is_found_outside_the_platform() {
        let text =
            "//! A head for it.\nunsafe { x() }\n#![deny(unsafe_code)]\nlet why = \"an unsafe downgrade\";\n";
        assert_eq!(check(text, &PURE).len(), 1);
    }
}
