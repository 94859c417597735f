# No more than it needs: the address of the Pod. The neighbour uses it too.
kubectl patch deployment orders --type=json -p '[{"op":"replace","path":"/spec/template/spec/containers/0/env/0","value":{"name":"BIND","valueFrom":{"fieldRef":{"fieldPath":"status.podIP"}}}}]'
kubectl rollout status deployment/orders --timeout=30s
