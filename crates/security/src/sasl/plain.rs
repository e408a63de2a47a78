//! PLAIN (RFC 4616): `[authzid] NUL user NUL password`, one message. Decides whether the password is the user's; the
//! words of a refusal are those Kafka's clients know. Never says whether the user exists.

use super::{Accounts, Failure, Login, Step};

/// Judges the one message of the exchange.
pub(super) fn answer(message: &[u8], accounts: &dyn Accounts) -> Step {
    let Ok(text) = std::str::from_utf8(message) else {
        return Failure::quiet("a PLAIN message that is not UTF-8");
    };
    let mut parts = text.split('\0');
    let (Some(authorization), Some(user), Some(password), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Failure::quiet("a PLAIN message without its three parts");
    };
    if user.is_empty() {
        return Failure::told("Authentication failed: username not specified");
    }
    if password.is_empty() {
        return Failure::told("Authentication failed: password not specified");
    }
    if !accounts.has_password(user, password) {
        return Failure::told("Authentication failed: Invalid username or password");
    }
    if !authorization.is_empty() && authorization != user {
        return Failure::told(
            "Authentication failed: Client requested an authorization id that is different from username",
        );
    }
    Step::Done(Vec::new(), Login::user(user))
}
