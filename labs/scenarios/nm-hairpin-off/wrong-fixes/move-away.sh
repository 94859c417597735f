for name in orders invoice; do
  kubectl patch deployment "$name" -p '{"spec":{"template":{"spec":{"nodeSelector":{"kubernetes.io/hostname":"worker2"}}}}}'
done
for name in orders invoice; do kubectl rollout status deployment "$name" --timeout=20s; done
