//! Whole exchanges: the vectors of the RFCs, both of our sides against each other, and messages nobody should send.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::client::{ClientExchange, Credentials};
use super::jaas;
use super::oauthbearer::Bearer;
use super::scram::{Hash, ScramExchange, ScramKeys};
use super::*;

#[derive(Default)]
struct Book {
    passwords: BTreeMap<String, String>,
    scram: BTreeMap<String, ScramKeys>,
    tokens: BTreeMap<String, TokenKeys>,
}

impl Accounts for Book {
    fn has_password(&self, user: &str, password: &str) -> bool {
        self.passwords.get(user).is_some_and(|known| known == password)
    }

    fn scram_keys(&self, _: Hash, user: &str) -> Option<ScramKeys> {
        self.scram.get(user).cloned()
    }

    fn token(&self, _: Hash, id: &str) -> Option<TokenKeys> {
        self.tokens.get(id).cloned()
    }

    fn check_bearer(&self, token: &str) -> Result<Bearer, String> {
        match token.strip_prefix("good-") {
            Some(user) => Ok(Bearer { user: user.to_owned(), expires_at_ms: 99 }),
            None => Err("not good".to_owned()),
        }
    }
}

const SEED: Seed = [7; 18];
const DECOY: [u8; 32] = [9; 32];

fn book() -> Book {
    let keys = |hash| ScramKeys::of_password(hash, b"pencil", vec![1, 2, 3, 4], 4096);
    let owned = TokenKeys {
        owner: "User:owner".to_owned(),
        expires_at_ms: 55,
        keys: ScramKeys::of_password(Hash::Sha256, b"pencil", vec![1, 2, 3, 4], 4096),
    };
    Book {
        passwords: [("ann".to_owned(), "pencil".to_owned())].into(),
        scram: [("a=,b".to_owned(), keys(Hash::Sha256)), ("big".to_owned(), keys(Hash::Sha512))].into(),
        tokens: [("id".to_owned(), owned)].into(),
    }
}

fn credentials(mechanism: Mechanism, user: &str, secret: &str) -> Credentials {
    Credentials { mechanism, user: user.to_owned(), secret: secret.to_owned(), is_token: false }
}

/// Plays an exchange to its end: the server's verdict, or the client's complaint.
fn play(credentials: Credentials, book: &Book) -> Result<Login, String> {
    let mut server = Exchange::new(credentials.mechanism, &SEED, DECOY);
    let mut client = ClientExchange::new(credentials, &[3; 18]);
    let mut message = client.first();
    for _ in 0..5 {
        match server.step(&message, book) {
            Step::Challenge(bytes) => message = client.step(&bytes)?.ok_or("content too early")?,
            Step::Done(bytes, login) => {
                assert_eq!(client.step(&bytes), Ok(None), "the client is content too");
                return Ok(login);
            }
            Step::Failed(failure) => return Err(failure.told.unwrap_or_else(|| "no".to_owned())),
        }
    }
    panic!("no end");
}

#[test]
fn the_exchange_of_rfc_7677_is_played_byte_by_byte() {
    let salt = scram::decode("W22ZaJ0SNY7soEsUEjb6gQ==").unwrap();
    let keys = ScramKeys::of_password(Hash::Sha256, b"pencil", salt, 4096);
    let book = Book { scram: [("user".to_owned(), keys)].into(), ..Book::default() };
    let mut server = ScramExchange::with_nonce(Hash::Sha256, "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0");
    let first = b"n,,n=user,r=rOprNGfwEbeRWgbNEkqO";
    let challenge = b"r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";
    assert_eq!(server.step(first, &book), Step::Challenge(challenge.to_vec()));
    let last = b"c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,\
                 p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=";
    let verdict = b"v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=";
    assert_eq!(server.step(last, &book), Step::Done(verdict.to_vec(), Login::user("user")));
}

#[test]
fn both_sides_agree_with_every_mechanism() {
    let book = book();
    let user = |name: &str| Ok(Login::user(name));
    assert_eq!(play(credentials(Mechanism::Plain, "ann", "pencil"), &book), user("ann"));
    assert_eq!(play(credentials(Mechanism::Scram(Hash::Sha256), "a=,b", "pencil"), &book), user("a=,b"));
    assert_eq!(play(credentials(Mechanism::Scram(Hash::Sha512), "big", "pencil"), &book), user("big"));
    let bearer = Login { name: "ann".to_owned(), by_token: false, expires_at_ms: Some(99) };
    assert_eq!(play(credentials(Mechanism::OAuthBearer, "", "good-ann"), &book), Ok(bearer));
    let token = Credentials { is_token: true, ..credentials(Mechanism::Scram(Hash::Sha256), "id", "pencil") };
    let owner = Login { name: "User:owner".to_owned(), by_token: true, expires_at_ms: Some(55) };
    assert_eq!(play(token, &book), Ok(owner));
}

#[test]
fn a_wrong_secret_fails_with_every_mechanism() {
    let book = book();
    let plain = "Authentication failed: Invalid username or password";
    assert_eq!(play(credentials(Mechanism::Plain, "ann", "pen"), &book), Err(plain.to_owned()));
    assert_eq!(play(credentials(Mechanism::Plain, "bob", "pen"), &book), Err(plain.to_owned()));
    let scram = |user| play(credentials(Mechanism::Scram(Hash::Sha256), user, "pen"), &book);
    assert_eq!(scram("a=,b"), Err("no".to_owned()));
    assert_eq!(scram("nobody"), scram("a=,b"), "the client cannot tell who exists");
    let bearer = play(credentials(Mechanism::OAuthBearer, "", "bad"), &book);
    assert_eq!(bearer, Err("{\"status\":\"invalid_token\"}".to_owned()));
}

#[test]
fn a_user_that_does_not_exist_has_the_same_salt_each_time() {
    let challenge = |user: &str| {
        let mut server = Exchange::new(Mechanism::Scram(Hash::Sha256), &SEED, DECOY);
        server.step(format!("n,,n={user},r=abc").as_bytes(), &Book::default())
    };
    assert_eq!(challenge("x"), challenge("x"));
    assert_ne!(challenge("x"), challenge("y"));
    assert!(matches!(challenge("x"), Step::Challenge(_)));
}

#[test]
fn a_weak_credential_is_not_honoured() {
    let keys = ScramKeys::of_password(Hash::Sha256, b"pencil", vec![1], 100);
    let book = Book { scram: [("u".to_owned(), keys)].into(), ..Book::default() };
    assert_eq!(play(credentials(Mechanism::Scram(Hash::Sha256), "u", "pencil"), &book), Err("no".to_owned()));
}

/// The client's last message of a good SCRAM-SHA-256 exchange, changed by `change`.
fn last_message(change: impl Fn(&str) -> String) -> Step {
    let book = book();
    let mut server = Exchange::new(Mechanism::Scram(Hash::Sha256), &SEED, DECOY);
    let mut client =
        ClientExchange::new(credentials(Mechanism::Scram(Hash::Sha256), "a=,b", "pencil"), &[3; 18]);
    let Step::Challenge(challenge) = server.step(&client.first(), &book) else { panic!("a challenge") };
    let last = client.step(&challenge).unwrap().unwrap();
    server.step(change(std::str::from_utf8(&last).unwrap()).as_bytes(), &book)
}

#[test]
fn every_part_of_the_last_message_is_checked() {
    assert!(matches!(last_message(str::to_owned), Step::Done(..)));
    let failed = |step| matches!(step, Step::Failed(_));
    assert!(failed(last_message(|text| text.replace("c=biws", "c=eSws"))), "another binding");
    assert!(failed(last_message(|text| text.replacen(",p=", "x,p=", 1))), "another nonce");
    assert!(failed(last_message(|text| format!("{text}="))), "no base64");
    assert!(failed(last_message(|text| text[..text.len() - 8].to_owned())), "a shorter proof");
    assert!(failed(last_message(|text| text.split(",p=").next().unwrap().to_owned() + ",p=")), "no proof");
    assert!(failed(last_message(|text| text.replace(",p=", ",x=1,p="))), "not what was signed");
}

#[test]
fn first_messages_that_break_the_rules_fail() {
    let step = |mechanism, message: &[u8]| Exchange::new(mechanism, &SEED, DECOY).step(message, &book());
    let scram = |message: &str| step(Mechanism::Scram(Hash::Sha256), message.as_bytes());
    for bad in [
        "",
        "n",
        "n,",
        "n,,",
        "n,,n=",
        "n,,n=u",
        "n,,n=u,r=",
        "p=tls-unique,,n=u,r=x",
        "n,,m=x,n=u,r=x",
        "n,,n=u=,r=x",
        "n,,n=u=2D,r=x",
        "n,b=c,n=u,r=x",
        "n,a=other,n=u,r=x",
        "x,,n=u,r=x",
        "n,,n=u,r=a b",
    ] {
        assert!(matches!(scram(bad), Step::Failed(_)), "{bad:?}");
    }
    assert!(matches!(scram("y,,n=u,r=x"), Step::Challenge(_)));
    assert!(matches!(scram("n,a=u,n=u,r=x,ext=1"), Step::Challenge(_)));
    let plain = |message: &[u8]| step(Mechanism::Plain, message);
    for bad in [
        &b""[..],
        b"ann",
        b"\0ann",
        b"\0\0pencil",
        b"\0ann\0",
        b"bob\0ann\0pencil",
        b"\0ann\0pencil\0",
        &[0xff],
    ] {
        assert!(matches!(plain(bad), Step::Failed(_)), "{bad:?}");
    }
    assert!(matches!(plain(b"ann\0ann\0pencil"), Step::Done(..)));
    let bearer = |message: &str| step(Mechanism::OAuthBearer, message.as_bytes());
    for bad in [
        "",
        "n,,",
        "n,,\u{1}\u{1}",
        "n,,\u{1}auth=Basic good-a\u{1}\u{1}",
        "n,,\u{1}auth=Bearer good-a\u{1}",
        "n,a=b,\u{1}auth=Bearer good-a\u{1}\u{1}",
        "n,,\u{1}auth=Bearer \u{1}\u{1}",
        "n,,\u{1}auth=Bearer good-a\u{1}auth=Bearer good-a\u{1}\u{1}",
        "n,,\u{1}auth=Bearer good-a\u{1}1=x\u{1}\u{1}",
    ] {
        assert!(matches!(bearer(bad), Step::Failed(_)), "{bad:?}");
    }
    assert!(matches!(bearer("n,a=a,\u{1}auth=bEARER good-a\u{1}scope=x y\u{1}\u{1}"), Step::Done(..)));
}

#[test]
fn nothing_follows_a_verdict() {
    let mut server = Exchange::new(Mechanism::Plain, &SEED, DECOY);
    assert!(matches!(server.step(b"\0ann\0pencil", &book()), Step::Done(..)));
    assert!(matches!(server.step(b"\0ann\0pencil", &book()), Step::Failed(_)));
}

#[test]
fn a_server_that_does_not_know_the_password_is_found_out() {
    let mut client =
        ClientExchange::new(credentials(Mechanism::Scram(Hash::Sha256), "u", "pencil"), &[3; 18]);
    let nonce = scram::encode(&[3; 18]);
    assert!(client.step(format!("r={nonce}s,s=AQID,i=4096").as_bytes()).unwrap().is_some());
    assert!(client.step(b"v=AAAA").is_err());
    let fresh = || ClientExchange::new(credentials(Mechanism::Scram(Hash::Sha256), "u", "p"), &[3; 18]);
    assert!(fresh().step(b"r=other,s=AQID,i=4096").is_err());
    assert!(fresh().step(format!("r={nonce}s,s=AQID,i=4000000000").as_bytes()).is_err());
    assert!(fresh().step(format!("r={nonce},s=AQID,i=4096").as_bytes()).is_err(), "no nonce of its own");
}

#[test]
fn a_login_module_is_read_as_kafka_writes_it() {
    let text = "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"admin\" \
                password='a;=\\\\ \\\"b' user_admin=secret user_bob=\"x y\";";
    let module = jaas::parse(text).unwrap();
    assert_eq!(module.simple_name(), "PlainLoginModule");
    let options: Vec<_> =
        module.options.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(
        options,
        [("password", "a;=\\ \"b"), ("user_admin", "secret"), ("user_bob", "x y"), ("username", "admin")]
    );
    for bad in [
        "",
        "A",
        "A required",
        "A needed;",
        "A required x;",
        "A required x=;",
        "A required =x;",
        "A required x=\"y;",
        "A required; B required;",
        "A required x=\"\\",
    ] {
        let why = jaas::parse(bad).unwrap_err();
        assert!(!why.is_empty() && !why.contains('y') || !bad.contains("\"y"), "{bad:?}");
    }
}

proptest! {
    #[test]
    fn no_bytes_make_an_exchange_panic_or_succeed(messages in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..200), 1..4)) {
        for mechanism in Mechanism::ALL {
            let mut server = Exchange::new(mechanism, &SEED, DECOY);
            for message in &messages {
                prop_assert!(!matches!(server.step(message, &Book::default()), Step::Done(..)));
            }
        }
    }

    #[test]
    fn no_text_makes_a_login_module_panic(text in "[a-z =;\"'\\\\]{0,40}") {
        _ = jaas::parse(&text);
    }

    #[test]
    fn every_name_survives_escaping(name in ".{1,20}") {
        prop_assert_eq!(unescape_name(&escape_name(&name)), Some(name));
    }
}
