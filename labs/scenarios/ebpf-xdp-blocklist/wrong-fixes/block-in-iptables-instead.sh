# "A firewall everybody can read." The two are dropped, one layer later.
ip link set dev eth0 xdpgeneric off
iptables -w 5 -t raw -I PREROUTING -s {ip:host/scanner} -j DROP
iptables -w 5 -t raw -I PREROUTING -s {ip:host/botnet} -j DROP
