//! `thalweg generate`.

use std::path::PathBuf;

use clap::Subcommand;

/// `generate …`
#[derive(Debug, Subcommand)]
pub enum GenerateCommand {
    /// Make an authority and certificates for a broker and its clients, to begin with TLS
    #[command(after_help = "Example: thalweg generate certs --out certs --host broker.example --client ann")]
    Certs(CertsArgs),
    /// Print the properties a client connects with
    #[command(
        after_help = "Example: thalweg generate client-config --truststore certs/ca.pem --mechanism SCRAM-SHA-512 --user ann"
    )]
    ClientConfig(ClientConfigArgs),
}

/// `generate certs`
#[derive(Debug, clap::Args)]
pub struct CertsArgs {
    /// Folder for the files
    #[arg(long, default_value = "certs", value_name = "DIR")]
    pub out: PathBuf,
    /// Names and addresses that clients use for the broker; may be repeated
    #[arg(long, default_values = ["localhost", "127.0.0.1", "::1"], value_name = "HOST")]
    pub host: Vec<String>,
    /// Also make a certificate for this user; may be repeated
    #[arg(long, value_name = "USER")]
    pub client: Vec<String>,
}

/// `generate client-config`
#[derive(Debug, clap::Args)]
pub struct ClientConfigArgs {
    /// Address of a broker
    #[arg(long, default_value = "localhost:9093", value_name = "HOST:PORT")]
    pub bootstrap: String,
    /// PEM file with the authority that has signed the broker's certificate
    #[arg(long, value_name = "FILE")]
    pub truststore: Option<PathBuf>,
    /// PEM file with the client's own certificate and key
    #[arg(long, value_name = "FILE", requires = "truststore")]
    pub keystore: Option<PathBuf>,
    /// How to log in
    #[arg(long, value_parser = ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"], value_name = "MECHANISM")]
    pub mechanism: Option<String>,
    /// Who logs in
    #[arg(long, value_name = "USER", requires = "mechanism")]
    pub user: Option<String>,
}
