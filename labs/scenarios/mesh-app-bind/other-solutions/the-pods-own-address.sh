# No more than it needs: the address of the Pod.
kubectl -n shop patch deployment prices --type=json -p '[{"op":"replace","path":"/spec/template/spec/containers/0/env/0","value":{"name":"BIND","valueFrom":{"fieldRef":{"fieldPath":"status.podIP"}}}}]'
kubectl -n shop rollout status deployment prices --timeout=30s
