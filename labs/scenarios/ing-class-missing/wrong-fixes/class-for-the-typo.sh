kubectl apply -f - <<YAML
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: { name: ngnix }
spec: { controller: k8s.io/ingress-nginx }
YAML
