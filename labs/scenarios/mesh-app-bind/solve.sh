# The sidecar dials the Pod's address, so the app has to listen there; the port stays behind the sidecar all the same.
kubectl -n shop patch configmap prices --type=merge -p '{"data":{"BIND":"0.0.0.0"}}'
kubectl -n shop rollout restart deployment prices
kubectl -n shop rollout status deployment prices --timeout=30s
