kubectl rollout restart deployment front cart
kubectl rollout status deployment cart --timeout=20s
