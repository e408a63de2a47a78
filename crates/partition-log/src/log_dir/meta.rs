//! `meta.properties`: whose directory this is. Version 1; version 0 of older nodes is read.

use thalweg_model::{BrokerId, DirectoryId};

/// A directory's identity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MetaProperties {
    /// The cluster; compared with that of the others and of the configuration.
    pub cluster_id: String,
    /// The node.
    pub node_id: BrokerId,
    /// The directory itself (KIP-858); missing in directories formatted before it.
    pub directory_id: Option<DirectoryId>,
}

impl MetaProperties {
    pub(super) fn to_text(&self) -> String {
        let directory = self.directory_id.map_or(String::new(), |id| format!("directory.id={id}\n"));
        format!("version=1\ncluster.id={}\n{directory}node.id={}\n", self.cluster_id, self.node_id)
    }

    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let mut version = "0".to_owned();
        let (mut cluster_id, mut node_id, mut directory_id) = (None, None, None);
        for line in text.lines().map(str::trim) {
            if line.is_empty() || line.starts_with('#') || line.starts_with('!') {
                continue;
            }
            let Some((key, value)) = line.split_once('=') else { continue };
            // Java writes `:` and `=` in values with a backslash.
            let value = value.trim().replace('\\', "");
            match key.trim() {
                "version" => version = value,
                "cluster.id" => cluster_id = Some(value),
                "node.id" => node_id = Some(value),
                "broker.id" => node_id = node_id.or(Some(value)),
                "directory.id" => directory_id = Some(value),
                _ => {}
            }
        }
        if version != "0" && version != "1" {
            return Err(format!("version {version} is newer than this program"));
        }
        let cluster_id = cluster_id.ok_or("no cluster.id")?;
        let node_id = node_id.ok_or("no node.id")?;
        let node_id = node_id.parse().map_err(|_| format!("node.id `{node_id}` is not a number"))?;
        let directory_id = directory_id
            .map(|id| id.parse().map_err(|_| format!("directory.id `{id}` is not an id")))
            .transpose()?;
        Ok(Self { cluster_id, node_id: BrokerId(node_id), directory_id })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_kafka_writes_is_read_and_reads_back() {
        let text = "#\n#Tue Nov 24 08:00:00 UTC 2026\ncluster.id=MkU3OEVBNTcwNTJENDM2Qg\n\
                    directory.id=4JGfGW6iS2K6qd5bMdUFWg\nnode.id=1\nversion=1\n";
        let meta = MetaProperties::parse(text).expect("good");
        assert_eq!((meta.node_id, meta.cluster_id.as_str()), (BrokerId(1), "MkU3OEVBNTcwNTJENDM2Qg"));
        assert!(meta.directory_id.is_some());
        assert_eq!(MetaProperties::parse(&meta.to_text()), Ok(meta));
    }

    #[test]
    fn version_0_is_read_and_newer_ones_are_refused() {
        let old = MetaProperties::parse("version=0\nbroker.id=7\ncluster.id=x\n").expect("good");
        assert_eq!((old.node_id, old.directory_id), (BrokerId(7), None));
        for bad in
            ["version=2\nnode.id=1\ncluster.id=x", "version=1\nnode.id=1", "node.id=a\ncluster.id=x", ""]
        {
            assert!(MetaProperties::parse(bad).is_err(), "{bad}");
        }
    }
}
