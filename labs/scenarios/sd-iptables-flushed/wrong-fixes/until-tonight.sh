pkill kube-proxy
