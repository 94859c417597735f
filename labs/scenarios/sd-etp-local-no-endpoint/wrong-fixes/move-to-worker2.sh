kubectl patch deployment shop -p '{"spec":{"template":{"spec":{"nodeSelector":{"kubernetes.io/hostname":"worker2"}}}}}'
kubectl rollout status deployment shop --timeout=20s
