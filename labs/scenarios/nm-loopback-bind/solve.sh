# The app has to listen where its callers call; debug keeps the address that only its Pod can call.
kubectl set env deployment/orders -c orders BIND=0.0.0.0
kubectl rollout status deployment/orders --timeout=30s
