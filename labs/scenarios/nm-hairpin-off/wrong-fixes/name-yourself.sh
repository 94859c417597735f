kubectl patch deployment invoice -p '{"spec":{"template":{"spec":{"hostAliases":[{"ip":"127.0.0.1","hostnames":["invoice"]}]}}}}'
kubectl rollout status deployment invoice --timeout=20s
