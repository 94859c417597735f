# The same two selectors in one item, in other words.
kubectl -n data patch networkpolicy db-access --type=json -p '[{"op": "replace", "path": "/spec/ingress/0/from", "value": [{
  "namespaceSelector": {"matchExpressions": [{"key": "kubernetes.io/metadata.name", "operator": "In", "values": ["shop"]}]},
  "podSelector": {"matchExpressions": [{"key": "app", "operator": "In", "values": ["api"]}]}}]}]'
