kubectl patch deployment api -p '{"spec":{"template":{"spec":{"nodeSelector":{"kubernetes.io/hostname":"worker2"}}}}}'
kubectl rollout status deployment api --timeout=20s
