kubectl -n books patch service reports --type=merge -p '{"spec":{"type":"NodePort"}}'
