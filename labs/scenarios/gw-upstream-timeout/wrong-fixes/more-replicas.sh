kubectl -n books scale deployment reports --replicas=4
kubectl -n books rollout status deployment reports --timeout=20s
