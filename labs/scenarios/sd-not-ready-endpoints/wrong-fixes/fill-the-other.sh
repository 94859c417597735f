# Removes the probe, and makes its absence harmless for today.
kubectl patch configmap tile-supply -p '{"data":{"worker2":"sheet 42"}}'
kubectl patch daemonset tiles --type=json -p '[{"op":"remove","path":"/spec/template/spec/containers/0/readinessProbe"}]'
kubectl rollout status daemonset tiles --timeout=20s
