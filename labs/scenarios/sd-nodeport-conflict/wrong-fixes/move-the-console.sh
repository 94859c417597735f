kubectl delete pod console
kubectl apply -f - <<'YAML'
apiVersion: v1
kind: Pod
metadata:
  name: console
  labels: { app: console }
spec:
  nodeName: worker
  hostNetwork: true
  terminationGracePeriodSeconds: 1
  containers:
    - name: console
      image: registry.k8s.io/e2e-test-images/agnhost:2.47
      args: [netexec, --http-port=30380, --udp-port=-1]
YAML
