# The sidecar runs as the mesh made it again; what the redirect leaves alone is then its own traffic.
kubectl -n shop patch deployment till --type=strategic -p '{"spec":{"template":{"spec":{"containers":[{"name":"istio-proxy","$patch":"delete"}]}}}}'
kubectl -n shop rollout status deployment till --timeout=30s
