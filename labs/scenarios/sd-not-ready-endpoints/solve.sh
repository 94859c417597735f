kubectl patch daemonset tiles -p '{"spec":{"template":{"spec":{"containers":[{"name":"tiles","readinessProbe":{"httpGet":{"port":8080}}}]}}}}'
