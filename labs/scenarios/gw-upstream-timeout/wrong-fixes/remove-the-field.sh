# What the route does not say, Envoy decides: 15 s.
kubectl -n books patch httproute reports --type=json -p '[{"op":"remove","path":"/spec/rules/0/timeouts"}]'
