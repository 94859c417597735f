# The node's own resolver, which has no search list.
kubectl patch deployment quotes -p '{"spec":{"template":{"spec":{"dnsPolicy":"Default"}}}}'
kubectl rollout status deployment quotes --timeout=20s
