kubectl apply -f - <<'YAML'
apiVersion: v1
kind: Pod
metadata:
  name: agent-worker2
  labels: { app: agent }
spec:
  nodeName: worker2
  terminationGracePeriodSeconds: 1
  containers:
    - name: agent
      image: registry.k8s.io/e2e-test-images/agnhost:2.47
      args: [netexec, --http-port=8080, --udp-port=-1]
YAML
