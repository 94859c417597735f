kubectl scale deployment orders --replicas=4
kubectl rollout status deployment orders --timeout=20s
