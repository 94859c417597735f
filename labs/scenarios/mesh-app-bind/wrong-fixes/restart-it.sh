kubectl -n shop rollout restart deployment prices
kubectl -n shop rollout status deployment prices --timeout=30s
