//! `thalweg generate`: certificates to begin with, and the file a client connects with. Writes files, never overwrites
//! one, never talks to a broker.

use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose,
};

use crate::args::{CertsArgs, ClientConfigArgs};
use crate::failure::{Failure, Outcome};
use crate::output::print_text;

/// Makes an authority, a certificate for the broker and, where one is wanted, for a client.
pub fn certs(args: &CertsArgs) -> Outcome {
    let files =
        make(args).map_err(|error| Failure::failed(format!("Making certificates failed: {error}.")))?;
    std::fs::create_dir_all(&args.out)
        .map_err(|error| Failure::failed(format!("Making {} failed: {error}.", args.out.display())))?;
    for (name, text) in &files {
        write_secret(&args.out.join(name), text)?;
    }
    let at = |name: &str| args.out.join(name).display().to_string();
    print_text(&format!(
        "Certificates are in {folder}, good for a year; ca.key.pem signs more of them: keep it elsewhere.\n\
         \n\
         The broker:\n\
         \x20 listeners=SSL://:9093\n\
         \x20 ssl.keystore.type=PEM\n\
         \x20 ssl.keystore.location={broker}\n\
         \x20 ssl.truststore.type=PEM\n\
         \x20 ssl.truststore.location={ca}\n\
         A client:\n\
         \x20 security.protocol=SSL\n\
         \x20 ssl.truststore.type=PEM\n\
         \x20 ssl.truststore.location={ca}\n",
        folder = args.out.display(),
        broker = at("broker.pem"),
        ca = at("ca.pem"),
    ))
}

/// File names and their text.
fn make(args: &CertsArgs) -> Result<Vec<(String, String)>, rcgen::Error> {
    let mut params = CertificateParams::new(Vec::new())?;
    params.distinguished_name.push(DnType::CommonName, "Thalweg authority");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    set_life(&mut params);
    let key = KeyPair::generate()?;
    let authority = params.self_signed(&key)?.pem();
    let mut files =
        vec![("ca.pem".to_owned(), authority.clone()), ("ca.key.pem".to_owned(), key.serialize_pem())];
    let issuer = Issuer::new(params, key);
    let sign = |names: Vec<String>, name: &str, usage| -> Result<String, rcgen::Error> {
        let mut params = CertificateParams::new(names)?;
        params.distinguished_name = rcgen::DistinguishedName::new();
        params.distinguished_name.push(DnType::CommonName, name);
        params.extended_key_usages = vec![usage];
        set_life(&mut params);
        let key = KeyPair::generate()?;
        Ok(params.signed_by(&key, &issuer)?.pem() + &key.serialize_pem())
    };
    let first = args.host.first().map_or("localhost", String::as_str);
    files.push((
        "broker.pem".to_owned(),
        sign(args.host.clone(), first, ExtendedKeyUsagePurpose::ServerAuth)? + &authority,
    ));
    for client in &args.client {
        let text = sign(Vec::new(), client, ExtendedKeyUsagePurpose::ClientAuth)?;
        files.push((format!("{client}.pem"), text + &authority));
    }
    Ok(files)
}

fn set_life(params: &mut CertificateParams) {
    let now = std::time::SystemTime::now();
    // A day back, for clocks that are behind.
    params.not_before = (now - DAY).into();
    params.not_after = (now + DAY * 366).into();
}

const DAY: std::time::Duration = std::time::Duration::from_secs(86_400);

/// Prints what Kafka's clients and `--command-config` read.
pub fn client_config(args: &ClientConfigArgs) -> Outcome {
    let mut lines = Vec::new();
    let protocol = match (args.mechanism.is_some(), args.truststore.is_some()) {
        (false, false) => "PLAINTEXT",
        (false, true) => "SSL",
        (true, false) => "SASL_PLAINTEXT",
        (true, true) => "SASL_SSL",
    };
    lines.push(format!("bootstrap.servers={}", args.bootstrap));
    lines.push(format!("security.protocol={protocol}"));
    if let Some(path) = &args.truststore {
        lines.push("ssl.truststore.type=PEM".to_owned());
        lines.push(format!("ssl.truststore.location={}", path.display()));
    }
    if let Some(path) = &args.keystore {
        lines.push("ssl.keystore.type=PEM".to_owned());
        lines.push(format!("ssl.keystore.location={}", path.display()));
    }
    if let Some(mechanism) = &args.mechanism {
        let module = if mechanism == "PLAIN" { "plain.PlainLoginModule" } else { "scram.ScramLoginModule" };
        let user = args.user.as_deref().unwrap_or("NAME");
        lines.push(format!("sasl.mechanism={mechanism}"));
        lines.push(format!(
            "sasl.jaas.config=org.apache.kafka.common.security.{module} required username=\"{user}\" \
             password=\"PASSWORD\";"
        ));
    }
    print_text(&(lines.join("\n") + "\n"))
}

/// Keys are nobody else's to read.
fn write_secret(path: &Path, text: &str) -> Outcome {
    let mut options = std::fs::OpenOptions::new();
    let written = options
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .and_then(|mut file| file.write_all(text.as_bytes()));
    written.map_err(|error| {
        Failure::failed(format!(
            "Writing {} failed: {error}. Nothing that is there is replaced.",
            path.display()
        ))
    })
}
