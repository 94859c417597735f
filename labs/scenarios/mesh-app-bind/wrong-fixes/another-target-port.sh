# The sidecar listens on 15006, so send them there.
kubectl -n shop patch service prices --type=json -p '[{"op":"replace","path":"/spec/ports/0/targetPort","value":15006}]'
