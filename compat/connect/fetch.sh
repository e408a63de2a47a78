#!/bin/bash
# The file connectors from Maven Central; the runtime comes with Kafka's tools.
set -euo pipefail
cd "$WORK"
cat > pom.xml <<'P'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>thalweg</groupId><artifactId>connect</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>org.apache.kafka</groupId><artifactId>connect-file</artifactId><version>4.3.1</version></dependency>
  </dependencies>
</project>
P
mvn -q -B dependency:copy-dependencies -DincludeArtifactIds=connect-file -DoutputDirectory="$WORK/libs"
