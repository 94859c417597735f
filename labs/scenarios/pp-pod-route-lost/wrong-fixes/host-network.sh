# worker2's own address can be reached, so let cart have it. It has one port 8080 to give.
kubectl patch deployment cart -p '{"spec":{"replicas":1,"strategy":{"type":"Recreate","rollingUpdate":null},"template":{"spec":{"hostNetwork":true}}}}'
kubectl rollout status deployment cart --timeout=20s
