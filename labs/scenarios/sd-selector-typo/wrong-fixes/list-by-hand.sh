# Writes the addresses down by hand, next to the object that should hold them.
addresses=$(kubectl get pods -l app=web -o jsonpath='{.items[*].status.podIP}')
endpoints=$(for address in $addresses; do echo "  - {addresses: [$address], conditions: {ready: true}}"; done)
kubectl apply -f - <<YAML
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata:
  name: web-fixed
  labels:
    kubernetes.io/service-name: web
addressType: IPv4
ports:
  - port: 8080
    protocol: TCP
endpoints:
$endpoints
YAML
