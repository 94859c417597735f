# The address that client has today.
client=$(kubectl get pod client -o jsonpath='{.status.podIP}')
kubectl patch networkpolicy web-in --type=merge -p "{\"spec\":{\"ingress\":[{\"from\":[{\"ipBlock\":{\"cidr\":\"$client/32\"}}],\"ports\":[{\"protocol\":\"TCP\",\"port\":8080}]}]}}"
