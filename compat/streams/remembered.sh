# Shared by run.sh and after.sh: what a broker remembers of groups and transactions, in lines that can be compared.
remembered() {
  tool consumer.group.ConsumerGroupCommand --describe --all-groups --offsets 2> "$out.groups" |
    awk '$1 == "GROUP" { print "TOPIC offsets"; next } NF >= 5 { print $1, $2, $3, $4, $5 }' | sort &&
    tool TransactionsCommand list | awk 'NR > 1 { print $1, $3, $4 }' | sort
}
