kubectl get service names -o json | jq 'del(.spec.clusterIP, .spec.clusterIPs, .metadata.uid, .metadata.resourceVersion, .metadata.creationTimestamp)' > /tmp/names.json
kubectl delete service names
kubectl apply -f /tmp/names.json
