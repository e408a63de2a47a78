//! The listeners as a client sees them: asks a running broker for the addresses it gives to clients, and connects to each.

use std::net::{TcpStream, ToSocketAddrs};
use std::time::Duration;

use thalweg_client::calls;

use super::{Finding, Grade, finding};
use crate::args::Shared;
use crate::session::{Session, call_failure};

/// Longest wait for a connection.
const CONNECT: Duration = Duration::from_secs(3);

pub(super) fn look(shared: &Shared, findings: &mut Vec<Finding>) {
    let mut quick = shared.clone();
    quick.timeout = quick.timeout.min(CONNECT);
    let first = shared.brokers.join(",");
    let asked = Session::open(&quick).and_then(|mut session| {
        let answer = session.call(calls::describe_cluster())?;
        calls::read_cluster(&answer).map_err(|error| call_failure(&error))
    });
    let cluster = match asked {
        Ok(cluster) => cluster,
        Err(failure) => {
            let says = format!("no broker was asked how clients reach it: {failure}");
            findings.push(finding(Grade::Note, first, says));
            return;
        }
    };
    for broker in &cluster.brokers {
        let address = if broker.host.contains(':') {
            format!("[{}]:{}", broker.host, broker.port)
        } else {
            format!("{}:{}", broker.host, broker.port)
        };
        findings.push(connect(&first, &address));
    }
}

/// Goes where the broker says.
fn connect(first: &str, address: &str) -> Finding {
    let subject = format!("broker at {first}");
    let addresses: Vec<_> = match address.to_socket_addrs() {
        Ok(addresses) => addresses.collect(),
        Err(error) => {
            let says = format!(
                "it tells clients to come to {address}, a name that means nothing here ({error}); set advertised.listeners \
                 to one that clients can look up"
            );
            return finding(Grade::Problem, subject, says);
        }
    };
    let mut why = None;
    for at in &addresses {
        match TcpStream::connect_timeout(at, CONNECT) {
            Ok(_) => {
                return finding(
                    Grade::Good,
                    subject,
                    format!("clients are told {address}, and can come there"),
                );
            }
            Err(error) => why = Some(error),
        }
    }
    let why = why.map_or_else(|| "it has no address".to_owned(), |error| error.to_string());
    let says = format!(
        "it tells clients to come to {address}, where nobody answers ({why}); set advertised.listeners to what clients can \
         reach, and open the way in the firewall"
    );
    finding(Grade::Problem, subject, says)
}
