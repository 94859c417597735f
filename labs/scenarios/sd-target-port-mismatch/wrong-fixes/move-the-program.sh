kubectl patch deployment cart -p '{"spec":{"template":{"spec":{"containers":[{"name":"cart","args":["netexec","--http-port=8081","--udp-port=-1"],"readinessProbe":{"httpGet":{"port":8081}}}]}}}}'
kubectl rollout status deployment cart --timeout=20s
