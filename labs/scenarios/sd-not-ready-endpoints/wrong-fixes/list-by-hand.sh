# Only the cache that works, but no longer asked how it is.
# the Pod of before the change may still be there, alone or on its way out
read_addresses() {
  kubectl get pods -l app=tiles --field-selector spec.nodeName=worker \
    -o jsonpath='{.items[?(@.spec.containers[0].readinessProbe.httpGet.port==9090)].status.podIP}'
}
until address=$(read_addresses) && [ -n "$address" ]; do sleep 0.2; done
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
