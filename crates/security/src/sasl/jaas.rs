//! The one line of Java's login configuration that Kafka puts into `sasl.jaas.config`:
//! `a.b.LoginModule required name="value" other=value;`. Reads it; knows no module.

use std::collections::BTreeMap;
use std::fmt;

/// A login module and its options.
#[derive(Clone, PartialEq, Eq)]
pub struct LoginModule {
    /// The class's full name.
    pub class: String,
    /// Its options.
    pub options: BTreeMap<String, String>,
}

impl fmt::Debug for LoginModule {
    /// Options hold passwords.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LoginModule").field("class", &self.class).finish_non_exhaustive()
    }
}

impl LoginModule {
    /// The class's name without its package.
    #[must_use]
    pub fn simple_name(&self) -> &str {
        self.class.rsplit('.').next().unwrap_or_default()
    }
}

/// Reads exactly one module. `Err` says what is wrong, and never quotes a value.
pub fn parse(text: &str) -> Result<LoginModule, String> {
    let mut tokens = Tokens { rest: text };
    let class = tokens.word("the login module's class")?;
    let flag = tokens.word("its flag (required)")?;
    let flags = ["required", "requisite", "sufficient", "optional"];
    if !flags.iter().any(|known| flag.eq_ignore_ascii_case(known)) {
        return Err("behind the login module's class stands no flag; write required".to_owned());
    }
    let mut options = BTreeMap::new();
    loop {
        match tokens.next()? {
            Some(Token::Mark(';')) => break,
            Some(Token::Word(name)) => {
                if tokens.next()? != Some(Token::Mark('=')) {
                    return Err(format!("option {name} has no value; write {name}=\"…\""));
                }
                match tokens.next()? {
                    Some(Token::Word(value)) => options.insert(name, value),
                    _ => return Err(format!("option {name} has no value; write {name}=\"…\"")),
                };
            }
            Some(Token::Mark(_)) => return Err("an = without an option's name before it".to_owned()),
            None => return Err("the ; at the end is missing".to_owned()),
        }
    }
    match tokens.next()? {
        None => Ok(LoginModule { class, options }),
        Some(_) => Err("more than one login module; write one for each mechanism".to_owned()),
    }
}

#[derive(PartialEq, Eq)]
enum Token {
    Word(String),
    Mark(char),
}

struct Tokens<'a> {
    rest: &'a str,
}

impl Tokens<'_> {
    fn word(&mut self, what: &str) -> Result<String, String> {
        match self.next()? {
            Some(Token::Word(word)) => Ok(word),
            _ => Err(format!("{what} is missing")),
        }
    }

    fn next(&mut self) -> Result<Option<Token>, String> {
        self.rest = self.rest.trim_start();
        let Some(first) = self.rest.chars().next() else { return Ok(None) };
        match first {
            ';' | '=' => {
                self.rest = &self.rest[1..];
                Ok(Some(Token::Mark(first)))
            }
            '"' | '\'' => self.quoted(first).map(Some),
            _ => {
                let ends = |c: char| c.is_whitespace() || matches!(c, ';' | '=' | '"' | '\'');
                let end = self.rest.find(ends).unwrap_or(self.rest.len());
                let word = self.rest[..end].to_owned();
                self.rest = &self.rest[end..];
                Ok(Some(Token::Word(word)))
            }
        }
    }

    fn quoted(&mut self, quote: char) -> Result<Token, String> {
        let mut word = String::new();
        let mut chars = self.rest.char_indices().skip(1);
        while let Some((at, c)) = chars.next() {
            if c == quote {
                self.rest = &self.rest[at + 1..];
                return Ok(Token::Word(word));
            }
            if c != '\\' {
                word.push(c);
                continue;
            }
            match chars.next() {
                Some((_, 'n')) => word.push('\n'),
                Some((_, 't')) => word.push('\t'),
                Some((_, 'r')) => word.push('\r'),
                Some((_, other)) => word.push(other),
                None => break,
            }
        }
        Err("a quoted value does not end".to_owned())
    }
}
