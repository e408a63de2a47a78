#!/bin/bash
# Unpacks node-rdkafka with its end-to-end tests and builds it (librdkafka from source, against the packaged headers).
set -euo pipefail
cd "$WORK"
npm pack --silent node-rdkafka@3.6.1
tar xzf node-rdkafka-3.6.1.tgz
mv package suite
cd suite
prefix=$(dirname "$(dirname "$(command -v node)")")
if [ -e "$prefix/include/node/node.h" ]; then export npm_config_nodedir=$prefix; fi
npm install --silent --no-audit --no-fund > "$WORK/npm.log" 2>&1
