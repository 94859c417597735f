kubectl -n shop rollout restart deployment till
kubectl -n shop rollout status deployment till --timeout=30s
