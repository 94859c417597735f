# As the release notes of 1.0 suggest for clusters with one controller.
kubectl -n ingress-nginx patch deployment ingress-nginx-controller --type=json -p '[{"op":"add","path":"/spec/template/spec/containers/0/args/-","value":"--watch-ingress-without-class=true"}]'
kubectl -n ingress-nginx rollout status deployment ingress-nginx-controller --timeout=20s
