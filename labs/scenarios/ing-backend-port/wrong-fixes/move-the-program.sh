kubectl patch deployment web -p '{"spec":{"template":{"spec":{"containers":[{"name":"web","args":["netexec","--http-port=8081","--udp-port=-1"],"readinessProbe":{"httpGet":{"port":8081}}}]}}}}'
kubectl rollout status deployment web --timeout=20s
