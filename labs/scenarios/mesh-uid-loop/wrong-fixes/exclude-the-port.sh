# What the sidecar does not get it cannot answer with 503.
kubectl -n shop patch deployment till --type=merge -p '{"spec":{"template":{"metadata":{"annotations":{"traffic.sidecar.istio.io/excludeOutboundPorts":"80"}}}}}'
kubectl -n shop rollout status deployment till --timeout=30s
