kubectl rollout restart deployment/orders
kubectl rollout status deployment/orders --timeout=30s
