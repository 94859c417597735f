kubectl -n bank patch deployment ledger -p '{"spec":{"template":{"spec":{"containers":[{"name":"ledger","args":["netexec","--http-port=80","--udp-port=-1"],"readinessProbe":{"httpGet":{"port":80}}}]}}}}'
kubectl -n bank patch service ledger --type=json -p '[{"op":"replace","path":"/spec/ports/0/targetPort","value":80}]'
kubectl -n bank rollout status deployment ledger --timeout=20s
