kubectl apply -f - <<'YAML'
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
    - ports: [{ protocol: TCP, port: 8080 }]
YAML
