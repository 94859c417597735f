# On the node's network, localhost is the node's.
kubectl patch deployment orders --type=merge -p '{"spec":{"template":{"spec":{"hostNetwork":true}}}}'
kubectl rollout status deployment/orders --timeout=30s
