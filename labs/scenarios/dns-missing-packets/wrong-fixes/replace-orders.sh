# A new Pod has a new network namespace, and nothing that was left over in the old one.
kubectl get pod orders -o yaml > orders.yaml
kubectl delete pod orders --now
sed -e '/^  uid:/d' -e '/^  resourceVersion:/d' -e '/^status:/,$d' orders.yaml | kubectl apply -f -
kubectl wait --for=condition=Ready pod/orders --timeout=20s
