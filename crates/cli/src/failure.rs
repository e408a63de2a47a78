//! How a command ends when it does not succeed: one plain line for a human and an exit code for a script.
//! Decides the exit codes; never prints (main does).

use std::fmt;
use std::process::ExitCode;

/// The exit codes a script may rely on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// The command was understood, tried, and failed.
    Failed = 1,
    /// The command line itself is wrong; clap uses the same number.
    Usage = 2,
    /// The topic, key or object named does not exist.
    NotFound = 3,
    /// No answer within the time allowed.
    Timeout = 5,
}

/// Why a command failed: what happened, to which object, the likely cause, and what to do, in one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// What the process exits with.
    pub exit: Exit,
    /// The line for stderr, without the leading `error: `.
    pub message: String,
}

impl Failure {
    /// The command was tried and failed.
    pub fn failed(message: impl Into<String>) -> Self {
        Self { exit: Exit::Failed, message: message.into() }
    }

    /// The command line asks for something that makes no sense.
    pub fn usage(message: impl Into<String>) -> Self {
        Self { exit: Exit::Usage, message: message.into() }
    }

    /// The object named is not there.
    pub fn not_found(message: impl Into<String>) -> Self {
        Self { exit: Exit::NotFound, message: message.into() }
    }

    /// Nobody answered in time.
    pub fn timeout(message: impl Into<String>) -> Self {
        Self { exit: Exit::Timeout, message: message.into() }
    }

    /// For `main`.
    pub fn exit_code(&self) -> ExitCode {
        ExitCode::from(self.exit as u8)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // One line, whatever a broker put into its message.
        for (index, line) in self.message.lines().map(str::trim).filter(|line| !line.is_empty()).enumerate() {
            if index > 0 {
                f.write_str(" ")?;
            }
            f.write_str(line)?;
        }
        Ok(())
    }
}

/// What every command returns.
pub type Outcome<T = ()> = Result<T, Failure>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_is_one_line_even_when_the_broker_answers_several() {
        let failure = Failure::failed("Topic 'a' was refused.\n  Choose another name.\n");
        assert_eq!(failure.to_string(), "Topic 'a' was refused. Choose another name.");
    }

    #[test]
    fn exit_codes_are_the_documented_ones() {
        let code = |exit: Exit| exit as u8;
        assert_eq!(
            [code(Exit::Failed), code(Exit::Usage), code(Exit::NotFound), code(Exit::Timeout)],
            [1, 2, 3, 5]
        );
    }
}
