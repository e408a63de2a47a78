//! `--name value` and `--name` words of the three programs. Knows no names.

use std::str::FromStr;

use crate::Outcome;

/// What was typed, in order; a name may come more than once.
#[derive(Clone, Debug, Default)]
pub struct Flags {
    words: Vec<(String, Option<String>)>,
}

impl Flags {
    /// Every word that begins with `--` is a name; a word behind it that does not is its value.
    pub fn parse(words: impl Iterator<Item = String>) -> Outcome<Self> {
        let mut flags = Self::default();
        for word in words {
            match (word.strip_prefix("--"), flags.words.last_mut()) {
                (Some(name), _) => flags.words.push((name.to_owned(), None)),
                (None, Some((_, value @ None))) => *value = Some(word),
                (None, _) => return Err(format!("`{word}` belongs to no --name")),
            }
        }
        Ok(flags)
    }

    /// Whether the name was given.
    pub fn has(&self, name: &str) -> bool {
        self.words.iter().any(|(known, _)| known == name)
    }

    /// The last value of the name.
    pub fn text(&self, name: &str) -> Option<&str> {
        let given = self.words.iter().filter(|(known, _)| known == name);
        given.filter_map(|(_, value)| value.as_deref()).next_back()
    }

    /// Every value of the name.
    pub fn all<'f>(&'f self, name: &'f str) -> impl Iterator<Item = &'f str> {
        self.words.iter().filter(move |(known, _)| known == name).filter_map(|(_, value)| value.as_deref())
    }

    /// The value as a number, or what holds when it was not given.
    pub fn number<T: FromStr>(&self, name: &str, otherwise: T) -> Outcome<T> {
        match self.text(name) {
            None => Ok(otherwise),
            Some(text) => text.parse().map_err(|_| format!("--{name} {text}: not a number")),
        }
    }
}
