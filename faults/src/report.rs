//! Writes a run's row into its table in `docs/reliability.md`, between two markers that name the tool. Nothing else of
//! the page is touched, and a row of an earlier run stays.

use std::path::Path;
use std::process::Command;
use std::time::{SystemTime, UNIX_EPOCH};

/// Adds a row to the table of this name. Date, commit and cores come first by themselves.
pub fn add_row(page: &Path, table: &str, cells: &[String]) -> Result<(), String> {
    let text = std::fs::read_to_string(page).map_err(|error| format!("{}: {error}", page.display()))?;
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let mut row = vec![date(seconds), commit(page), cores.to_string()];
    row.extend_from_slice(cells);
    let text = with_row(&text, table, &row)
        .ok_or_else(|| format!("{} has no table between `{}`", page.display(), end_marker(table)))?;
    std::fs::write(page, text).map_err(|error| format!("{}: {error}", page.display()))
}

fn end_marker(table: &str) -> String {
    format!("<!-- end of {table} -->")
}

fn with_row(text: &str, table: &str, row: &[String]) -> Option<String> {
    let marker = end_marker(table);
    let at = text.find(&marker)?;
    let (before, after) = text.split_at(at);
    Some(format!("{before}| {} |\n{after}", row.join(" | ")))
}

fn commit(page: &Path) -> String {
    let folder = page.parent().unwrap_or(Path::new("."));
    let output = Command::new("git").args(["rev-parse", "--short", "HEAD"]).current_dir(folder).output();
    let said = output.ok().filter(|output| output.status.success());
    said.map_or("-".to_owned(), |output| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// The day of a moment, in UTC (Howard Hinnant's `civil_from_days`).
fn date(seconds: u64) -> String {
    let days = seconds / 86_400 + 719_468;
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    format!("{year}-{month:02}-{day:02}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_lands_behind_the_others_of_its_table() {
        let page = "a\n| x |\n<!-- end of one -->\n| y |\n<!-- end of two -->\nb\n";
        let row = ["1".to_owned(), "2".to_owned()];
        let after = with_row(page, "one", &row).expect("the table is there");
        assert_eq!(after, "a\n| x |\n| 1 | 2 |\n<!-- end of one -->\n| y |\n<!-- end of two -->\nb\n");
        assert_eq!(with_row(page, "three", &row), None);
    }

    #[test]
    fn days_are_counted_as_calendars_do() {
        assert_eq!(date(0), "1970-01-01");
        assert_eq!(date(951_782_400), "2000-02-29");
        assert_eq!(date(1_767_225_599), "2025-12-31");
    }
}
