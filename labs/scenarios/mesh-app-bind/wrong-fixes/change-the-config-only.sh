# A variable is read when a process starts.
kubectl -n shop patch configmap prices --type=merge -p '{"data":{"BIND":"0.0.0.0"}}'
