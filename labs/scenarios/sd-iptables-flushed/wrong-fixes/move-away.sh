kubectl patch deployment report -p '{"spec":{"template":{"spec":{"nodeSelector":{"kubernetes.io/hostname":"worker"}}}}}'
kubectl rollout status deployment report --timeout=20s
