# Names with two dots or more are tried as they stand first; shorter ones still go through the search list.
kubectl patch deployment quotes -p '{"spec":{"template":{"spec":{"dnsConfig":{"options":[{"name":"ndots","value":"2"}]}}}}}'
kubectl rollout status deployment quotes --timeout=20s
