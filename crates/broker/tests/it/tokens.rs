//! Delegation tokens: made over a connection that has shown who it is, good for a login until they end.

use thalweg_security::sasl::Mechanism;
use thalweg_security::sasl::client::{ClientExchange, Credentials};
use thalweg_security::tokens::password;
use thalweg_wire::messages::create_delegation_token_request::CreatableRenewers;
use thalweg_wire::messages::{
    CreateDelegationTokenRequest, DescribeDelegationTokenRequest, ExpireDelegationTokenRequest,
    RenewDelegationTokenRequest, SaslAuthenticateRequest, SaslHandshakeRequest,
};

use crate::client::Client;
use crate::world::World;

const JAAS: &str =
    "org.apache.kafka.common.security.plain.PlainLoginModule required user_ann=\"pencil\" user_bob=\"pen\";";
const SECRET: &str = "the cluster's secret";

fn world() -> World {
    World::with(&[
        ("listeners", "SASL_PLAINTEXT://127.0.0.1:9092"),
        ("sasl.enabled.mechanisms", "PLAIN,SCRAM-SHA-256"),
        ("listener.name.sasl_plaintext.plain.sasl.jaas.config", JAAS),
        ("delegation.token.secret.key", SECRET),
    ])
}

fn plain(world: &mut World, login: &[u8]) -> Client {
    let mut client = Client::connect(world);
    let answer = client.ask(world, 1, &SaslHandshakeRequest { mechanism: "PLAIN" });
    assert_eq!(answer.body().error_code, 0);
    let answer = client.ask(world, 2, &SaslAuthenticateRequest { auth_bytes: login });
    assert_eq!(answer.body().error_code, 0);
    client
}

/// A login by SCRAM with a token; the client, if it got in.
fn by_token(world: &mut World, id: &str) -> Option<Client> {
    let mut client = Client::connect(world);
    client.ask(world, 1, &SaslHandshakeRequest { mechanism: "SCRAM-SHA-256" });
    let mechanism = Mechanism::by_name("SCRAM-SHA-256").expect("it is known");
    let credentials =
        Credentials { mechanism, user: id.to_owned(), secret: password(SECRET, id), is_token: true };
    let mut exchange = ClientExchange::new(credentials, &[1; 18]);
    let first = exchange.first();
    let challenge = client.ask(world, 2, &SaslAuthenticateRequest { auth_bytes: &first });
    let proof = exchange.step(challenge.body().auth_bytes).expect("a challenge").expect("a proof");
    client.send(world, 2, &SaslAuthenticateRequest { auth_bytes: &proof });
    let answer = client.answer::<SaslAuthenticateRequest<'_>>(world, 2)?;
    if answer.body().error_code != 0 {
        return None;
    }
    exchange.step(answer.body().auth_bytes).expect("the broker knows the token, too");
    Some(client)
}

#[test]
fn a_token_is_made_seen_renewed_logged_in_with_and_ended() {
    let mut world = world();
    let mut ann = plain(&mut world, b"\0ann\0pencil");
    let mut bob = plain(&mut world, b"\0bob\0pen");
    let request = CreateDelegationTokenRequest {
        renewers: vec![CreatableRenewers { principal_type: "User", principal_name: "eve" }],
        max_lifetime_ms: -1,
        ..CreateDelegationTokenRequest::default()
    };
    let made = ann.ask(&mut world, 3, &request);
    let made = made.body();
    assert_eq!((made.error_code, made.principal_name, made.hmac.len()), (0, "ann", 64));
    assert_eq!(made.max_timestamp_ms - made.issue_timestamp_ms, 604_800_000);
    assert_eq!(made.expiry_timestamp_ms - made.issue_timestamp_ms, 86_400_000);

    let all = DescribeDelegationTokenRequest { owners: None };
    let seen = ann.ask(&mut world, 3, &all);
    assert_eq!(seen.body().tokens[0].token_id, made.token_id);
    assert_eq!(seen.body().tokens[0].renewers[0].principal_name, "eve");

    let hour = RenewDelegationTokenRequest { hmac: made.hmac, renew_period_ms: 3_600_000 };
    let renewed = ann.ask(&mut world, 2, &hour);
    assert_eq!(renewed.body().expiry_timestamp_ms - made.issue_timestamp_ms, 3_600_000);
    assert_eq!(bob.ask(&mut world, 2, &hour).body().error_code, 63, "it is not his");
    let wrong = RenewDelegationTokenRequest { hmac: b"?", renew_period_ms: -1 };
    assert_eq!(ann.ask(&mut world, 2, &wrong).body().error_code, 62);

    let mut holder = by_token(&mut world, made.token_id).expect("the token is good");
    assert_eq!(holder.ask(&mut world, 3, &request).body().error_code, 64, "a token makes no tokens");

    let end = ExpireDelegationTokenRequest { hmac: made.hmac, expiry_time_period_ms: -1 };
    assert_eq!(ann.ask(&mut world, 2, &end).body().error_code, 0);
    assert!(ann.ask(&mut world, 3, &all).body().tokens.is_empty());
    assert!(by_token(&mut world, made.token_id).is_none());
}

#[test]
fn nobody_gets_a_token_without_having_shown_who_it_is() {
    let mut world = World::with(&[("delegation.token.secret.key", SECRET)]);
    let mut client = Client::connect(&mut world);
    let request = CreateDelegationTokenRequest::default();
    assert_eq!(client.ask(&mut world, 3, &request).body().error_code, 64);
    let all = DescribeDelegationTokenRequest { owners: None };
    assert_eq!(client.ask(&mut world, 3, &all).body().error_code, 64);
}
