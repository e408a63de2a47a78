//! `--watch`: the same question again and again, its answer in place of the one before. Ends with the process.

use std::io::IsTerminal;
use std::time::Duration;

use crate::failure::Outcome;
use crate::output::{Format, Listing, print_text, render_streamed};
use crate::session::Session;

/// How long `--watch` waits between two looks.
const PAUSE: Duration = Duration::from_secs(2);

/// Prints what `look` finds: once, or every two seconds if the caller watches.
pub fn show(
    session: &mut Session,
    watches: bool,
    format: Format,
    mut look: impl FnMut(&mut Session) -> Outcome<Listing>,
) -> Outcome {
    if !watches {
        return look(session)?.print(format);
    }
    loop {
        let listing = look(session)?;
        let text = match format {
            Format::Json | Format::Yaml => render_streamed(&listing.value, format),
            Format::Table | Format::Name => listing.render(format),
        };
        // On a terminal each look takes the place of the one before.
        let clear = if std::io::stdout().is_terminal() { "\x1b[H\x1b[2J" } else { "" };
        print_text(&format!("{clear}{text}"))?;
        session.pause(PAUSE);
    }
}
