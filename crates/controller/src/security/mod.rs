//! What is asked of the controller about security: access control entries, SCRAM credentials, client quotas,
//! delegation tokens. Requests and answers are owned, as in `request.rs`; secrets do not appear in `Debug`.

mod acls;
mod quotas;
mod scram;
mod tokens;

pub use quotas::{AlterQuotas, Limit, QuotaChanges};
pub use scram::{AlterScram, ScramUpsertion};
pub use tokens::{NewToken, TokenChange};

use thalweg_metadata::{AccessControlEntry, MetadataImage, RecordList};
use thalweg_security::acl::AclFilter;
use thalweg_wire::{EncodeError, ErrorCode};

use crate::{ApiError, Decision, NewIds};

/// A request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SecurityRequest {
    /// CreateAcls; answers in the order of the entries.
    CreateAcls(Vec<AccessControlEntry>),
    /// DeleteAcls; answers in the order of the filters.
    DeleteAcls(Vec<AclFilter>),
    /// AlterUserScramCredentials.
    AlterScram(AlterScram),
    /// AlterClientQuotas; answers in the order of the entries.
    AlterQuotas(AlterQuotas),
    /// CreateDelegationToken.
    CreateToken(NewToken),
    /// RenewDelegationToken and ExpireDelegationToken.
    ChangeToken(TokenChange),
}

/// The answer to a request, of the same name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SecurityResponse {
    /// One result per entry.
    CreateAcls(Vec<Result<(), ApiError>>),
    /// Per filter, the entries that went.
    DeleteAcls(Vec<Result<Vec<AccessControlEntry>, ApiError>>),
    /// One result per user, by name.
    AlterScram(Vec<(String, Result<(), ApiError>)>),
    /// One result per entry.
    AlterQuotas(Vec<Result<(), ApiError>>),
    /// Made, or why not.
    CreateToken(Result<(), ApiError>),
    /// When it now ends, ms since 1970.
    ChangeToken(Result<i64, ApiError>),
}

/// Decides.
pub fn handle(
    image: &MetadataImage,
    request: &SecurityRequest,
    ids: &mut dyn NewIds,
) -> Decision<SecurityResponse> {
    match request {
        SecurityRequest::CreateAcls(entries) => {
            acls::create(image, entries, ids).map(SecurityResponse::CreateAcls)
        }
        SecurityRequest::DeleteAcls(filters) => {
            acls::delete(image, filters).map(SecurityResponse::DeleteAcls)
        }
        SecurityRequest::AlterScram(request) => {
            scram::alter(image, request).map(SecurityResponse::AlterScram)
        }
        SecurityRequest::AlterQuotas(request) => {
            quotas::alter(image, request).map(SecurityResponse::AlterQuotas)
        }
        SecurityRequest::CreateToken(wanted) => {
            tokens::create(image, wanted).map(SecurityResponse::CreateToken)
        }
        SecurityRequest::ChangeToken(wanted) => {
            tokens::change(image, wanted).map(SecurityResponse::ChangeToken)
        }
    }
}

fn not_encodable(error: EncodeError) -> ApiError {
    ApiError::new(ErrorCode::InvalidRequest, format!("It cannot be written down: {error}"))
}

fn too_many(records: &RecordList) -> bool {
    records.len() > crate::RECORDS_PER_REQUEST_MAX
}

#[cfg(test)]
mod tests {
    //! Images and ids that the tests of this folder share.

    use thalweg_metadata::{METADATA_VERSION, MetadataDelta};
    use thalweg_model::Uuid;
    use thalweg_wire::messages::metadata::FeatureLevelRecord;
    use thalweg_wire::records::metadata_record_decode;

    use super::*;

    /// Ids that count.
    pub struct Counting(pub u8);

    impl NewIds for Counting {
        fn topic_id(&mut self) -> Uuid {
            self.0 += 1;
            Uuid([self.0; 16])
        }

        fn number(&mut self) -> u64 {
            0
        }
    }

    /// An image at a metadata version and nothing else.
    pub fn image_with(metadata_version: i16) -> MetadataImage {
        let mut records = RecordList::new();
        let record = FeatureLevelRecord { name: METADATA_VERSION, feature_level: metadata_version };
        records.push(record, 0).expect("a record of this build");
        replayed(&MetadataImage::empty(), &records)
    }

    /// The image after these records.
    pub fn replayed(image: &MetadataImage, records: &RecordList) -> MetadataImage {
        let mut delta = MetadataDelta::new(image.clone());
        for record in records.iter() {
            let record = metadata_record_decode(record).expect("just written");
            delta.replay(&record).expect("fits the image");
        }
        delta.finish().0
    }
}
