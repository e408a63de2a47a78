//! TLS over a listener in memory: records of every size both ways, mutual TLS and what a certificate makes of a client,
//! SASL inside TLS, certificates that change, and handshakes that are cut or are none.

use std::io::{ErrorKind, IoSlice, Read, Write};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore};
use thalweg_platform::Stream;
use thalweg_wire::messages::{MetadataRequest, SaslAuthenticateRequest, SaslHandshakeRequest};

use crate::client::{Client, batch};
use crate::world::World;

/// A certificate authority and what it has signed.
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pub certificate: String,
}

impl Authority {
    pub fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let certificate = params.self_signed(&key).unwrap().pem();
        Self { issuer: Issuer::new(params, key), certificate }
    }

    /// A certificate and its key as PEM.
    pub fn sign(&self, name: &str) -> (String, String) {
        self.sign_until(name, 2096)
    }

    /// The same, good until a year begins.
    fn sign_until(&self, name: &str, year: i32) -> (String, String) {
        self.sign_for(name, &["localhost"], year)
    }

    /// The same, for these hosts.
    pub fn sign_for(&self, name: &str, hosts: &[&str], year: i32) -> (String, String) {
        let hosts: Vec<String> = hosts.iter().map(|&host| host.to_owned()).collect();
        let mut params = CertificateParams::new(hosts).unwrap();
        params.distinguished_name = rcgen::DistinguishedName::new();
        params.distinguished_name.push(DnType::OrganizationName, "Mill, Ltd");
        params.distinguished_name.push(DnType::CommonName, name);
        params.not_after = rcgen::date_time_ymd(year, 1, 1);
        let key = KeyPair::generate().unwrap();
        (params.signed_by(&key, &self.issuer).unwrap().pem(), key.serialize_pem())
    }

    fn roots(&self) -> RootCertStore {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_slice(self.certificate.as_bytes()).unwrap()).unwrap();
        roots
    }

    pub fn client(&self, identity: Option<&(String, String)>) -> Arc<ClientConfig> {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let builder = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(self.roots());
        Arc::new(match identity {
            None => builder.with_no_client_auth(),
            Some((certificate, key)) => builder
                .with_client_auth_cert(
                    vec![CertificateDer::from_pem_slice(certificate.as_bytes()).unwrap()],
                    PrivateKeyDer::from_pem_slice(key.as_bytes()).unwrap(),
                )
                .unwrap(),
        })
    }
}

/// The client's side of TLS, as a stream.
#[derive(Debug)]
pub struct Secure {
    inner: Box<dyn Stream>,
    tls: ClientConnection,
}

struct Wire<'a>(&'a mut dyn Stream);

impl Read for Wire<'_> {
    fn read(&mut self, bytes: &mut [u8]) -> std::io::Result<usize> {
        self.0.read(bytes)
    }
}

impl Write for Wire<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.write(&[IoSlice::new(bytes)], false)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Secure {
    pub fn connect(world: &mut World, config: &Arc<ClientConfig>) -> std::io::Result<Self> {
        let name = ServerName::try_from("localhost").unwrap();
        let tls = ClientConnection::new(Arc::clone(config), name).unwrap();
        let mut stream = Self { inner: world.connect(), tls };
        for _ in 0..10 {
            stream.push()?;
            world.run();
            stream.pull()?;
            if !stream.tls.is_handshaking() {
                stream.push()?;
                world.run();
                return Ok(stream);
            }
        }
        Err(ErrorKind::TimedOut.into())
    }

    fn push(&mut self) -> std::io::Result<()> {
        while self.tls.wants_write() {
            match self.tls.write_tls(&mut Wire(&mut *self.inner)) {
                Ok(_) => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    fn pull(&mut self) -> std::io::Result<bool> {
        match self.tls.read_tls(&mut Wire(&mut *self.inner)) {
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(false),
            Err(error) => return Err(error),
        }
        self.tls.process_new_packets().map_err(|error| std::io::Error::new(ErrorKind::InvalidData, error))?;
        Ok(true)
    }
}

impl Stream for Secure {
    fn read(&mut self, bytes: &mut [u8]) -> std::io::Result<usize> {
        loop {
            match self.tls.reader().read(bytes) {
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                other => return other,
            }
            if !self.pull()? {
                return Err(ErrorKind::WouldBlock.into());
            }
        }
    }

    fn write(&mut self, slices: &[IoSlice<'_>], _more: bool) -> std::io::Result<usize> {
        let count = self.tls.writer().write_vectored(slices)?;
        self.push()?;
        Ok(count)
    }

    fn send_file(&mut self, _: &dyn thalweg_platform::File, _: u64, _: u64) -> std::io::Result<usize> {
        Err(ErrorKind::Unsupported.into())
    }

    fn shutdown(&mut self) {
        self.inner.shutdown();
    }

    fn local_address(&self) -> std::io::Result<std::net::SocketAddr> {
        self.inner.local_address()
    }

    fn descriptor(&self) -> Option<std::os::fd::BorrowedFd<'_>> {
        None
    }

    fn as_any(&mut self) -> &mut dyn std::any::Any {
        self.inner.as_any()
    }
}

/// A broker whose only listener shows what `authority` has signed.
pub fn world(authority: &Authority, more: &[(&str, &str)]) -> World {
    let (certificate, key) = authority.sign("broker");
    // As it stands in a properties file: on one line.
    let (certificate, key) = (certificate.replace('\n', " "), key.replace('\n', " "));
    let base = [
        ("listeners", "SSL://127.0.0.1:9092"),
        ("ssl.keystore.type", "PEM"),
        ("ssl.keystore.certificate.chain", &certificate),
        ("ssl.keystore.key", &key),
        ("ssl.truststore.type", "PEM"),
        ("ssl.truststore.certificates", &authority.certificate),
    ];
    World::with(&[&base[..], more].concat())
}

/// A client over TLS.
pub fn secure_client(world: &mut World, config: &Arc<ClientConfig>) -> Client {
    let stream = Secure::connect(world, config).expect("the handshake succeeds");
    Client::over(Box::new(stream))
}

#[test]
fn records_of_every_size_go_in_and_come_out() {
    let authority = Authority::new();
    let mut world = world(&authority, &[]);
    let mut client = secure_client(&mut world, &authority.client(None));
    assert_eq!((world.connections(), world.broker().gate.guest_count()), (1, 0));
    client.create(&mut world, "t", &[]);
    let mut sent = Vec::new();
    for length in [1, 100, 16 << 10, (16 << 10) + 1, 70_000, 300_000, 900_000] {
        let value: String = (0..length).map(|at| char::from(b'a' + (at * 7 % 25) as u8)).collect();
        assert_eq!(client.produce(&mut world, "t", &batch(&[&value])).0, 0);
        sent.push(value);
    }
    let read: Vec<String> = client.read_all(&mut world, "t", 0).into_iter().map(|(_, value)| value).collect();
    assert!(read == sent, "{:?}", read.iter().map(String::len).collect::<Vec<_>>());
}

#[test]
fn a_certificate_says_who_the_client_is() {
    let authority = Authority::new();
    let more =
        [("ssl.client.auth", "required"), ("ssl.principal.mapping.rules", "RULE:^CN=(.*?),.*$/$1/,DEFAULT")];
    let mut world = world(&authority, &more);
    let _client = secure_client(&mut world, &authority.client(Some(&authority.sign("ann"))));
    let principals: Vec<String> =
        world.broker().workers.iter().flat_map(|worker| worker.principals()).map(|p| p.to_string()).collect();
    assert_eq!(principals, ["User:ann"]);
    // Without one, and with one that somebody else has signed, nobody enters.
    let stranger = Authority::new().sign("ann");
    for identity in [None, Some(&stranger)] {
        let refused = Secure::connect(&mut world, &authority.client(identity));
        let is_ended = refused.is_err()
            || refused.is_ok_and(|mut stream| {
                world.run();
                !matches!(stream.read(&mut [0; 1]), Err(error) if error.kind() == ErrorKind::WouldBlock)
            });
        assert!(is_ended);
        assert_eq!(world.broker().node.admission.total(), 1);
    }
}

#[test]
fn the_whole_name_is_the_user_where_no_rule_says_otherwise() {
    let authority = Authority::new();
    let mut world = world(&authority, &[("ssl.client.auth", "requested")]);
    let _known = secure_client(&mut world, &authority.client(Some(&authority.sign("ann"))));
    let _unknown = secure_client(&mut world, &authority.client(None));
    let mut principals: Vec<String> =
        world.broker().workers.iter().flat_map(|worker| worker.principals()).map(|p| p.to_string()).collect();
    principals.sort();
    assert_eq!(principals, ["User:ANONYMOUS", "User:CN=ann,O=Mill\\, Ltd"]);
}

#[test]
fn sasl_goes_on_inside_tls() {
    let authority = Authority::new();
    let jaas = "x.PlainLoginModule required user_ann=\"pencil\";";
    let more = [
        ("listeners", "SASL_SSL://127.0.0.1:9092"),
        ("sasl.enabled.mechanisms", "PLAIN"),
        ("listener.name.sasl_ssl.plain.sasl.jaas.config", jaas),
    ];
    let mut world = world(&authority, &more);
    let mut client = secure_client(&mut world, &authority.client(None));
    assert_eq!((world.connections(), world.broker().gate.guest_count()), (0, 1));
    let begun = client.ask(&mut world, 1, &SaslHandshakeRequest { mechanism: "PLAIN" });
    assert_eq!(begun.body().error_code, 0);
    let done = client.ask(&mut world, 2, &SaslAuthenticateRequest { auth_bytes: b"\0ann\0pencil" });
    assert_eq!(done.body().error_code, 0);
    assert_eq!((world.connections(), world.broker().gate.guest_count()), (1, 0));
    assert_eq!(client.ask(&mut world, 12, &MetadataRequest::default()).body().brokers[0].port, 9092);
}

#[test]
fn certificates_are_read_again_when_their_file_changes() {
    let (first, second) = (Authority::new(), Authority::new());
    let mut world = World::with(&[]);
    let write = |world: &World, (certificate, key): (String, String)| {
        let disk: &dyn thalweg_platform::Disk = &world.disk;
        disk.replace(Path::new("/data/broker.pem"), (certificate + &key).as_bytes()).unwrap();
    };
    write(&world, first.sign("broker"));
    world.reconfigure(&[
        ("listeners", "SSL://127.0.0.1:9092"),
        ("ssl.keystore.type", "PEM"),
        ("ssl.keystore.location", "/data/broker.pem"),
    ]);
    world.restart(crate::world::End::Clean);
    assert!(Secure::connect(&mut world, &first.client(None)).is_ok());
    world.pass(Duration::from_secs(10), Duration::from_secs(10));
    write(&world, second.sign_until("broker", 2040));
    assert!(Secure::connect(&mut world, &second.client(None)).is_ok(), "the new one is shown");
    let expiry = |world: &World| world.broker().node.logins.of(0)?.tls.as_ref()?.expires_at_s();
    assert_eq!(expiry(&world), Some(2_208_988_800), "the first of January 2040");
    assert!(Secure::connect(&mut world, &first.client(None)).is_err());
    // Rubbish in the file does not stop anybody.
    world.pass(Duration::from_secs(10), Duration::from_secs(10));
    write(&world, ("rubbish".to_owned(), String::new()));
    assert!(Secure::connect(&mut world, &second.client(None)).is_ok());
}

#[test]
fn handshakes_that_are_cut_or_none_cost_nothing_for_long() {
    let authority = Authority::new();
    let mut world = world(&authority, &[]);
    let mut plain = world.connect();
    world.send(&mut *plain, &[0, 0, 0, 10, 0, 18, 0, 0, 0, 0, 0, 1, 0xff, 0xff]);
    assert!(world.receive(&mut *plain).1, "what is no TLS is ended");
    // The beginning of a ClientHello that announces 16 KiB.
    let mut cut: Vec<Box<dyn Stream>> = Vec::new();
    for _ in 0..500 {
        let mut stream = world.connect_quietly();
        stream.write(&[IoSlice::new(&[22, 3, 1, 0x40, 0, 1, 0, 0x3f, 0xfc])], false).unwrap();
        cut.push(stream);
    }
    world.run();
    assert_eq!(world.broker().gate.guest_count(), 500);
    drop(cut.split_off(250));
    world.run();
    assert_eq!(world.broker().gate.guest_count(), 250, "those that have gone are let go");
    world.pass(Duration::from_secs(16), Duration::from_secs(4));
    assert_eq!(world.broker().node.admission.total(), 0, "and those that stand still");
    assert!(Secure::connect(&mut world, &authority.client(None)).is_ok());
}
