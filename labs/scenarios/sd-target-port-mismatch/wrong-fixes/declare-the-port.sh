# containerPort is a note to the reader: it opens nothing.
kubectl patch deployment cart -p '{"spec":{"template":{"spec":{"containers":[{"name":"cart","ports":[{"containerPort":8081}]}]}}}}'
kubectl rollout status deployment cart --timeout=20s
