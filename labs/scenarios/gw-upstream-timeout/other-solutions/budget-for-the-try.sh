# Both clocks: the one for the whole request, and one for the try inside it.
kubectl -n books patch httproute reports --type=json -p '[{"op":"replace","path":"/spec/rules/0/timeouts","value":{"request":"1500ms","backendRequest":"1200ms"}}]'
