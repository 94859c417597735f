kubectl get service api -o json > /tmp/api.json
kubectl delete service api
sed -e 's/"clusterIP": "[^"]*"/"clusterIP": "None"/' -e '/"clusterIPs"/,/\]/d' -e '/"resourceVersion"/d' -e '/"uid"/d' /tmp/api.json | kubectl create -f -
