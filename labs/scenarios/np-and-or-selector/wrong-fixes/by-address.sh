# The addresses that the two api Pods have today.
from=$(kubectl -n shop get pods -l app=api -o jsonpath='{range .items[*]}        - ipBlock: {cidr: {.status.podIP}/32}{"\n"}{end}')
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
