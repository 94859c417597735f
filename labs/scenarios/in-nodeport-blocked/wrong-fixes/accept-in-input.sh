# Where one opens ports on a server that serves them itself.
iptables -w 5 -I INPUT -p tcp --dport 30080 -j ACCEPT
iptables -w 5 -I FORWARD -p tcp --dport 8080 -j ACCEPT
