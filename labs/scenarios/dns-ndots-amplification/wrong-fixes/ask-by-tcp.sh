# The limit counts UDP.
kubectl patch deployment quotes -p '{"spec":{"template":{"spec":{"dnsConfig":{"options":[{"name":"use-vc"}]}}}}}'
kubectl rollout status deployment quotes --timeout=20s
