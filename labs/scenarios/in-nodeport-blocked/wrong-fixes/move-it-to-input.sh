# "Firewall rules belong in the filter table."
iptables -w 5 -t mangle -F PREROUTING
iptables -w 5 -A INPUT ! -s {ip:laptop} -i eth0 -p tcp --dport 30090 -j DROP
