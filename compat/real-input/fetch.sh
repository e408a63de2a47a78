#!/bin/bash
# Makes input.txt: the text files of pinned npm packages (names and sha512 sums in packages.txt), one after the other,
# cut to 64 MiB, or to 1 GiB when FULL is set. Empty lines are dropped: kcat does not send them.
set -euo pipefail
cd "$WORK"
bytes=$((64 << 20))
[ -z "${FULL:-}" ] || bytes=$((1 << 30))
: > stream.txt
while read -r package sum; do
  [ "$(stat -c %s stream.txt)" -lt "$bytes" ] || break
  archive=$(npm pack --silent "$package")
  [ "$(openssl dgst -sha512 -binary "$archive" | base64 -w 0)" = "$sum" ] || { echo "$package has another checksum"; exit 1; }
  mkdir text && tar xzf "$archive" -C text
  find text -type f \( -name '*.ts' -o -name '*.js' -o -name '*.md' -o -name '*.json' \) -print0 | LC_ALL=C sort -z |
    xargs -0 cat | tr -d '\r' | grep -a . >> stream.txt
  rm -rf text "$archive"
done < "$SUITE/packages.txt"
head -c "$bytes" stream.txt > cut.txt
# The cut may fall inside a line, even inside a character: drop what is behind the last end of line.
sed '$d' cut.txt > input.txt
rm stream.txt cut.txt
[ "$(stat -c %s input.txt)" -gt $((bytes - (1 << 20))) ]
sha256sum < input.txt | cut -d' ' -f1 > input.sha256
wc -c -l input.txt
