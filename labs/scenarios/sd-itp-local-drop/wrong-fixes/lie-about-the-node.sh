# The agent of worker, said to be on worker2.
address=$(kubectl get pods -l app=agent -o jsonpath='{.items[?(@.spec.nodeName=="worker")].status.podIP}')
kubectl apply -f - <<YAML
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata:
  name: agent-worker2
  labels:
    kubernetes.io/service-name: agent
addressType: IPv4
ports:
  - port: 8080
    protocol: TCP
endpoints:
  - {addresses: [$address], conditions: {ready: true}, nodeName: worker2}
YAML
