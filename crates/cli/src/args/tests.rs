//! What the command line understands.

use clap::CommandFactory;

use super::*;

fn parse(line: &str) -> Result<Cli, clap::Error> {
    Cli::try_parse_from(std::iter::once("thalweg").chain(line.split_whitespace()))
}

#[test]
fn the_definition_is_consistent() {
    Cli::command().debug_assert();
}

#[test]
fn every_verb_of_the_help_can_be_asked_for() {
    for line in [
        "serve --config a --data b --listen 0.0.0.0:9092 --advertise auto --admin off -X a=b -X c=d --insecure",
        "produce t a b -k key -H a=b --create -z zstd -a all",
        "consume t -O start -n 5 -p 0 -p 1 -e",
        "tail t",
        "topic list",
        "topic create t --partitions 3 --config retention.ms=-1",
        "topic describe t",
        "topic alter t --config a=b --unset c",
        "topic add-partitions t --total 6",
        "topic delete t -y",
        "bench produce --rate 1000",
        "bench consume",
        "bench latency",
        "config explain retention.ms",
        "version",
        "completions bash",
        "topic list -b a:1,b:2 -o json --timeout 2s",
    ] {
        assert!(parse(line).is_ok(), "{line}: {}", parse(line).unwrap_err());
    }
}

#[test]
fn wrong_usage_exits_with_two() {
    for line in
        ["topic alter t", "topic add-partitions t", "produce", "consume t -O nowhere", "topic create", "x"]
    {
        assert_eq!(parse(line).unwrap_err().exit_code(), 2, "{line}");
    }
}

#[test]
fn offsets_are_read_in_all_forms() {
    let offset = |text: &str| text.parse::<OffsetArg>();
    assert_eq!(offset("start"), Ok(OffsetArg::Start));
    assert_eq!(offset("end"), Ok(OffsetArg::End));
    assert_eq!(offset("17"), Ok(OffsetArg::Exact(17)));
    assert_eq!(offset("+5"), Ok(OffsetArg::AfterStart(5)));
    assert_eq!(offset("-5"), Ok(OffsetArg::BeforeEnd(5)));
    assert_eq!(offset("@1769860800123"), Ok(OffsetArg::At(1_769_860_800_123)));
    assert_eq!(offset("@-2m"), Ok(OffsetArg::Ago(120_000)));
    assert!(offset("--5").is_err() && offset("soon").is_err() && offset("@soon").is_err());
    // A leading dash reaches the option.
    match parse("consume t -O -10").map(|cli| cli.command) {
        Ok(Command::Consume(args)) => assert_eq!(args.offset, OffsetArg::BeforeEnd(10)),
        other => panic!("{other:?}"),
    }
}

#[test]
fn sizes_and_durations_carry_their_units() {
    assert_eq!(parse_size("16KiB"), Ok(16384));
    assert_eq!(parse_size("1M"), Ok(1 << 20));
    assert_eq!(parse_size("7"), Ok(7));
    assert!(parse_size("1TiBs").is_err());
    assert_eq!(parse_duration("500ms"), Ok(Duration::from_millis(500)));
    assert_eq!(parse_duration("1.5m"), Ok(Duration::from_secs(90)));
    assert!(parse_duration("soon").is_err());
}

#[test]
fn options_of_serve_become_settings_and_minus_x_wins() {
    let Ok(Command::Serve(args)) =
        parse("serve --data /d --listen 127.0.0.1:1 --advertise h:2 --insecure -X log.dirs=/e")
            .map(|cli| cli.command)
    else {
        panic!("it parses");
    };
    assert_eq!(
        args.flags(),
        [
            "log.dirs=/d",
            "listeners=PLAINTEXT://127.0.0.1:1",
            "advertised.listeners=PLAINTEXT://h:2",
            "thalweg.insecure=true",
            "log.dirs=/e",
        ]
    );
}
