# What ran before the release.
kubectl rollout undo deployment/orders
kubectl rollout status deployment/orders --timeout=30s
