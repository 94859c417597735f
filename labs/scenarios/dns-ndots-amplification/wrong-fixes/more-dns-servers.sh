# DNS is slow, so let there be more of it.
kubectl -n kube-system scale deployment coredns --replicas=4
kubectl -n kube-system rollout status deployment coredns --timeout=20s
