kubectl get pod till -o json | jq '{apiVersion,kind,metadata:{name:.metadata.name,labels:.metadata.labels},spec:{nodeName:.spec.nodeName,terminationGracePeriodSeconds:1,containers:[.spec.containers[0]|{name,image,command}]}}' > /tmp/till.json
kubectl delete pod till
kubectl apply -f /tmp/till.json
kubectl wait pod/till --for=condition=Ready --timeout=20s
