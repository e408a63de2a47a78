//! OAUTHBEARER (RFC 7628), the server's side: cuts the token out of the message and asks whether it is good. How a
//! token is checked (signature, issuer, audience, times) is its [`Accounts`]' affair.

use super::{Accounts, Failure, Login, Step, unescape_name};

/// A token that is good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bearer {
    /// Whose it is.
    pub user: String,
    /// When it ends, ms since 1970.
    pub expires_at_ms: i64,
}

/// Between fields.
const SEPARATOR: char = '\u{1}';
/// What a peer is told of a token that is not good, first as a challenge and then as the error.
const REFUSAL: &str = "{\"status\":\"invalid_token\"}";

/// The server's side of one exchange.
#[derive(Debug, Default)]
pub(super) struct BearerExchange {
    /// The token was refused, for this reason; the peer's empty message is awaited before the verdict (RFC 7628
    /// 3.2.3).
    refused: Option<String>,
}

impl BearerExchange {
    pub(super) fn step(&mut self, message: &[u8], accounts: &dyn Accounts) -> Step {
        if let Some(why) = self.refused.take() {
            return Step::Failed(Failure { told: Some(REFUSAL.to_owned()), why });
        }
        let Some(first) = std::str::from_utf8(message).ok().and_then(ClientFirst::parse) else {
            return Failure::quiet("an OAUTHBEARER message that cannot be read");
        };
        match accounts.check_bearer(first.token) {
            Ok(bearer) if first.authorization.is_empty() || first.authorization == bearer.user => {
                let expires_at_ms = Some(bearer.expires_at_ms);
                Step::Done(Vec::new(), Login { name: bearer.user, by_token: false, expires_at_ms })
            }
            Ok(bearer) => Failure::told(format!(
                "Authentication failed: Client requested an authorization id ({}) that is different from the token's \
                 principal name ({})",
                first.authorization, bearer.user
            )),
            Err(why) => {
                self.refused = Some(why);
                Step::Challenge(REFUSAL.as_bytes().to_vec())
            }
        }
    }
}

struct ClientFirst<'a> {
    authorization: String,
    token: &'a str,
}

impl<'a> ClientFirst<'a> {
    fn parse(text: &'a str) -> Option<Self> {
        let (header, fields) = text.split_once(SEPARATOR)?;
        let authorization = match header.strip_prefix("n,")?.strip_suffix(',')? {
            "" => String::new(),
            given => unescape_name(given.strip_prefix("a=")?)?,
        };
        // Every field ends with the separator, and one more ends them all.
        let fields = fields.strip_suffix(SEPARATOR)?.strip_suffix(SEPARATOR)?;
        let mut token = None;
        for field in fields.split(SEPARATOR) {
            let (name, value) = field.split_once('=')?;
            let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphabetic());
            let is_value = value.bytes().all(|byte| matches!(byte, b' '..=b'~' | b'\t' | b'\r' | b'\n'));
            if !is_name || !is_value {
                return None;
            }
            if name == "auth" {
                let (scheme, given) = value.split_once(' ')?;
                if token.is_some() || !scheme.eq_ignore_ascii_case("bearer") {
                    return None;
                }
                token = Some(given.trim());
            }
        }
        Some(Self { authorization, token: token.filter(|token| !token.is_empty())? })
    }
}
