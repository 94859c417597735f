# A Service of the same name has a new address, which the map does not know.
kubectl delete service stock
kubectl create service clusterip stock --tcp=80:8080
