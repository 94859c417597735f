# The other end of the query: the Pods that the Deployment makes from now on carry the Service's word.
kubectl get deployment web -o yaml | sed -E '/^ +app: web$/s/web$/wbe/' | kubectl replace --force -f -
kubectl rollout status deployment web --timeout=20s
