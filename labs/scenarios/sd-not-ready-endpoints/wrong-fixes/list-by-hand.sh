# Only the cache that works, but no longer asked how it is.
read_addresses() { kubectl get pods -l app=tiles -o jsonpath='{.items[?(@.spec.nodeName=="worker")].status.podIP}'; }
# the Pod before it may still be on its way out
until address=$(read_addresses) && [ -n "$address" ] && [ "$address" = "${address% *}" ]; do sleep 0.2; done
kubectl apply -f - <<YAML
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata:
  name: tiles-fixed
  labels:
    kubernetes.io/service-name: tiles
addressType: IPv4
ports:
  - port: 8080
    protocol: TCP
endpoints:
  - {addresses: [$address], conditions: {ready: true}}
YAML
