//! `thalweg group …`.

use clap::Subcommand;

use crate::time::parse_timestamp;

/// List, describe, reset and delete groups of consumers, and see how far they lag
#[derive(Debug, Subcommand)]
pub enum GroupCommand {
    /// Names, kinds and states of all groups
    List(GroupListArgs),
    /// Members of groups, and what each reads
    Describe(GroupNames),
    /// How far each partition has been read, and how much is left
    Lag(GroupNames),
    /// Move a group without members to other offsets
    Reset(GroupResetArgs),
    /// Delete groups without members, with the offsets they have committed
    Delete(GroupDeleteArgs),
}

/// Which groups are listed.
#[derive(Debug, clap::Args)]
pub struct GroupListArgs {
    /// Only groups in this state, such as Stable or Empty
    #[arg(short, long, value_name = "STATE")]
    pub state: Option<String>,
    /// Print it again every two seconds until Ctrl-C
    #[arg(short, long)]
    pub watch: bool,
}

/// Groups to look at.
#[derive(Debug, clap::Args)]
pub struct GroupNames {
    /// Names of the groups
    #[arg(required = true)]
    pub names: Vec<String>,
    /// Print it again every two seconds until Ctrl-C
    #[arg(short, long)]
    pub watch: bool,
}

/// Where a group shall go on.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  thalweg group reset billing --to earliest            show what would change
  thalweg group reset billing --to earliest --yes      do it
  thalweg group reset billing --to -100 --topic orders --yes
  thalweg group reset billing --to @2026-01-31T12:00:00Z --yes
Nothing is changed without --yes, nor while the group has members. What is printed says how to undo it.")]
#[command(group(clap::ArgGroup::new("where").required(true)))]
pub struct GroupResetArgs {
    /// Name of the group
    pub name: String,
    /// earliest, latest, @TIME, or +N or -N offsets from where the group is; never outside what is there
    #[arg(long, value_parser = parse_reset, value_name = "WHERE", group = "where", allow_hyphen_values = true)]
    pub to: Option<ResetTo>,
    /// One partition's offset; may be repeated
    #[arg(long, value_parser = parse_set, value_name = "TOPIC/PARTITION=OFFSET", group = "where")]
    pub set: Vec<(String, i32, i64)>,
    /// Only this topic; may be repeated. Topics that the group has not read are taken in.
    #[arg(short, long = "topic", value_name = "TOPIC")]
    pub topics: Vec<String>,
    /// Do it; without, only what would change is shown
    #[arg(short, long)]
    pub yes: bool,
}

/// Which groups are deleted.
#[derive(Debug, clap::Args)]
pub struct GroupDeleteArgs {
    /// Names of the groups
    #[arg(required = true)]
    pub names: Vec<String>,
    /// Do it; without, only what would be deleted is shown
    #[arg(short, long)]
    pub yes: bool,
}

/// Where to move.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResetTo {
    /// The first record there is.
    Earliest,
    /// Behind the last one.
    Latest,
    /// The first record of this time or later, in milliseconds since 1970.
    Time(i64),
    /// So many offsets from where the group is.
    By(i64),
}

fn parse_reset(text: &str) -> Result<ResetTo, String> {
    let help = || "write earliest, latest, @TIME, +N or -N".to_owned();
    match text {
        "earliest" | "start" => Ok(ResetTo::Earliest),
        "latest" | "end" => Ok(ResetTo::Latest),
        _ if text.starts_with('@') => parse_timestamp(&text[1..]).map(ResetTo::Time),
        _ if text.starts_with(['+', '-']) => text.parse().map(ResetTo::By).map_err(|_| help()),
        _ => Err(help()),
    }
}

fn parse_set(text: &str) -> Result<(String, i32, i64), String> {
    let parse = || {
        let (partition, offset) = text.split_once('=')?;
        let (topic, index) = partition.rsplit_once('/')?;
        let (index, offset): (i32, i64) = (index.parse().ok()?, offset.parse().ok()?);
        (!topic.is_empty() && index >= 0 && offset >= 0).then(|| (topic.to_owned(), index, offset))
    };
    parse().ok_or_else(|| "write TOPIC/PARTITION=OFFSET, such as orders/0=1200".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_to_reset_to_are_read() {
        assert_eq!(parse_reset("earliest"), Ok(ResetTo::Earliest));
        assert_eq!(parse_reset("+5"), Ok(ResetTo::By(5)));
        assert_eq!(parse_reset("-5"), Ok(ResetTo::By(-5)));
        assert_eq!(parse_reset("@1000000000"), Ok(ResetTo::Time(1_000_000_000_000)));
        assert!(parse_reset("5").is_err());
        assert!(parse_reset("@soon").is_err());
    }

    #[test]
    fn single_offsets_are_read() {
        assert_eq!(parse_set("a/b/0=5"), Ok(("a/b".to_owned(), 0, 5)));
        for wrong in ["a=5", "a/0", "/0=5", "a/-1=5", "a/0=-5", "a/x=5"] {
            assert!(parse_set(wrong).is_err(), "{wrong}");
        }
    }
}
