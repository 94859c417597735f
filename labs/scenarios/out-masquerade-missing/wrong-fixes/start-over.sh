# Clears the table and writes the one rule from the search engine. kube-proxy will mend a part of this later, for now every Service is gone.
iptables -w 5 -t nat -F POSTROUTING
iptables -w 5 -t nat -A POSTROUTING -s 10.244.0.0/16 ! -d 10.244.0.0/16 -j MASQUERADE
