# The addresses that the two api Pods have today.
addresses=$(kubectl -n shop get pods -l app=api -o jsonpath='{.items[*].status.podIP}')
from=$(for address in $addresses; do echo "        - ipBlock: {cidr: $address/32}"; done)
kubectl apply -f - <<YAML
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: db-access
  namespace: data
spec:
  podSelector:
    matchLabels: { app: db }
  policyTypes: [Ingress]
  ingress:
    - from:
$from
      ports: [{ protocol: TCP, port: 8080 }]
YAML
