kubectl delete pod -l app=web --grace-period=0 --force
