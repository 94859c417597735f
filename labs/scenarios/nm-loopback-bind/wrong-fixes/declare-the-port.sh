# 9100 is declared and 8080 is not, so declare it.
kubectl patch deployment orders --type=json -p '[{"op":"add","path":"/spec/template/spec/containers/0/ports","value":[{"containerPort":8080}]}]'
kubectl rollout status deployment/orders --timeout=30s
