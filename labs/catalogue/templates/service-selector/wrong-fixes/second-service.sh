kubectl expose deployment web --name=web-new --port=80 --target-port=8080
