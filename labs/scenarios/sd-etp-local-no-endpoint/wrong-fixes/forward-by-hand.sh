# worker2 hands customers on to a Pod of worker, and puts its own address in so that the answer comes back this way.
iptables -w 5 -t nat -I PREROUTING -p tcp --dport 30080 -j DNAT --to-destination {ip:deploy/shop}:8080
iptables -w 5 -t nat -I POSTROUTING -d {ip:deploy/shop} -p tcp --dport 8080 -j MASQUERADE
