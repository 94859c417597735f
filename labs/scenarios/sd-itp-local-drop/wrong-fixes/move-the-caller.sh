kubectl delete pod shop-b
kubectl run shop-b --image=docker.io/nicolaka/netshoot:v0.13 --labels=app=shop --overrides='{"spec":{"nodeName":"worker","terminationGracePeriodSeconds":1}}' --command -- sleep infinity
kubectl wait pod/shop-b --for=condition=Ready --timeout=20s
