kubectl delete service cart
kubectl expose deployment cart --port=80 --target-port=8080
