//! A command's connection to the cluster, and the one place where the client's errors become sentences: what
//! happened, where, the likely cause, and what to do.

use std::time::Duration;

use thalweg_client::driver::Driver;
use thalweg_client::{
    Answer, BrokerError, Call, CallError, ClientSettings, ConnectFailure, TopicView, calls,
};
use thalweg_wire::ErrorCode;

use crate::args::Shared;
use crate::client_config;
use crate::failure::{Failure, Outcome};

/// A driver, and what the messages need.
pub struct Session {
    pub driver: Driver,
    pub timeout: Duration,
}

impl Session {
    /// Nothing is connected before the first call.
    pub fn open(shared: &Shared) -> Outcome<Self> {
        let mut settings = ClientSettings::new(shared.brokers.clone());
        settings.fail_fast = true;
        settings.call_timeout = shared.timeout;
        settings.connect_timeout = shared.timeout.min(Duration::from_secs(10));
        settings.connection.request_timeout = shared.timeout.max(Duration::from_secs(1));
        let security =
            shared.command_config.as_deref().map(client_config::read).transpose()?.unwrap_or_default();
        settings.connection.login = security.login;
        let driver = Driver::with_tls(settings, security.tls).map_err(|error| {
            Failure::failed(format!("The operating system refuses to poll sockets: {error}"))
        })?;
        Ok(Self { driver, timeout: shared.timeout })
    }

    /// Makes a call and waits for its answer.
    pub fn call(&mut self, call: Call) -> Outcome<Answer> {
        self.driver.call(call).map_err(|error| call_failure(&error))
    }

    /// What metadata says of a topic, waiting for one that has just been created to get its leaders.
    pub fn topic(&mut self, name: &str) -> Outcome<Option<TopicView>> {
        let deadline = self.driver.now().after(self.timeout);
        loop {
            let answer = self.call(calls::topics_metadata(vec![name.to_owned()]))?;
            let mut view = calls::read_metadata(&answer).map_err(|error| call_failure(&error))?;
            let late = self.driver.now() >= deadline;
            match view.topics.remove(name) {
                None => return Ok(None),
                Some(topic) if topic.error == ErrorCode::UnknownTopicOrPartition => return Ok(None),
                Some(topic) if topic.error == ErrorCode::None => {
                    if late || topic.partitions.values().all(|partition| partition.leader.is_some()) {
                        return Ok(Some(topic));
                    }
                }
                Some(topic) if late || !topic.error.is_retriable() => {
                    let error = BrokerError { code: topic.error, message: None };
                    return Err(broker_failure("Looking up", &format!("topic '{name}'"), &error));
                }
                Some(_) => {}
            }
            self.pause(Duration::from_millis(50));
        }
    }

    /// Waits while sockets go on being served.
    pub fn pause(&mut self, time: Duration) {
        let until = self.driver.now().after(time);
        while self.driver.now() < until {
            self.driver.turn(Some(until));
        }
    }
}

/// The topic that was asked for is not there.
pub fn no_such_topic(name: &str) -> Failure {
    Failure::not_found(format!(
        "There is no topic '{name}'. `thalweg topic list` shows what there is; `thalweg topic create {name}` makes it."
    ))
}

/// What a broker's refusal means for an object, such as `topic 'a'`.
pub fn broker_failure(what: &str, object: &str, error: &BrokerError) -> Failure {
    let message = format!("{what} {object} failed: {error}.{}", advice(error.code));
    match error.code {
        ErrorCode::UnknownTopicOrPartition | ErrorCode::UnknownTopicId | ErrorCode::ResourceNotFound => {
            Failure::not_found(message)
        }
        ErrorCode::RequestTimedOut => Failure::timeout(message),
        _ => Failure::failed(message),
    }
}

fn advice(code: ErrorCode) -> &'static str {
    match code {
        ErrorCode::TopicAlreadyExists => " Choose another name, or say --if-not-exists if it may be there.",
        ErrorCode::UnknownTopicOrPartition => " `thalweg topic list` shows what there is.",
        ErrorCode::InvalidReplicationFactor => {
            " There cannot be more replicas than brokers; --replicas says how many."
        }
        ErrorCode::InvalidConfig => " `thalweg config explain KEY` says what a setting takes.",
        ErrorCode::MessageTooLarge => {
            " Raise max.message.bytes of the topic, or write smaller records or batches (--batch-size)."
        }
        ErrorCode::TopicAuthorizationFailed | ErrorCode::ClusterAuthorizationFailed => {
            " Ask whoever runs the broker for access."
        }
        ErrorCode::KafkaStorageError => " The broker's disk may be full or failing; see its log.",
        _ => "",
    }
}

/// The sentence for a call that got no answer, or a refusal without an object.
pub fn call_failure(error: &CallError) -> Failure {
    match error {
        CallError::Connect { address, failure } => connect_failure(address, failure),
        CallError::Closed { address, why } if why.starts_with("the login failed") => {
            Failure::failed(format!(
                "{address} did not let us in: {why}. Check the user and the password in the file given with --command-config."
            ))
        }
        CallError::Closed { address, why } => Failure::failed(format!(
            "The connection to {address} ended: {why}. If the broker wants TLS or a login \
             (--command-config), or is not a broker at all, it ends connections like this; its log says more."
        )),
        CallError::TimedOut { api, last } => {
            let cause = last.as_deref().map_or(String::new(), |last| format!(" The last attempt: {last}."));
            Failure::timeout(format!(
                "The broker did not answer {api:?} in time.{cause} It may be overloaded or stopping; --timeout allows \
                 more."
            ))
        }
        CallError::Unsupported { api, address } => Failure::failed(format!(
            "The broker at {address} does not know {api:?} in any version this command speaks. It is too old for this."
        )),
        CallError::Broker(error) => {
            let failure = format!("The broker refused: {error}.{}", advice(error.code));
            if error.code == ErrorCode::RequestTimedOut {
                Failure::timeout(failure)
            } else {
                Failure::failed(failure)
            }
        }
        CallError::Encode(_) | CallError::Decode { .. } => Failure::failed(format!("{error}.")),
    }
}

fn connect_failure(address: &str, failure: &ConnectFailure) -> Failure {
    match failure {
        ConnectFailure::Refused => Failure::failed(format!(
            "Connection refused by {address}: no broker is listening there. Start one with `thalweg serve`, or say \
             where it is with -b HOST:PORT or THALWEG_BROKERS."
        )),
        ConnectFailure::UnknownHost(_) => Failure::failed(format!(
            "No host is known for {address}: {failure}. Check the name given with -b, or the broker's \
             advertised.listeners."
        )),
        ConnectFailure::BadAddress => Failure::usage(format!(
            "'{address}' is not an address. Write -b HOST:PORT, such as 127.0.0.1:9092."
        )),
        ConnectFailure::TimedOut => Failure::timeout(format!(
            "No answer from {address}. The host may be down or behind a firewall, or the broker tells clients an \
             address that cannot be reached from here (advertised.listeners)."
        )),
        ConnectFailure::Other(why) => Failure::failed(format!(
            "No connection to {address}: {why}. Check the address given with -b and the network."
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failure::Exit;

    #[test]
    fn a_refused_connection_says_how_to_start_a_broker() {
        let error = CallError::Connect { address: "127.0.0.1:9092".into(), failure: ConnectFailure::Refused };
        assert_eq!(
            call_failure(&error).to_string(),
            "Connection refused by 127.0.0.1:9092: no broker is listening there. Start one with `thalweg serve`, or \
             say where it is with -b HOST:PORT or THALWEG_BROKERS."
        );
        assert_eq!(call_failure(&error).exit, Exit::Failed);
    }

    #[test]
    fn failures_exit_by_kind() {
        let exit = |code| broker_failure("Deleting", "topic 'a'", &BrokerError { code, message: None }).exit;
        assert_eq!(exit(ErrorCode::UnknownTopicOrPartition), Exit::NotFound);
        assert_eq!(exit(ErrorCode::RequestTimedOut), Exit::Timeout);
        assert_eq!(exit(ErrorCode::InvalidConfig), Exit::Failed);
        let bad = CallError::Connect { address: "x".into(), failure: ConnectFailure::BadAddress };
        assert_eq!(call_failure(&bad).exit, Exit::Usage);
    }
}
