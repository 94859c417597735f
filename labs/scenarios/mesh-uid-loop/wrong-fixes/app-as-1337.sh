# The rules let 1337 go.
kubectl -n shop patch deployment till --type=strategic -p '{"spec":{"template":{"spec":{"containers":[{"name":"till","securityContext":{"runAsUser":1337}}]}}}}'
kubectl -n shop rollout status deployment till --timeout=30s
