kubectl -n ingress-nginx delete pod --all
kubectl -n ingress-nginx rollout status deployment ingress-nginx-controller --timeout=20s
