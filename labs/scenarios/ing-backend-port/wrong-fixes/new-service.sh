# A Service with the port that the Ingress asks for.
kubectl expose deployment web --name=web-ingress --port=8081 --target-port=8080
kubectl patch ingress shop --type=json -p '[{"op":"replace","path":"/spec/rules/0/http/paths/0/backend/service/name","value":"web-ingress"}]'
