//! Asks a broker whether it serves: one Metadata request over a plain socket, written out by hand so that the
//! answer does not depend on any code that is under test.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// True once the broker at this address answers Metadata v1 (no topics) with at least one live broker and a
/// controller, which Kafka does only after its broker is registered and unfenced.
pub fn serves(address: SocketAddr) -> bool {
    ask(address).unwrap_or(false)
}

fn ask(address: SocketAddr) -> std::io::Result<bool> {
    let limit = Duration::from_secs(2);
    let mut stream = TcpStream::connect_timeout(&address, limit)?;
    stream.set_read_timeout(Some(limit))?;
    stream.write_all(METADATA_V1_NO_TOPICS)?;
    let mut length = [0; 4];
    stream.read_exact(&mut length)?;
    let length = u32::from_be_bytes(length) as usize;
    if !(20..1 << 20).contains(&length) {
        return Ok(false);
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body)?;
    Ok(has_broker_and_controller(&body).unwrap_or(false))
}

/// Reads past the correlation id and the brokers (id, host, port, rack) to the controller's id.
fn has_broker_and_controller(body: &[u8]) -> Option<bool> {
    let word = |at: usize| Some(i32::from_be_bytes(body.get(at..at + 4)?.try_into().ok()?));
    let string = |at: usize| {
        let length = i16::from_be_bytes(body.get(at..at + 2)?.try_into().ok()?);
        Some(at + 2 + usize::try_from(length).unwrap_or(0))
    };
    let brokers = word(4)?;
    let mut at = 8;
    for _ in 0..brokers.clamp(0, 64) {
        at = string(string(at + 4)? + 4)?;
    }
    Some(brokers > 0 && word(at)? >= 0)
}

/// Frame of Metadata v1: correlation id 7, client id "probe", an empty topic array (v1: empty means no topic).
const METADATA_V1_NO_TOPICS: &[u8] =
    &[0, 0, 0, 19, 0, 3, 0, 1, 0, 0, 0, 7, 0, 5, b'p', b'r', b'o', b'b', b'e', 0, 0, 0, 0];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_frame_announces_its_own_length() {
        assert_eq!(usize::from(METADATA_V1_NO_TOPICS[3]), METADATA_V1_NO_TOPICS.len() - 4);
    }

    #[test]
    fn an_answer_without_broker_or_controller_is_not_ready() {
        let empty = [0, 0, 0, 7, 0, 0, 0, 0, 255, 255, 255, 255, 0, 0, 0, 0];
        assert_eq!(has_broker_and_controller(&empty), Some(false));
        let ready =
            [0, 0, 0, 7, 0, 0, 0, 1, 0, 0, 0, 5, 0, 1, b'h', 0, 0, 35, 132, 255, 255, 0, 0, 0, 5, 0, 0, 0, 0];
        assert_eq!(has_broker_and_controller(&ready), Some(true));
    }
}
