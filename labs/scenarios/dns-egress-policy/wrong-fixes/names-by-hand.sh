# One name, written into one Pod.
address=$(kubectl -n shop get service api -o jsonpath='{.spec.clusterIP}')
kubectl -n shop delete pod web --now
kubectl apply -f - <<YAML
apiVersion: v1
kind: Pod
metadata:
  name: web
  namespace: shop
  labels: { app: web }
spec:
  nodeName: worker
  terminationGracePeriodSeconds: 1
  hostAliases: [{ ip: $address, hostnames: [api] }]
  containers:
    - name: shell
      image: docker.io/nicolaka/netshoot:v0.13
      command: [sleep, infinity]
YAML
