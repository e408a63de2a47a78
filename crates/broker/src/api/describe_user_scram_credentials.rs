//! DescribeUserScramCredentials (key 50), version 0 (KIP-554): which mechanisms users have credentials for, and how
//! many rounds. Never shows anything of a credential itself.

use std::collections::BTreeMap;

use thalweg_wire::ErrorCode;
use thalweg_wire::messages::describe_user_scram_credentials_response::{
    CredentialInfo, DescribeUserScramCredentialsResult,
};
use thalweg_wire::messages::{DescribeUserScramCredentialsRequest, DescribeUserScramCredentialsResponse};

use super::{Answer, Caller};

/// Answers from the image.
pub fn answer(request: &DescribeUserScramCredentialsRequest<'_>, caller: &mut Caller<'_>) -> Answer {
    if let Err(code) = caller.check_cluster() {
        return caller.ready(&DescribeUserScramCredentialsResponse {
            error_code: code.code(),
            error_message: Some(code.message()),
            // Kafka says it once more, of nobody.
            results: vec![DescribeUserScramCredentialsResult {
                error_code: code.code(),
                error_message: Some(code.message()),
                ..Default::default()
            }],
            ..Default::default()
        });
    }
    let image = caller.node.image();
    let mut users: BTreeMap<&str, Vec<CredentialInfo>> = BTreeMap::new();
    for ((mechanism, user), credential) in &image.scram.credentials {
        let info = CredentialInfo { mechanism: *mechanism, iterations: credential.iterations };
        users.entry(user).or_default().push(info);
    }
    let asked: Vec<&str> = match &request.users {
        Some(named) if !named.is_empty() => named.iter().map(|user| user.name).collect(),
        _ => users.keys().copied().collect(),
    };
    let mut counts: BTreeMap<&str, u32> = BTreeMap::new();
    asked.iter().for_each(|&user| *counts.entry(user).or_default() += 1);
    let refusals: Vec<(&str, Option<(ErrorCode, String)>)> = counts
        .iter()
        .map(|(&user, &count)| {
            let refusal = if count > 1 {
                let why = "Cannot describe SCRAM credentials for the same user twice in a single request";
                Some((ErrorCode::DuplicateResource, format!("{why}: {user}")))
            } else if !users.contains_key(user) {
                let why = "Attempt to describe a user credential that does not exist";
                Some((ErrorCode::ResourceNotFound, format!("{why}: {user}")))
            } else {
                None
            };
            (user, refusal)
        })
        .collect();
    let results = refusals.iter().map(|(user, refusal)| match refusal {
        Some((code, message)) => DescribeUserScramCredentialsResult {
            user,
            error_code: code.code(),
            error_message: Some(message),
            credential_infos: Vec::new(),
        },
        None => DescribeUserScramCredentialsResult {
            user,
            credential_infos: users.get(user).cloned().unwrap_or_default(),
            ..Default::default()
        },
    });
    caller.ready(&DescribeUserScramCredentialsResponse { results: results.collect(), ..Default::default() })
}
