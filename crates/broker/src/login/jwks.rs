//! Keys of bearer tokens from a server (`sasl.oauthbearer.jwks.endpoint.url=https://…`): the role that fetches them, on a
//! thread of its own, as a server may take its time.
//!
//! Fetches at the start, every `…refresh.ms`, and soon after a token names a key that nobody knows, but not more often
//! than `LEAST_PAUSE`: strangers can name keys. A fetch that fails is tried again after `…retry.backoff.ms`, doubled
//! up to `…retry.backoff.max.ms`, and the keys before stay in use.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use jsonwebtoken::jwk::JwkSet;
use thalweg_model::{Mono, Now};
use thalweg_platform::Wake;
use ureq::tls::{Certificate, RootCerts, TlsConfig};

use super::bearer::{BearerKeys, SET_BYTES};
use crate::node::Node;

/// How long a server may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// Between two fetches that unknown keys ask for.
const LEAST_PAUSE: Duration = Duration::from_secs(30);

/// Where keys are, and how often they are asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// `https://…`, or `http://` to this machine.
    pub url: String,
    /// Between two fetches.
    pub refresh: Duration,
    /// After the first that failed.
    pub backoff: Duration,
    /// After one of many that failed.
    pub backoff_max: Duration,
}

impl Endpoint {
    /// Whether keys may come from there: what comes over an open network could be anybody's.
    pub fn is_safe(url: &str) -> bool {
        if url.strip_prefix("https://").is_some_and(|rest| !rest.is_empty()) {
            return true;
        }
        let Some(rest) = url.strip_prefix("http://") else { return false };
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        // A name before an @ is no host.
        let host = match authority.rsplit_once(':') {
            Some((host, port)) if port.bytes().all(|digit| digit.is_ascii_digit()) => host,
            _ => authority,
        };
        matches!(host, "localhost" | "127.0.0.1" | "[::1]")
    }
}

/// Gets what is at a URL.
type Get = Box<dyn Fn(&str) -> Result<Vec<u8>, String> + Send>;

/// The role.
pub struct KeyFetcher {
    node: Arc<Node>,
    due: Vec<Due>,
    get: Get,
}

/// One listener's next fetch.
#[derive(Debug)]
struct Due {
    listener: usize,
    at: Mono,
    /// An unknown key may ask from then on.
    may_be_asked: Mono,
    failures: u32,
}

impl fmt::Debug for KeyFetcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyFetcher").field("due", &self.due).finish_non_exhaustive()
    }
}

impl KeyFetcher {
    /// One for the listeners whose keys are on a server; `None`: there is none.
    pub fn new(node: Arc<Node>) -> Option<Self> {
        Self::with(node, Box::new(get))
    }

    fn with(node: Arc<Node>, get: Get) -> Option<Self> {
        let has_endpoint =
            |listener: &usize| keys(&node, *listener).is_some_and(|keys| keys.endpoint().is_some());
        let due: Vec<Due> = (0..node.config.listeners.len())
            .filter(has_endpoint)
            .map(|listener| Due { listener, at: Mono(0), may_be_asked: Mono(0), failures: 0 })
            .collect();
        (!due.is_empty()).then_some(Self { node, due, get })
    }

    /// Tells the keys what wakes this role.
    pub fn connect(&self, wake: &Arc<dyn Wake>) {
        for due in &self.due {
            if let Some(keys) = keys(&self.node, due.listener) {
                keys.set_fetcher(Arc::clone(wake));
            }
        }
    }

    /// Fetches what is due. Returns when it wants to be called at the latest.
    pub fn turn(&mut self, now: Now) -> Mono {
        for due in &mut self.due {
            let Some(keys) = keys(&self.node, due.listener) else { continue };
            let Some(endpoint) = keys.endpoint() else { continue };
            if keys.is_fetch_wanted() && due.may_be_asked <= now.mono {
                due.at = due.at.min(now.mono);
            } else if keys.is_fetch_wanted() {
                due.at = due.at.min(due.may_be_asked);
            }
            if due.at > now.mono {
                continue;
            }
            let fetched = (self.get)(&endpoint.url).and_then(|bytes| parse(&bytes));
            let end = self.node.clock.now().mono;
            due.may_be_asked = end.after(LEAST_PAUSE);
            match fetched {
                Ok(set) => {
                    if std::mem::take(&mut due.failures) > 0 {
                        tracing::info!(event = "jwks_fetched_again", url = endpoint.url);
                    }
                    keys.take_fetched(set);
                    due.at = end.after(endpoint.refresh);
                }
                Err(why) => {
                    let doubled = endpoint.backoff.saturating_mul(1 << due.failures.min(16));
                    due.at = end.after(doubled.min(endpoint.backoff_max).max(Duration::from_millis(1)));
                    if due.failures == 0 {
                        let url = &endpoint.url;
                        tracing::error!(event = "jwks_fetch_failed", url, why, "the old keys stay in use");
                    }
                    due.failures = due.failures.saturating_add(1);
                }
            }
        }
        self.due.iter().map(|due| due.at).min().unwrap_or(Mono(u64::MAX))
    }
}

fn keys(node: &Node, listener: usize) -> Option<&BearerKeys> {
    node.logins.of(listener)?.bearer.as_ref()
}

fn parse(bytes: &[u8]) -> Result<JwkSet, String> {
    let set: JwkSet = serde_json::from_slice(bytes)
        .map_err(|error| format!("what came is no JSON set of keys: {error}"))?;
    if set.keys.is_empty() { Err("what came holds no key".to_owned()) } else { Ok(set) }
}

/// Gets a small document: certificates as the system trusts them (`SSL_CERT_FILE` and `SSL_CERT_DIR` too), no
/// redirects, as they could lead to where nobody wanted to go, and no proxy that nobody has named.
fn get(url: &str) -> Result<Vec<u8>, String> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let trusted = rustls_native_certs::load_native_certs().certs;
    let trusted: Vec<_> = trusted.iter().map(|der| Certificate::from_der(der).to_owned()).collect();
    let tls = TlsConfig::builder()
        .unversioned_rustls_crypto_provider(provider)
        .root_certs(RootCerts::new_with_certs(&trusted))
        .build();
    let agent = ureq::Agent::config_builder()
        .tls_config(tls)
        .timeout_global(Some(PATIENCE))
        .max_redirects(0)
        .max_redirects_will_error(true)
        .proxy(None)
        .build();
    let mut answer =
        ureq::Agent::new_with_config(agent).get(url).call().map_err(|error| error.to_string())?;
    if !answer.status().is_success() {
        return Err(format!("the server answered {}", answer.status()));
    }
    answer.body_mut().with_config().limit(SET_BYTES).read_to_vec().map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};
    use std::net::TcpListener;

    use super::*;

    #[test]
    fn keys_come_encrypted_or_from_this_machine() {
        for good in [
            "https://idp.example/keys",
            "http://localhost/keys",
            "http://127.0.0.1:8080/a?b",
            "http://[::1]:80",
        ] {
            assert!(Endpoint::is_safe(good), "{good}");
        }
        for bad in [
            "http://idp.example/keys",
            "http://localhost.example/",
            "http://localhost@evil.example/",
            "http://127.0.0.1:80@evil.example/",
            "http://evil.example/#localhost",
            "https://",
            "ftp://localhost/",
            "keys.json",
        ] {
            assert!(!Endpoint::is_safe(bad), "{bad}");
        }
    }

    /// Answers each connection with one of these.
    fn server(answers: Vec<String>) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/keys", listener.local_addr().unwrap());
        std::thread::spawn(move || {
            for answer in answers {
                let (mut stream, _) = listener.accept().unwrap();
                let mut request = [0; 2048];
                assert!(stream.read(&mut request).unwrap() > 0);
                // A client that has seen enough may be gone.
                let _ = stream.write_all(answer.as_bytes());
            }
        });
        url
    }

    fn answer(status: &str, body: &str) -> String {
        format!("HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}", body.len())
    }

    #[test]
    fn a_document_is_read_and_what_is_none_is_an_error_in_words() {
        let large = "x".repeat(SET_BYTES as usize + 1);
        let url = server(vec![
            answer("200 OK", "{\"keys\":[]}"),
            answer("404 Not Found", "no"),
            "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                .to_owned(),
            answer("200 OK", &large),
        ]);
        assert_eq!(get(&url).unwrap(), b"{\"keys\":[]}");
        assert!(get(&url).unwrap_err().contains("404"));
        assert!(get(&url).unwrap_err().contains("302"), "a redirect is not followed");
        assert!(get(&url).is_err(), "a document without end is not read");
        assert!(parse(b"{\"keys\":[]}").unwrap_err().contains("no key"));
        assert!(parse(b"<html>").unwrap_err().contains("no JSON"));
    }
}
