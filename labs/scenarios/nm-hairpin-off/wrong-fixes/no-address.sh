kubectl get service invoice -o json > /tmp/invoice.json
kubectl delete service invoice
sed -e 's/"clusterIP": "[^"]*"/"clusterIP": "None"/' -e '/"clusterIPs"/,/\]/d' -e '/"resourceVersion"/d' -e '/"uid"/d' /tmp/invoice.json | kubectl create -f -
