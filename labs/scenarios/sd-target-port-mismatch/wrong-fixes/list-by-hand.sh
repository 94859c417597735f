# The right list, beside the one that the controller goes on writing.
addresses=$(kubectl get pods -l app=cart -o jsonpath='{.items[*].status.podIP}')
endpoints=$(for address in $addresses; do echo "  - {addresses: [$address], conditions: {ready: true}}"; done)
kubectl apply -f - <<YAML
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata:
  name: cart-fixed
  labels:
    kubernetes.io/service-name: cart
addressType: IPv4
ports:
  - port: 8080
    protocol: TCP
endpoints:
$endpoints
YAML
