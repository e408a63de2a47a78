//! Settings that are legal and that somebody will regret: open doors, passwords in the clear, and what an acknowledgement
//! does not promise.

use thalweg_config::{
    BrokerConfig, CoordinatorFlush, Effective, SecurityProtocol, check_admin_exposure, check_exposure,
};

use super::{Finding, Grade, finding};

pub(super) fn look(effective: &Effective<'_>, config: &BrokerConfig, findings: &mut Vec<Finding>) {
    doors(effective, config, findings);
    promises(effective, config, findings);
}

fn doors(effective: &Effective<'_>, config: &BrokerConfig, findings: &mut Vec<Finding>) {
    // The authorizer's keys are its own: Kafka's table has none of them.
    let text = |key: &str| effective.settings.get(key).unwrap_or_default();
    let has_authorizer = !text("authorizer.class.name").trim().is_empty();
    if let Err(why) = check_exposure(&config.listeners, has_authorizer, config.own.insecure) {
        findings.push(finding(Grade::Problem, "listeners", why));
    }
    if let Some(Err(why)) = config
        .own
        .admin_listener
        .as_deref()
        .map(|at| check_admin_exposure(at, has_authorizer, config.own.insecure))
    {
        findings.push(finding(Grade::Problem, "admin listener", why));
    }
    for listener in config.listeners.iter().filter(|listener| !listener.is_loopback()) {
        let mut warn =
            |says: &str| findings.push(finding(Grade::Warning, format!("listener {listener}"), says));
        match listener.protocol {
            SecurityProtocol::Plaintext if has_authorizer => {
                warn("whoever reaches it is User:ANONYMOUS and can be read on the way; use SASL_SSL");
            }
            SecurityProtocol::Plaintext => {
                warn("whoever reaches it may read and write everything (thalweg.insecure=true)");
            }
            SecurityProtocol::SaslPlaintext if config.own.plain_without_tls => {
                warn(
                    "passwords cross the network in the clear (thalweg.plain.without.tls=true); use SASL_SSL",
                );
            }
            SecurityProtocol::SaslPlaintext => {
                warn("records can be read and changed on the way; use SASL_SSL")
            }
            SecurityProtocol::Ssl | SecurityProtocol::SaslSsl => {}
        }
    }
    for (listener, told) in config.listeners.iter().zip(&config.advertised_listeners) {
        let is_local = told.host.as_deref().is_some_and(|_| told.is_loopback());
        if is_local && !listener.is_loopback() {
            let says = format!(
                "clients elsewhere are told to come to {told}, which is their own machine; set advertised.listeners to a \
                 name they can reach, or --advertise auto"
            );
            findings.push(finding(Grade::Problem, format!("listener {listener}"), says));
        }
    }
    if has_authorizer && text("allow.everyone.if.no.acl.found").trim().eq_ignore_ascii_case("true") {
        let says = "everybody may do everything with topics that have no rules (allow.everyone.if.no.acl.found=true)";
        findings.push(finding(Grade::Warning, "rules", says));
    }
    if text("super.users").split(';').any(|user| user.trim() == "User:ANONYMOUS") {
        let says = "whoever does not log in may do everything (super.users has User:ANONYMOUS)";
        findings.push(finding(Grade::Warning, "rules", says));
    }
    if config.own.oauthbearer_unsecured {
        let says = "tokens that nobody has signed are believed: anyone can be anybody (thalweg.oauthbearer.unsecured=true)";
        findings.push(finding(Grade::Warning, "logins", says));
    }
    if has_authorizer && config.own.audit_log.is_none() {
        findings.push(finding(Grade::Note, "audit log", "off; thalweg.audit.log=FILE keeps who did what"));
    }
}

fn promises(effective: &Effective<'_>, config: &BrokerConfig, findings: &mut Vec<Finding>) {
    let number = |key: &str| effective.number(key).unwrap_or_default();
    if number("min.insync.replicas") > 1 {
        let says = format!(
            "min.insync.replicas={}, but one node has one replica: producers with acks=all get NOT_ENOUGH_REPLICAS",
            number("min.insync.replicas")
        );
        findings.push(finding(Grade::Problem, "writes", says));
    }
    if number("default.replication.factor") > 1 {
        let says = "default.replication.factor is more than 1: topics that do not say otherwise cannot be created here";
        findings.push(finding(Grade::Problem, "topics", says));
    }
    match number("log.flush.interval.messages") {
        1 => findings.push(finding(Grade::Good, "writes", "acknowledged means on disk (log.flush.interval.messages=1)")),
        _ => findings.push(finding(
            Grade::Note,
            "writes",
            "acknowledged means in the page cache: a power cut may take the last seconds; flush.messages=1 on topics that \
             cannot lose them",
        )),
    }
    if config.own.coordinator_flush == CoordinatorFlush::Background {
        let says = "a power cut may take back committed offsets and transactions (thalweg.coordinator.flush=background)";
        findings.push(finding(Grade::Warning, "coordinators", says));
    }
    if effective.boolean("auto.create.topics.enable") {
        let says = "a mistyped name makes a topic (auto.create.topics.enable=true)";
        findings.push(finding(Grade::Note, "topics", says));
    }
}

#[cfg(test)]
mod tests {
    use thalweg_config::{Origin, Settings};

    use super::*;

    fn found(pairs: &[(&str, &str)]) -> Vec<(Grade, String)> {
        let mut settings = Settings::default();
        for (key, value) in
            [("node.id", "1"), ("listeners", "PLAINTEXT://127.0.0.1:9092")].iter().chain(pairs)
        {
            settings.add(key, value, Origin::Flag);
        }
        let effective = Effective::of_settings(&settings);
        let config = BrokerConfig::resolve(&effective).unwrap();
        let mut findings = Vec::new();
        look(&effective, &config, &mut findings);
        findings.into_iter().map(|finding| (finding.grade, finding.says)).collect()
    }

    fn worst(pairs: &[(&str, &str)]) -> Grade {
        found(pairs).into_iter().map(|(grade, _)| grade).max().unwrap()
    }

    #[test]
    fn a_broker_for_this_machine_alone_has_nothing_to_mend() {
        assert_eq!(worst(&[]), Grade::Note);
    }

    #[test]
    fn each_open_door_and_each_promise_not_kept_is_named() {
        let authorizer = ("authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer");
        for (pairs, grade, word) in [
            (&[("listeners", "PLAINTEXT://0.0.0.0:9092")][..], Grade::Problem, "there is no authorizer"),
            (
                &[("listeners", "PLAINTEXT://h:1"), ("thalweg.insecure", "true")],
                Grade::Warning,
                "thalweg.insecure",
            ),
            (&[("listeners", "PLAINTEXT://h:1"), authorizer], Grade::Warning, "User:ANONYMOUS"),
            (&[("listeners", "SASL_PLAINTEXT://h:1"), authorizer], Grade::Warning, "can be read and changed"),
            (&[authorizer, ("allow.everyone.if.no.acl.found", "true")], Grade::Warning, "no rules"),
            (&[authorizer, ("super.users", "User:a; User:ANONYMOUS")], Grade::Warning, "super.users"),
            (&[("thalweg.oauthbearer.unsecured", "true")], Grade::Warning, "anyone can be anybody"),
            (&[("min.insync.replicas", "2")], Grade::Problem, "NOT_ENOUGH_REPLICAS"),
            (&[("default.replication.factor", "3")], Grade::Problem, "cannot be created"),
            (&[("thalweg.coordinator.flush", "background")], Grade::Warning, "take back committed offsets"),
            (&[("thalweg.admin.listener", ":9644")], Grade::Problem, "admin listener"),
            (
                &[("listeners", "SSL://h:1"), ("advertised.listeners", "SSL://localhost:1"), authorizer],
                Grade::Problem,
                "their own machine",
            ),
        ] {
            let all = found(pairs);
            assert!(all.iter().any(|(at, says)| *at == grade && says.contains(word)), "{word}: {all:?}");
        }
    }
}
