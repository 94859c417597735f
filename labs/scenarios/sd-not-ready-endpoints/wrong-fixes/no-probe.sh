kubectl patch daemonset tiles --type=json -p '[{"op":"remove","path":"/spec/template/spec/containers/0/readinessProbe"}]'
kubectl rollout status daemonset tiles --timeout=20s
