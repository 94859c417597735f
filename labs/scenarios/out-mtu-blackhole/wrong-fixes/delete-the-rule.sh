iptables -w 5 -F OUTPUT
