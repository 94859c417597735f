kubectl -n data patch networkpolicy db-access --type=merge -p '{"spec":{"ingress":[]}}'
