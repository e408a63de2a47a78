//! Logins by SCRAM-SHA-256 (RFC 5802, RFC 7677), one after the other on fresh connections. The salted password, which
//! a client needs a few milliseconds for, is worked out once.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use thalweg_security::sasl::scram::Hash;
use thalweg_wire::ApiKey;
use thalweg_wire::messages::{SaslAuthenticateRequest, SaslHandshakeRequest};

use super::engine::{Event, Member, Next, Turn};
use super::records::api_versions;
use crate::{Outcome, load};

/// One client that comes and goes.
#[derive(Debug)]
pub struct Login {
    user: String,
    password: String,
    number: usize,
    round: u64,
    step: Step,
    nonce: String,
    /// Salt, and the salted password.
    salted: Option<(Vec<u8>, Vec<u8>)>,
    since: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Versions,
    Handshake,
    First,
    Final,
}

const MECHANISM: &str = "SCRAM-SHA-256";
const HANDSHAKE: i16 = 1;
const AUTHENTICATE: i16 = 2;

impl Login {
    pub fn new(user: &str, password: &str, number: usize) -> Self {
        Self {
            user: user.to_owned(),
            password: password.to_owned(),
            number,
            round: 0,
            step: Step::Versions,
            nonce: String::new(),
            salted: None,
            since: 0,
        }
    }

    fn bare(&self) -> String {
        format!("n={},r={}", self.user, self.nonce)
    }

    /// The answer to the server's first message.
    fn prove(&mut self, challenge: &str) -> Outcome<String> {
        let field = |name: &str| {
            let found = challenge.split(',').find_map(|part| part.strip_prefix(name)?.strip_prefix('='));
            found.ok_or_else(|| format!("the server's challenge has no {name}: {challenge}"))
        };
        let nonce = field("r")?;
        let salt = BASE64.decode(field("s")?).map_err(|error| error.to_string())?;
        let rounds: u32 = field("i")?.parse().map_err(|_| format!("rounds: {challenge}"))?;
        let hash = Hash::Sha256;
        if self.salted.as_ref().is_none_or(|(known, _)| *known != salt) {
            let salted = hash.salted_password(self.password.as_bytes(), &salt, rounds);
            self.salted = Some((salt, salted));
        }
        let salted = self.salted.as_ref().map_or(&[][..], |(_, salted)| salted);
        let without_proof = format!("c=biws,r={nonce}");
        let message = format!("{},{challenge},{without_proof}", self.bare());
        let client_key = hash.hmac(salted, &[b"Client Key"]);
        let signature = hash.hmac(&hash.digest(&client_key), &[message.as_bytes()]);
        let proof: Vec<u8> = client_key.iter().zip(signature).map(|(key, sign)| key ^ sign).collect();
        Ok(format!("{without_proof},p={}", BASE64.encode(proof)))
    }

    fn say(text: &str, turn: &mut Turn<'_>) -> Outcome<Next> {
        let request = SaslAuthenticateRequest { auth_bytes: text.as_bytes() };
        turn.out.extend(load::frame(ApiKey::SaslAuthenticate, AUTHENTICATE, 0, &request)?);
        Ok(Next::Listen)
    }
}

impl Member for Login {
    fn go(&mut self, event: Event<'_>, turn: &mut Turn<'_>) -> Outcome<Next> {
        let Event::Answer(answer) = event else {
            self.since = turn.now;
            self.round += 1;
            // Unique is enough: nobody attacks this.
            self.nonce = format!("bench{}x{}", self.number, self.round);
            self.step = Step::Versions;
            turn.out.extend(api_versions()?);
            return Ok(Next::Listen);
        };
        match self.step {
            Step::Versions => {
                self.step = Step::Handshake;
                let request = SaslHandshakeRequest { mechanism: MECHANISM };
                turn.out.extend(load::frame(ApiKey::SaslHandshake, HANDSHAKE, 0, &request)?);
                Ok(Next::Listen)
            }
            Step::Handshake => {
                let error = load::read::<SaslHandshakeRequest<'_>>(HANDSHAKE, answer)?.error_code;
                if error != 0 {
                    return Err(format!("{MECHANISM} is not to be had: error {error}"));
                }
                self.step = Step::First;
                Self::say(&format!("n,,{}", self.bare()), turn)
            }
            Step::First | Step::Final => {
                let answer = load::read::<SaslAuthenticateRequest<'_>>(AUTHENTICATE, answer)?;
                if answer.error_code != 0 {
                    let why = answer.error_message.unwrap_or("");
                    return Err(format!("a login failed: error {}, {why}", answer.error_code));
                }
                if self.step == Step::Final {
                    turn.board.done(self.since, turn.now, 0);
                    return Ok(Next::Reopen);
                }
                let challenge = String::from_utf8_lossy(answer.auth_bytes).into_owned();
                self.step = Step::Final;
                Self::say(&self.prove(&challenge)?, turn)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_proof_is_that_of_the_example_in_rfc_7677() {
        let mut login = Login::new("user", "pencil", 0);
        login.nonce = "rOprNGfwEbeRWgbNEkqO".to_owned();
        let challenge =
            "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";
        let said = login.prove(challenge).unwrap();
        assert!(said.ends_with(",p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="), "{said}");
    }
}
