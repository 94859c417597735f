kubectl expose deployment shop --name=shop-everywhere --type=NodePort --port=80 --target-port=8080
