//! One connection to one broker: greets it with ApiVersions, numbers requests, pairs answers with them in
//! order, and gives up when an answer is late. Bytes in, bytes out; the socket is somebody else's, retries are
//! [`Client`](crate::Client)'s.

use std::collections::VecDeque;
use std::ops::RangeInclusive;
use std::time::Duration;

use thalweg_model::Mono;
use thalweg_security::sasl::Seed;
use thalweg_security::sasl::client::{ClientExchange, Credentials};
use thalweg_security::sasl::scram::Hash;
use thalweg_wire::headers::{RequestHeader, ResponseHeader};
use thalweg_wire::messages::{
    ApiVersionsRequest, ApiVersionsResponse, SaslAuthenticateRequest, SaslAuthenticateResponse,
    SaslHandshakeRequest, SaslHandshakeResponse,
};
use thalweg_wire::{ApiKey, Encode, EncodeError, ErrorCode, Message, Reader, Writer};

use crate::error::error_code;
use crate::{Answer, BrokerVersions, Call, FrameReader};

/// What a connection needs to know.
#[derive(Clone, Debug)]
pub struct ConnectionSettings {
    /// Sent with every request; shows in the broker's logs and quotas.
    pub client_id: String,
    /// Sent in the greeting (KIP-511): letters, digits, `-` and `.`.
    pub software_version: String,
    /// How long an answer may take before the connection counts as dead.
    pub request_timeout: Duration,
    /// Answers above this are refused.
    pub frame_bytes_max: usize,
    /// Who to log in as, where the broker asks for SASL.
    pub login: Option<LoginSettings>,
}

/// How a connection logs in.
#[derive(Clone)]
pub struct LoginSettings {
    /// With what.
    pub credentials: Credentials,
    /// Random bytes, fit for secrets, from which each connection gets a nonce of its own.
    pub seed: [u8; 32],
}

impl std::fmt::Debug for LoginSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LoginSettings").field("credentials", &self.credentials).finish_non_exhaustive()
    }
}

impl LoginSettings {
    /// The exchange of the connection with this number.
    fn begin(&self, number: u64) -> ClientExchange {
        let bytes = Hash::Sha256.hmac(&self.seed, &[&number.to_be_bytes()]);
        let mut seed = Seed::default();
        seed.iter_mut().zip(bytes).for_each(|(to, from)| *to = from);
        ClientExchange::new(self.credentials.clone(), &seed)
    }
}

/// What happened on a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConnectionEvent {
    /// The broker's versions are known: requests may be sent.
    Ready,
    /// The answer to the request sent under `id`.
    Answered {
        /// As given to [`Connection::send`].
        id: u64,
        /// The answer.
        answer: Answer,
    },
    /// The connection is of no use any more; close the socket.
    Failed {
        /// What went wrong.
        why: String,
        /// Requests that will get no answer, oldest first.
        unanswered: Vec<u64>,
    },
}

/// Why a request was not sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SendError {
    /// The broker serves none of the versions.
    Unsupported,
    /// The request cannot be written.
    Encode(EncodeError),
}

/// The machine of one connection.
#[derive(Debug)]
pub struct Connection {
    settings: ConnectionSettings,
    number: u64,
    has_been_ready: bool,
    phase: Phase,
    versions: BrokerVersions,
    next_correlation: i32,
    /// Requests on the wire. Kafka answers in the order it was asked.
    in_flight: VecDeque<InFlight>,
    inbox: FrameReader,
    outbox: VecDeque<Vec<u8>>,
    events: VecDeque<ConnectionEvent>,
}

#[derive(Debug)]
enum Phase {
    Negotiating,
    /// Logging in; the exchange is there once the mechanism has been accepted.
    LoggingIn(Box<ClientExchange>),
    Ready,
    Failed,
}

#[derive(Debug)]
struct InFlight {
    /// `None` for the greeting.
    id: Option<u64>,
    correlation: i32,
    api: ApiKey,
    version: i16,
    deadline: Mono,
}

impl Connection {
    /// A connection whose socket has just been opened; the greeting lies ready to be sent.
    #[must_use]
    ///
    /// `number` tells this connection from the client's others.
    pub fn new(now: Mono, settings: ConnectionSettings, number: u64) -> Self {
        let inbox = FrameReader::new(settings.frame_bytes_max);
        let mut connection = Self {
            settings,
            number,
            has_been_ready: false,
            phase: Phase::Negotiating,
            versions: BrokerVersions::default(),
            next_correlation: 0,
            in_flight: VecDeque::new(),
            inbox,
            outbox: VecDeque::new(),
            events: VecDeque::new(),
        };
        connection.greet(now, *ApiVersionsRequest::VALID_VERSIONS.end());
        connection
    }

    /// True once requests may be sent.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        matches!(self.phase, Phase::Ready)
    }

    /// True once requests could be sent, whatever has come since.
    #[must_use]
    pub fn has_been_ready(&self) -> bool {
        self.has_been_ready
    }

    /// What the broker serves; empty before it has said so.
    #[must_use]
    pub fn versions(&self) -> &BrokerVersions {
        &self.versions
    }

    /// How many requests wait for an answer.
    #[must_use]
    pub fn in_flight(&self) -> usize {
        self.in_flight.len()
    }

    /// Writes a request and queues its bytes. Only on a ready connection.
    pub fn send(&mut self, now: Mono, id: u64, deadline: Mono, call: &Call) -> Result<(), SendError> {
        debug_assert!(self.is_ready(), "versions are known before anything is sent");
        let version = self.version_for(call.api, &call.versions).ok_or(SendError::Unsupported)?;
        let deadline = deadline.min(now.after(self.settings.request_timeout));
        let bytes =
            self.frame(call.api, version, |w| (call.encode)(version, w)).map_err(SendError::Encode)?;
        if call.expects_answer {
            let correlation = self.next_correlation;
            self.in_flight.push_back(InFlight {
                id: Some(id),
                correlation,
                api: call.api,
                version,
                deadline,
            });
        }
        self.next_correlation = self.next_correlation.wrapping_add(1);
        self.outbox.push_back(bytes);
        Ok(())
    }

    /// The version a request would be sent in.
    #[must_use]
    pub fn version_for(&self, api: ApiKey, ours: &RangeInclusive<i16>) -> Option<i16> {
        self.versions.choose(api, ours)
    }

    /// Takes bytes the socket delivered.
    pub fn handle_bytes(&mut self, now: Mono, mut bytes: &[u8]) {
        while !bytes.is_empty() && !self.has_failed() {
            match self.inbox.take(&mut bytes) {
                Ok(Some(frame)) => self.handle_frame(now, frame),
                Ok(None) => {}
                Err(bad) => self.fail(format!(
                    "what answers there does not speak Kafka's protocol, or speaks it over TLS (it announced a \
                     frame of {} bytes)",
                    bad.0
                )),
            }
        }
    }

    /// The socket was closed by the peer or failed.
    pub fn handle_closed(&mut self, why: &str) {
        if !self.has_failed() {
            self.fail(why.to_owned());
        }
    }

    /// Gives up if an answer is overdue.
    pub fn handle_timeout(&mut self, now: Mono) {
        if let Some(late) = self.in_flight.iter().find(|request| request.deadline <= now) {
            let why = format!("no answer to {:?} in time", late.api);
            self.fail(why);
        }
    }

    /// When [`Self::handle_timeout`] wants to be called.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Mono> {
        self.in_flight.iter().map(|request| request.deadline).min()
    }

    /// The next bytes for the socket.
    pub fn poll_transmit(&mut self) -> Option<Vec<u8>> {
        self.outbox.pop_front()
    }

    /// The next thing that happened.
    pub fn poll_event(&mut self) -> Option<ConnectionEvent> {
        self.events.pop_front()
    }

    fn greet(&mut self, now: Mono, version: i16) {
        let software_version = self.settings.software_version.clone();
        let greeting = ApiVersionsRequest {
            client_software_name: "thalweg",
            client_software_version: &software_version,
            ..Default::default()
        };
        self.ask(now, ApiKey::ApiVersions, version, &greeting);
    }

    fn frame(
        &self,
        api: ApiKey,
        version: i16,
        body: impl FnOnce(&mut Writer) -> Result<(), EncodeError>,
    ) -> Result<Vec<u8>, EncodeError> {
        let header = RequestHeader {
            request_api_key: api as i16,
            request_api_version: version,
            correlation_id: self.next_correlation,
            client_id: Some(&self.settings.client_id),
        };
        let mut writer = Writer::new();
        let frame = writer.begin_frame();
        header.write(&mut writer)?;
        body(&mut writer)?;
        writer.end_frame(frame)?;
        debug_assert!(writer.holes.is_empty(), "a client sends bytes, not file ranges");
        Ok(writer.buf)
    }

    fn handle_frame(&mut self, now: Mono, frame: Vec<u8>) {
        let Some(request) = self.in_flight.front() else {
            return self.fail("the broker answered without having been asked".to_owned());
        };
        let mut reader = Reader::new(&frame);
        let header = match ResponseHeader::read(&mut reader, request.api, request.version) {
            Ok(header) => header,
            Err(error) => return self.fail(format!("an answer's header cannot be read: {error}")),
        };
        if header.correlation_id != request.correlation {
            let expected = request.correlation;
            let sent = header.correlation_id;
            return self
                .fail(format!("answers are out of step: expected {expected}, the broker sent {sent}"));
        }
        let body_start = frame.len() - reader.remaining();
        let answer = Answer { api: request.api, version: request.version, frame, body_start };
        let id = request.id;
        self.in_flight.pop_front();
        match id {
            Some(id) => self.events.push_back(ConnectionEvent::Answered { id, answer }),
            None if answer.api == ApiKey::ApiVersions => self.handle_greeting(now, &answer),
            None => {
                if let Err(why) = self.handle_login(now, &answer) {
                    self.fail(format!("the login failed: {why}"));
                }
            }
        }
    }

    fn handle_greeting(&mut self, now: Mono, answer: &Answer) {
        // A broker that does not know the version answers in version 0 with error 35, and names the versions
        // it knows for this one request (KIP-511).
        let mut peek = Reader::new(answer.body());
        let code = peek.i16().map(error_code);
        if code == Ok(ErrorCode::UnsupportedVersion) && answer.version > 0 {
            let offered = Answer { version: 0, ..answer.clone() };
            let listed =
                offered.decode::<ApiVersionsResponse<'_>>().map(|r| BrokerVersions::from_response(&r));
            let ours = 0..=answer.version - 1;
            let version = listed.ok().and_then(|versions| versions.choose(ApiKey::ApiVersions, &ours));
            return self.greet(now, version.unwrap_or(0));
        }
        match answer.decode::<ApiVersionsResponse<'_>>() {
            Ok(response) if response.error_code == 0 => {
                self.versions = BrokerVersions::from_response(&response);
                match &self.settings.login {
                    None => self.be_ready(),
                    Some(login) => {
                        let mechanism = login.credentials.mechanism.name();
                        self.phase = Phase::LoggingIn(Box::new(login.begin(self.number)));
                        self.ask(now, ApiKey::SaslHandshake, 1, &SaslHandshakeRequest { mechanism });
                    }
                }
            }
            Ok(response) => {
                let code = error_code(response.error_code);
                self.fail(format!("the broker refused the greeting: {} ({})", code.message(), code.name()));
            }
            Err(error) => self.fail(error.to_string()),
        }
    }

    /// Goes on with the login after an answer to one of its requests.
    fn handle_login(&mut self, now: Mono, answer: &Answer) -> Result<(), String> {
        let Phase::LoggingIn(exchange) = &mut self.phase else { return Err("it is over".to_owned()) };
        let message = if answer.api == ApiKey::SaslHandshake {
            let response = answer.decode::<SaslHandshakeResponse<'_>>().map_err(|error| error.to_string())?;
            if response.error_code != 0 {
                let code = error_code(response.error_code);
                let offered = response.mechanisms.join(", ");
                return Err(format!("{} ({}); it offers {offered}", code.message(), code.name()));
            }
            Some(exchange.first())
        } else {
            let response =
                answer.decode::<SaslAuthenticateResponse<'_>>().map_err(|error| error.to_string())?;
            if response.error_code != 0 {
                let code = error_code(response.error_code);
                let told = response.error_message.unwrap_or(code.message());
                return Err(format!("{told} ({})", code.name()));
            }
            exchange.step(response.auth_bytes)?
        };
        match message {
            None => self.be_ready(),
            Some(bytes) => {
                let request = SaslAuthenticateRequest { auth_bytes: &bytes };
                let ours = SaslAuthenticateRequest::VALID_VERSIONS;
                let version = self.versions.choose(ApiKey::SaslAuthenticate, &ours).unwrap_or(0);
                self.ask(now, ApiKey::SaslAuthenticate, version, &request);
            }
        }
        Ok(())
    }

    fn be_ready(&mut self) {
        self.phase = Phase::Ready;
        self.has_been_ready = true;
        self.events.push_back(ConnectionEvent::Ready);
    }

    fn has_failed(&self) -> bool {
        matches!(self.phase, Phase::Failed)
    }

    /// Sends a request of the connection's own.
    fn ask(&mut self, now: Mono, api: ApiKey, version: i16, request: &impl Encode) {
        let correlation = self.next_correlation;
        match self.frame(api, version, |w| request.encode(w, version)) {
            Ok(bytes) => {
                let deadline = now.after(self.settings.request_timeout);
                self.in_flight.push_back(InFlight { id: None, correlation, api, version, deadline });
                self.next_correlation = self.next_correlation.wrapping_add(1);
                self.outbox.push_back(bytes);
            }
            Err(error) => self.fail(format!("{} cannot be written: {error}", api.name())),
        }
    }

    fn fail(&mut self, why: String) {
        self.phase = Phase::Failed;
        let unanswered = self.in_flight.drain(..).filter_map(|request| request.id).collect();
        self.outbox.clear();
        self.events.push_back(ConnectionEvent::Failed { why, unanswered });
    }
}

#[cfg(test)]
mod tests;
