kubectl scale deployment shop --replicas=4
kubectl rollout status deployment shop --timeout=20s
