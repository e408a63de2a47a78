//! Fetches Apache Kafka from Maven Central with Maven: the broker of one release and the command line tools of the
//! newest release that publishes them. Idempotent: a folder that is whole is left as it is.

use std::path::Path;
use std::process::Command;

use super::{KAFKA_VERSION, TOOLS_VERSION, folder};
use crate::{Outcome, shell};

/// Puts `libs/` (broker), `tools-libs/` (tools) and the logging set-up into target/kafka.
pub fn install() -> Outcome {
    let folder = folder();
    shell::write(&folder.join("log4j2.properties"), BROKER_LOGGING)?;
    shell::write(&folder.join("log4j2-tools.properties"), TOOLS_LOGGING)?;
    fetch(
        &folder,
        "libs",
        &[
            ("org.apache.kafka", "kafka_2.13", KAFKA_VERSION),
            ("org.apache.logging.log4j", "log4j-slf4j-impl", "2.25.5"),
        ],
    )?;
    fetch(
        &folder,
        "tools-libs",
        &[
            ("org.apache.kafka", "kafka-tools", TOOLS_VERSION),
            ("org.apache.kafka", "kafka_2.13", TOOLS_VERSION),
            ("org.slf4j", "slf4j-simple", "1.7.36"),
        ],
    )
}

/// Copies the artifacts and all they need at run time into `folder/name`, through a folder beside it so that an
/// interrupted download is never taken for a whole one.
fn fetch(folder: &Path, name: &str, artifacts: &[(&str, &str, &str)]) -> Outcome {
    let target = folder.join(name);
    if target.is_dir() {
        return Ok(());
    }
    if !shell::has_program("mvn") {
        return Err(
            "fetching Kafka needs Maven and a JDK on the path (Debian: maven, default-jdk)".to_owned()
        );
    }
    eprintln!("fetching {} {} into {}", artifacts[0].1, artifacts[0].2, target.display());
    let project = folder.join(format!("{name}-pom"));
    shell::write(&project.join("pom.xml"), &pom(artifacts))?;
    let parts = project.join("parts");
    if parts.exists() {
        std::fs::remove_dir_all(&parts)
            .map_err(|error| format!("cannot remove {}: {error}", parts.display()))?;
    }
    shell::run(
        Command::new("mvn")
            .args(["-q", "-B", "dependency:copy-dependencies", "-DincludeScope=runtime"])
            .arg(format!("-DoutputDirectory={}", parts.display()))
            .current_dir(&project),
    )?;
    std::fs::rename(&parts, &target).map_err(|error| format!("cannot make {}: {error}", target.display()))
}

fn pom(artifacts: &[(&str, &str, &str)]) -> String {
    let dependencies: String = artifacts
        .iter()
        .map(|(group, artifact, version)| {
            format!(
                "    <dependency><groupId>{group}</groupId><artifactId>{artifact}</artifactId>\
                 <version>{version}</version></dependency>\n"
            )
        })
        .collect();
    format!(
        "<project xmlns=\"http://maven.apache.org/POM/4.0.0\">\n  <modelVersion>4.0.0</modelVersion>\n  \
         <groupId>thalweg</groupId><artifactId>kafka</artifactId><version>1</version>\n  <dependencies>\n\
         {dependencies}  </dependencies>\n</project>\n"
    )
}

const BROKER_LOGGING: &str = "\
rootLogger.level = info
rootLogger.appenderRef.out.ref = out
appender.out.type = Console
appender.out.name = out
appender.out.layout.type = PatternLayout
appender.out.layout.pattern = [%d] %p %m (%c)%n
";

const TOOLS_LOGGING: &str = "\
rootLogger.level = error
rootLogger.appenderRef.err.ref = err
appender.err.type = Console
appender.err.name = err
appender.err.target = SYSTEM_ERR
appender.err.layout.type = PatternLayout
appender.err.layout.pattern = %p %m (%c)%n
";
