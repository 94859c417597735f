kubectl patch ingress shop --type=merge -p '{"spec":{"defaultBackend":{"service":{"name":"web","port":{"number":80}}}}}'
