//! `meta.properties`: which node of which cluster a log directory belongs to. Version 1 as Kafka writes it since
//! KRaft: `version`, `cluster.id`, `node.id`, `directory.id`.

use std::io;
use std::path::Path;

use thalweg_model::{DirectoryId, Uuid};
use thalweg_platform::Disk;

/// The contents of one `meta.properties`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MetaProperties {
    /// The cluster; 22 characters of base64url as Kafka makes them, but any text is taken.
    pub cluster_id: String,
    /// The node.
    pub node_id: i32,
    /// The directory's own id. Directories formatted before Kafka 3.7 have none.
    pub directory_id: Option<DirectoryId>,
}

impl MetaProperties {
    /// Reads a directory's file; `None` when there is none.
    pub fn read(disk: &dyn Disk, log_dir: &Path) -> io::Result<Option<Self>> {
        match disk.read(&log_dir.join(FILE_NAME), SIZE_MAX) {
            Ok(bytes) => Self::parse(&bytes).map(Some),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Writes a directory's file so that a crash leaves either none or all of it.
    pub fn write(&self, disk: &dyn Disk, log_dir: &Path) -> io::Result<()> {
        disk.replace(&log_dir.join(FILE_NAME), self.to_text().as_bytes())
    }

    fn to_text(&self) -> String {
        let directory = self.directory_id.map(|id| format!("directory.id={id}\n")).unwrap_or_default();
        format!("#\nversion=1\ncluster.id={}\nnode.id={}\n{directory}", self.cluster_id, self.node_id)
    }

    fn parse(bytes: &[u8]) -> io::Result<Self> {
        let invalid = |why: String| io::Error::new(io::ErrorKind::InvalidData, why);
        let text = std::str::from_utf8(bytes).map_err(|_| invalid("it is not text".to_owned()))?;
        let lines =
            text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with(['#', '!']));
        let (mut version, mut cluster_id, mut node_id, mut broker_id, mut directory_id) =
            (None, None, None, None, None);
        for line in lines {
            let (key, value) = line.split_once(['=', ':']).unwrap_or((line, ""));
            // Java escapes `:` and `=` in values.
            let value = value.trim().replace('\\', "");
            match key.trim() {
                "version" => version = Some(value),
                "cluster.id" => cluster_id = Some(value),
                "node.id" => node_id = Some(value),
                "broker.id" => broker_id = Some(value),
                "directory.id" => directory_id = Some(value),
                _ => {}
            }
        }
        if !matches!(version.as_deref(), Some("0" | "1")) {
            return Err(invalid(format!(
                "version {} is not one this build knows",
                version.unwrap_or_default()
            )));
        }
        let id = node_id.or(broker_id).ok_or_else(|| invalid("node.id is missing".to_owned()))?;
        let directory_id = match directory_id {
            Some(text) => {
                let id: Uuid =
                    text.parse().map_err(|_| invalid(format!("directory.id {text} is not an id")))?;
                Some(id)
            }
            None => None,
        };
        Ok(Self {
            cluster_id: cluster_id.ok_or_else(|| invalid("cluster.id is missing".to_owned()))?,
            node_id: id.parse().map_err(|_| invalid(format!("node.id {id} is not a number")))?,
            directory_id,
        })
    }
}

/// The file's name in a log directory.
const FILE_NAME: &str = "meta.properties";
/// Far more than any such file has.
const SIZE_MAX: u64 = 64 << 10;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kafkas_own_file_is_read_and_ours_reads_back() {
        let kafkas = "#\n#Tue Nov 24 08:27:39 UTC 2026\nnode.id=1\ndirectory.id=92au54JsScGu1wdbzOa6Yw\nversion=1\n\
                      cluster.id=LgTHcJ2WTcqN-s8O1nWZTg\n";
        let meta = MetaProperties::parse(kafkas.as_bytes()).unwrap();
        assert_eq!((meta.node_id, meta.cluster_id.as_str()), (1, "LgTHcJ2WTcqN-s8O1nWZTg"));
        assert_eq!(meta.directory_id.unwrap().to_string(), "92au54JsScGu1wdbzOa6Yw");
        assert_eq!(MetaProperties::parse(meta.to_text().as_bytes()).unwrap(), meta);
    }

    #[test]
    fn a_file_of_a_later_version_is_refused() {
        let error = MetaProperties::parse(b"version=2\ncluster.id=a\nnode.id=1\n").unwrap_err();
        assert!(error.to_string().contains("version 2"), "{error}");
    }
}
