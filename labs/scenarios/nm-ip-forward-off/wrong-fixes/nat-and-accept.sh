# What a search engine suggests: neither table is ever asked.
iptables -t nat -A POSTROUTING -s 10.244.0.0/16 -j MASQUERADE
iptables -I FORWARD -j ACCEPT
