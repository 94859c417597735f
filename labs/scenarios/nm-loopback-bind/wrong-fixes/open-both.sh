# Without -c, every container of the Pod gets it.
kubectl set env deployment/orders BIND=0.0.0.0
kubectl rollout status deployment/orders --timeout=30s
