//! The README's first five minutes, typed by a test: every `$` line of its first `console` block is run, and what
//! follows it must be what appears. `…` stands for anything within a line, and alone for any lines.

use std::path::Path;

use crate::support::Broker;

#[test]
fn the_first_five_minutes_of_the_readme_are_true() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let readme = std::fs::read_to_string(root.join("README.md")).unwrap();
    let steps = steps(&readme);
    assert!(steps.len() >= 8, "the README has a transcript in a ```console block");
    let broker = Broker::start();
    std::fs::copy(root.join("LICENSE"), broker.directory.path().join("LICENSE")).unwrap();
    for (line, expected) in &steps {
        let shown =
            if line.starts_with("thalweg serve") { broker.screen.clone() } else { broker.shell(line) };
        // The test's ports are not the ones a newcomer sees.
        let shown = shown.replace(&admin_of(&broker.screen), "127.0.0.1:9644");
        let shown =
            shown.replace(&format!("-b {} ", broker.address), "").replace(&broker.address, "127.0.0.1:9092");
        let shown: Vec<&str> = shown.lines().collect();
        let expected: Vec<&str> = expected.iter().map(String::as_str).collect();
        assert!(
            matches_lines(&expected, &shown),
            "$ {line}\nthe README says:\n{}\nthe terminal shows:\n{}",
            expected.join("\n"),
            shown.join("\n")
        );
    }
    assert!(broker.stop().1);
}

/// The address of the admin listener on the start screen.
fn admin_of(screen: &str) -> String {
    let (_, address) = screen.split_once("http://").expect("the screen names it");
    address.split_whitespace().next().unwrap_or_default().to_owned()
}

/// Commands and what follows them.
fn steps(readme: &str) -> Vec<(String, Vec<String>)> {
    let mut steps: Vec<(String, Vec<String>)> = Vec::new();
    let mut inside = false;
    for line in readme.lines() {
        match (inside, line) {
            (false, "```console") => inside = true,
            // One block: what other tools show is for other tests.
            (true, "```") => break,
            (true, line) => match (line.strip_prefix("$ "), steps.last_mut()) {
                (Some(command), _) => steps.push((command.to_owned(), Vec::new())),
                (None, Some((_, output))) => output.push(line.to_owned()),
                (None, None) => panic!("output before the first command: {line}"),
            },
            _ => {}
        }
    }
    for (_, output) in &mut steps {
        // A blank line before the next command is for the eye.
        while output.last().is_some_and(String::is_empty) {
            output.pop();
        }
    }
    steps
}

fn matches_lines(expected: &[&str], shown: &[&str]) -> bool {
    match (expected.split_first(), shown.split_first()) {
        (None, _) => shown.iter().all(|line| line.is_empty()),
        (Some((&"…", rest)), _) => (0..=shown.len()).any(|skipped| matches_lines(rest, &shown[skipped..])),
        (Some((first, rest)), Some((line, others))) => {
            matches_line(first, line) && matches_lines(rest, others)
        }
        (Some(_), None) => false,
    }
}

fn matches_line(expected: &str, shown: &str) -> bool {
    let mut parts = expected.split('…');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = shown.strip_prefix(first) else { return false };
    let parts: Vec<&str> = parts.collect();
    let Some((last, middle)) = parts.split_last() else { return rest.is_empty() };
    for part in middle {
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    rest.ends_with(last)
}

#[test]
fn the_comparison_notices_differences() {
    assert!(matches_lines(&["a…c", "…", "z"], &["abc", "x", "y", "z"]));
    assert!(!matches_lines(&["a…c"], &["abd"]));
    assert!(!matches_lines(&["a"], &["a", "b"]));
    assert!(!matches_lines(&["a", "b"], &["a"]));
    assert!(!matches_line("a", "ab") && matches_line("…b", "ab"));
}
