# Root, if it must be, but in the group that the redirect leaves alone.
kubectl -n shop patch deployment till --type=strategic -p '{"spec":{"template":{"spec":{"containers":[{"name":"istio-proxy","securityContext":{"runAsGroup":1337}}]}}}}'
kubectl -n shop rollout status deployment till --timeout=30s
