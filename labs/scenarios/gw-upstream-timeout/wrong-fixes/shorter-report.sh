# Nine months should be enough.
kubectl -n books patch configmap reports --type=merge -p '{"data":{"year":"sleep 0.2\necho \"twelve months\"\n"}}'
