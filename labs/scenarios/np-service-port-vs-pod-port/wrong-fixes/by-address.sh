# The address that teller has today.
address=$(kubectl -n bank get pods -l app=teller -o jsonpath='{.items[0].status.podIP}')
kubectl apply -f - <<YAML
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: ledger-access
  namespace: bank
spec:
  podSelector:
    matchLabels: { app: ledger }
  policyTypes: [Ingress]
  ingress:
    - from:
        - ipBlock: { cidr: $address/32 }
YAML
