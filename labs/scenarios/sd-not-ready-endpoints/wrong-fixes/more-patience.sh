# As if it were slow, and not asked at the wrong door.
kubectl patch daemonset tiles -p '{"spec":{"template":{"spec":{"containers":[{"name":"tiles","readinessProbe":{"failureThreshold":30,"timeoutSeconds":5}}]}}}}'
kubectl rollout restart daemonset tiles
