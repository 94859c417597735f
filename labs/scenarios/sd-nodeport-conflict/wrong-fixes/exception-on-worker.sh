# Ahead of kube-proxy's rules: what comes for this port is not rewritten here.
iptables -w 5 -t nat -I PREROUTING -p tcp --dport 30080 -m addrtype --dst-type LOCAL -j ACCEPT
