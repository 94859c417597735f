iptables -w 5 -P FORWARD ACCEPT
