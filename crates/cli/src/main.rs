//! The binary `thalweg`: a broker, and a command line for any broker. Decides which verb runs and what the
//! process exits with; the work is in `commands`, `bench` and `serve`.

mod args;
mod bench;
mod client_config;
mod commands;
mod doctor;
mod explain;
mod failure;
mod logging;
mod output;
mod progress;
mod serve;
mod session;
mod start_screen;
mod time;

use std::process::ExitCode;

use clap::{CommandFactory, Parser};

use args::{AuditCommand, Cli, Command, ConfigCommand, GenerateCommand};
use failure::Outcome;
use output::print_text;
use session::Session;

/// Buffers of a mebibyte cost a third more with glibc's allocator.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = Cli::parse();
    match run(&cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            output::hint(&format!("error: {failure}"));
            failure.exit_code()
        }
    }
}

fn run(cli: &Cli) -> Outcome {
    let format = cli.shared.output;
    let session = || Session::open(&cli.shared);
    match &cli.command {
        Command::Serve(args) => serve::run(args),
        Command::Produce(args) => commands::produce::run(&mut session()?, args, format),
        Command::Consume(args) => commands::consume::run(&mut session()?, args, format),
        Command::Tail(args) => commands::consume::run_tail(&mut session()?, args, format),
        Command::Topic(command) => commands::topic::run(&mut session()?, command, format),
        Command::Group(command) => commands::group::run(&mut session()?, command, format),
        Command::Acl(command) => commands::acl::run(&mut session()?, command, format),
        Command::User(command) => commands::user::run(&mut session()?, command, format),
        Command::Quota(command) => commands::quota::run(&mut session()?, command, format),
        Command::Txn(command) => commands::txn::run(&mut session()?, command, format),
        Command::Bench(command) => bench::run(&cli.shared, command),
        Command::Doctor(args) => doctor::run(&cli.shared, args),
        Command::Explain(args) => explain::run(args.code.as_deref(), format),
        Command::Audit(AuditCommand::Verify { files, holds }) => {
            commands::audit::verify(files, holds.as_ref(), format)
        }
        Command::Config(ConfigCommand::Explain { key, config }) => {
            commands::config::run_explain(key, config.as_deref(), format)
        }
        Command::Generate(GenerateCommand::Certs(args)) => commands::generate::certs(args),
        Command::Generate(GenerateCommand::ClientConfig(args)) => commands::generate::client_config(args),
        Command::Config(command) => commands::config::run(&mut session()?, command, format),
        Command::Version => print_text(&format!(
            "thalweg {}\nspeaks the protocol of Apache Kafka 4.4 ({}, {})\n",
            env!("CARGO_PKG_VERSION"),
            std::env::consts::OS,
            std::env::consts::ARCH
        )),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(*shell, &mut Cli::command(), "thalweg", &mut script);
            print_text(&String::from_utf8_lossy(&script))
        }
    }
}
