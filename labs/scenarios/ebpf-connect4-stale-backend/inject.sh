# The Pod is replaced, and nobody tells the map.
kubectl delete pod -l app=stock --wait=true >/dev/null
kubectl rollout status deployment/stock --timeout=20s >/dev/null
